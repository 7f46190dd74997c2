import Search
import Testing

/// Violations of very many sites: what matters is found in few batches.
@Suite struct ShrinkingPictureTests {
    private static let count = 3 * 40 * 50

    private func objective(
        _ value: @escaping @Sendable ([Double]) -> Double, slope: (@Sendable ([Double]) -> [Double])? = nil
    ) -> FunctionObjective {
        FunctionObjective(
            space: Space(
                count: Self.count, .real32, in: 0...1, reference: Array(repeating: 0, count: Self.count)),
            value: value, slope: slope)
    }

    private func witness(_ seed: UInt64) -> [Double] {
        var random = Random(seed: seed)
        return (0..<Self.count).map { _ in Double(Float(0.8 + 0.2 * random.unit())) }
    }

    private func shrunk(_ objective: FunctionObjective, within evaluations: Int, _ seed: UInt64) throws -> ShrunkPoint {
        let shrinker = SpaceShrinker(objective, budget: ShrinkBudget(evaluations: evaluations))
        return try #require(shrinker.shrink(witness(seed)))
    }

    private static let planted = [17, 2043, 2044, 5999]

    /// No slope tells which sites they are: whole runs are put back.
    @Test(arguments: 0..<3 as Range<UInt64>) func plantedSitesAreFoundWithoutSlopes(seed: UInt64) throws {
        let flat = objective { point in Self.planted.allSatisfy { point[$0] > 0.75 } ? -1 : 1 }
        #expect(try shrunk(flat, within: 2000, seed).edits.sites == Self.planted)
    }

    @Test(arguments: 0..<3 as Range<UInt64>) func plantedSitesAreFoundBySlopes(seed: UInt64) throws {
        let weights = (0..<Self.count).map { Self.planted.contains($0) ? 1.0 : 1e-7 * Double($0 % 7) }
        let sloped = objective(
            { point in 3.5 - zip(point, weights).reduce(0) { $0 + $1.0 * $1.1 } }, slope: { _ in weights.map { -$0 } })
        #expect(try shrunk(sloped, within: 1000, seed).edits.sites == Self.planted)
    }

    /// Where all count alike, as few as suffice at their bounds.
    @Test(arguments: 0..<3 as Range<UInt64>) func aMeanTakesAsFewAsSuffice(seed: UInt64) throws {
        let least = 300
        let mean = objective(
            { point in Double(least) - 0.5 - point.reduce(0, +) },
            slope: { _ in Array(repeating: -1, count: Self.count) })
        let shrunk = try shrunk(mean, within: 2000, seed)
        #expect(shrunk.edits.count == least && shrunk.edits.values.allSatisfy { $0 == 1 })
        #expect(shrunk.minimality == .budgetSpent)
    }

    /// Changes are counted from what is given in place of the space's reference.
    @Test func theReferenceMayBeGiven() throws {
        let own = (0..<Self.count).map { Double(Float(0.1 + 0.3 * Double($0 % 5) / 5)) }
        let flat = objective { point in Self.planted.allSatisfy { point[$0] > 0.75 } ? -1 : 1 }
        let shrinker = SpaceShrinker(flat, budget: ShrinkBudget(evaluations: 2000))
        let shrunk = try #require(shrinker.shrink(witness(9), towards: own))
        #expect(shrunk.edits.sites == Self.planted && shrunk.reference == own)
        for site in 0..<Self.count where !Self.planted.contains(site) { #expect(shrunk.point[site] == own[site]) }
    }
}
