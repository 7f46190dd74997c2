import Synchronization
import Testing

@testable import Search

/// Spaces of very many coordinates: fewer points side by side, nothing made before it is needed, one input always tried.
@Suite struct LargeSpacesTests {
    @Test func tilesNarrowWhereARowIsLarge() {
        #expect([1, 1000, 32_768].map(Tile.lanes(of:)) == [64, 64, 64])
        #expect([32_769, 65_536].map(Tile.lanes(of:)) == [32, 32])
        #expect([65_537, 10_000_000].map(Tile.lanes(of:)) == [16, 16])
        #expect(Tile.alone(for: always(100_000)).lanes == 1)
    }

    /// Violated everywhere.
    private func always(_ dimension: Int) -> Toy { Toy(.cube(dimension, 0...1, reference: 0)) { _ in -1 } }

    @Test(arguments: [40_000, 70_000])
    func aNarrowTileIsSearchedLikeAWideOne(dimension: Int) {
        let toy = Toy(.cube(dimension, -1...1, .real32, reference: 0)) { point in 0.9 - point[dimension - 1] }
        var portfolio = Portfolio()
        portfolio.budget = Budget(tries: 2000)
        let alone = portfolio.search(toy)
        portfolio.workers = 2
        let together = portfolio.search(toy)
        #expect(!alone.findings.isEmpty && alone.findings == together.findings)
        #expect(alone.effort.tries == together.effort.tries)
        #expect(toy.strays.load(ordering: .relaxed) == 0)
    }

    @Test func oneTileIsTriedWhateverTheTime() {
        for workers in 1...2 {
            var portfolio = Portfolio()
            portfolio.workers = workers
            portfolio.budget = Budget(seconds: 0) { 1 }
            let toy = Toy(.cube(3, 0...1)) { _ in 1 }
            guard case .survived(let effort) = portfolio.search(toy) else {
                return #expect(Bool(false), "not survived")
            }
            #expect((1...Tile.width).contains(effort.tries))
        }
    }

    @Test func nothingIsTriedOnceItIsCancelled() {
        var portfolio = Portfolio()
        portfolio.isCancelled = { true }
        let toy = Toy(.cube(3, 0...1)) { _ in 1 }
        guard case .interrupted(_, let effort) = portfolio.search(toy) else {
            return #expect(Bool(false), "not interrupted")
        }
        #expect(effort.tries == 0 && toy.evaluations.load(ordering: .relaxed) == 0)
    }

    @Test func aWitnessWrongEverywhereShrinksToNothing() throws {
        let dimension = 40_000
        var objective = FunctionObjective(
            space: Space(count: dimension, .real32, in: 0...1, reference: Array(repeating: 0, count: dimension)),
            value: { _ in -1 })
        objective.slope = nil
        let shrunk = try #require(SpaceShrinker(objective).shrink(Array(repeating: 0.5, count: dimension)))
        #expect(shrunk.edits.count == 0 && shrunk.anyOtherValue == [0])
        #expect(shrunk.minimality != .budgetSpent)
    }

    /// Time is looked at before each case is made, not once they are all there.
    @Test func aSpentBudgetEndsAPassOverALargeWitness() throws {
        let dimension = 3000
        let objective = FunctionObjective(
            space: Space(count: dimension, .real64, in: 0...1, reference: Array(repeating: 0, count: dimension)),
            value: { point in point.allSatisfy { $0 > 0 } ? -1 : 1 })
        let asked = Atomic(0)
        let budget = ShrinkBudget { asked.add(1, ordering: .relaxed).newValue > 20 }
        let shrunk = try #require(
            SpaceShrinker(objective, budget: budget).shrink(Array(repeating: 0.7, count: dimension)))
        #expect(shrunk.minimality == .budgetSpent && shrunk.edits.count == dimension)
        #expect(shrunk.evaluations <= 20)
    }

    @Test func editsAreLeftOutByTheirPlaces() {
        var edits = Edits()
        for site in [1, 4, 6, 9] { edits.append(site: site, value: Double(site)) }
        #expect(edits.removing(1..<3).sites == [1, 9])
        #expect(edits.removing([3, 0]).sites == [4, 6] && edits.removing([3, 0]).values == [4, 6])
    }
}
