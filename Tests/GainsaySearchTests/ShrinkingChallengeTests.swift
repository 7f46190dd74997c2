import GainsaySearch
import ShrinkingTable
import Testing

/// The public shrinking challenge: the ideal answer from every seed, at no more evaluations than Hypothesis needs.
@Suite struct ShrinkingChallengeTests {
    @Test(arguments: Challenge.all.indices)
    func reachesTheIdealAnswer(number: Int) throws {
        let challenge = Challenge.all[number]
        let runs = try (0..<ShrinkingTable.seeds).map { try #require(challenge.run($0, 1)) }
        for (seed, run) in runs.enumerated() {
            #expect(run.isIdeal, "\(challenge.name), seed \(seed): \(run.answer)")
            #expect(run.isFinished)
        }
        let median = ShrinkingTable.median(runs.map(\.evaluations))
        #expect(median <= Double(challenge.allowed), "\(challenge.name)")
        if ShrinkingTable.prints {
            let ideal = runs.count(where: \.isIdeal)
            let worst = runs.map(\.evaluations).max() ?? 0
            let total = ShrinkingTable.median(runs.map { $0.evaluations + $0.tries })
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
}
