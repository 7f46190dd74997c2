import Search
import ShrinkingTable
import Testing

/// Small tensors whose smallest violation is known: reached every time.
@Suite struct ShrinkingTensorChallengeTests {
    @Test(arguments: TensorChallenge.families.indices)
    func reachesTheSmallestViolation(number: Int) throws {
        let (name, make) = TensorChallenge.families[number]
        let challenges = (0..<ShrinkingTable.seeds / 4).compactMap { seed in make(seed).map { (seed, $0) } }
        #expect(!challenges.isEmpty)
        var results: [ShrunkPoint] = []
        for (seed, challenge) in challenges {
            let shrunk = try #require(SpaceShrinker(challenge.objective).shrink(challenge.witness))
            #expect(
                challenge.isMinimal(shrunk), "\(name), seed \(seed): \(shrunk.edits), least \(challenge.leastCount)")
            #expect(shrunk.minimality != .budgetSpent)
            #expect(challenge.objective.space.contains(shrunk.point))
            #expect(challenge.objective.value(shrunk.point) < 0)
            results.append(shrunk)
        }
        if ShrinkingTable.prints {
            let minimal = zip(challenges, results).count { $0.1.isMinimal($1) }
            let least = Double(challenges.map(\.1.leastCount).reduce(0, +)) / Double(challenges.count)
            print(
                "| \(name) | \(least) | \(minimal)/\(results.count) |",
                "\(ShrinkingTable.median(results.map(\.evaluations))) |",
                "\(ShrinkingTable.median(results.map(\.rounds))) |")
        }
    }

    @Test func gradientOfTheNetworkAgreesWithDifferences() {
        var random = Random(seed: 3)
        let network = Network(sizes: [6, 5, 1], &random)
        let point = (0..<6).map { _ in random.unit() }
        for (site, slope) in network.gradient(point).enumerated() {
            var (up, down) = (point, point)
            up[site] += 1e-6
            down[site] -= 1e-6
            let difference = ((network.layers(up).last?[0] ?? 0) - (network.layers(down).last?[0] ?? 0)) / 2e-6
            #expect(abs(difference - slope) < 1e-6)
        }
    }
}
