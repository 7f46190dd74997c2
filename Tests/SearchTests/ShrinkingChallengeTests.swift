import Foundation
import Search
import Testing

/// The public shrinking challenge: the ideal answer from every seed, at no more evaluations than Hypothesis needs.
@Suite struct ShrinkingChallengeTests {
    /// `GAINSAY_SEEDS=100` runs the whole table; `GAINSAY_TABLE=1` prints it, see SHRINKING.md.
    static let seeds = ProcessInfo.processInfo.environment["GAINSAY_SEEDS"].flatMap { UInt64($0) } ?? 20
    static let prints = ProcessInfo.processInfo.environment["GAINSAY_TABLE"] != nil

    @Test(arguments: Challenge.all.indices)
    func reachesTheIdealAnswer(number: Int) throws {
        let challenge = Challenge.all[number]
        let runs = try (0..<Self.seeds).map { try #require(challenge.run($0, 1)) }
        for (seed, run) in runs.enumerated() {
            #expect(run.isIdeal, "\(challenge.name), seed \(seed): \(run.answer)")
            #expect(run.minimality != .budgetSpent)
        }
        let median = Self.median(runs.map(\.evaluations))
        #expect(median <= Double(challenge.allowed), "\(challenge.name)")
        if Self.prints {
            let ideal = runs.count(where: \.isIdeal)
            let worst = runs.map(\.evaluations).max() ?? 0
            let total = Self.median(runs.map { $0.evaluations + $0.tries })
            print(
                "| \(challenge.name) | \(ideal)/\(runs.count) | \(median) | \(worst) | \(total) | \(challenge.allowed) |"
            )
        }
    }

    @Test(arguments: Challenge.all.indices)
    func batchesReachTheSameAnswers(number: Int) throws {
        let challenge = Challenge.all[number]
        for seed in 100..<105 {
            let run = try #require(challenge.run(UInt64(seed), 16))
            #expect(run.isIdeal, "\(challenge.name), seed \(seed): \(run.answer)")
        }
    }

    static func median(_ values: [Int]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
