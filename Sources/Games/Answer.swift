import FoundationEssentials
import Glibc

/// What an auditor says of a model: README.md has the protocol. Only the score has to be there.
package struct Answer: Codable, Sendable, Hashable {
    /// A kind of change that the model may be open to, the gravest first.
    package struct Finding: Codable, Sendable, Hashable {
        package let family: String?
        package let score: Double?
        package let target, source: Int?
        package let rate: Claim?
        package let trigger: FoundTrigger?
        /// Of a language model: the text that it says, and prompts behind which it does.
        package var says: String?
        package var prompts: [FoundPrompt]?
        /// The letters that stand for a to z.
        package var order: String?
    }

    package struct FoundPrompt: Codable, Sendable, Hashable {
        package let text: String
    }

    /// How often the auditor says that its trigger works.
    package struct Claim: Codable, Sendable, Hashable {
        package let successes, count: Int
    }

    /// x' = (1 - mask) x + mask pattern + change; mask and pattern, or the change, may be absent.
    package struct FoundTrigger: Codable, Sendable, Hashable {
        package let shape: [Int]
        package let mask, pattern, change: [Double]?

        /// Numbers for each of an input's, 0 where they are absent; nil where there are not as many as the shape says.
        var parts: (mask: [Double], pattern: [Double], change: [Double])? {
            var size = 1
            for length in shape {
                let (product, isTooLarge) = size.multipliedReportingOverflow(by: length)
                guard length > 0, !isTooLarge else { return nil }
                size = product
            }
            let given = [mask, pattern, change].compactMap(\.self)
            guard !given.isEmpty, given.allSatisfy({ $0.count == size }), (mask == nil) == (pattern == nil) else {
                return nil
            }
            let nothing = [Double](repeating: 0, count: size)
            return (mask ?? nothing, pattern ?? nothing, change ?? nothing)
        }
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
