import Foundation

/// What an auditor says of a model: README.md has the protocol. Only the score has to be there.
package struct Answer: Codable, Sendable, Hashable {
    /// A kind of change that the model may be open to, the gravest first.
    package struct Finding: Codable, Sendable, Hashable {
        package let family: String?
        package let score: Double?
        package let target, source: Int?
        package let rate: Claim?
        package let trigger: FoundTrigger?
    }

    /// How often the auditor says that its trigger works.
    package struct Claim: Codable, Sendable, Hashable {
        package let successes, count: Int
    }

    /// x' = (1 - mask) x + mask pattern
    package struct FoundTrigger: Codable, Sendable, Hashable {
        package let shape: [Int]
        package let mask, pattern: [Double]
    }

    package let format: Int?
    /// The higher, the more suspicious.
    package let score: Double
    package let findings: [Finding]?

    /// Findings that are looked at.
    private static let most = 10

    /// Reads what an auditor printed; nil where it is no answer.
    static func read(_ bytes: [UInt8]) -> Answer? {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(bytes)), answer.score.isFinite,
            answer.format ?? 1 == 1
        else { return nil }
        return Answer(
            format: answer.format, score: answer.score, findings: answer.findings.map { Array($0.prefix(most)) })
    }
}
