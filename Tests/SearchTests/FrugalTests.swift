import Synchronization
import Testing

@testable import Search

/// Strategies for black boxes: how many questions they need, and what becomes of a search that is refused.
@Suite struct FrugalTests {
    /// A weighted sum of coordinates of [-1, 1], least at one corner; answers so many points, and no more.
    private final class Asked: Objective {
        let space: Space
        let (hasGradient, keyCount, outputCount) = (false, 0, 0)
        private let weights: [Double]
        private let level: Double
        private let limit: Int
        private let state = Mutex((asked: 0, isRefused: false))

        /// A violation is what comes within `share` of the least sum.
        init(_ weights: [Double], share: Double, limit: Int = .max) {
            self.weights = weights
            self.limit = limit
            space = Space.cube(weights.count, -1...1, reference: 0)
            level = weights.reduce(0) { $0 + abs($1) } * share
        }

        var asked: Int { state.withLock(\.asked) }
        var isOver: Bool { state.withLock(\.isRefused) }

        func evaluate(_ tile: Tile, _ reading: Reading) {
            let isRefused = state.withLock { state in
                if state.asked + tile.count > limit {
                    if tile.count == 1 { state.isRefused = true }
                    return true
                }
                state.asked += tile.count
                return false
            }
            guard !isRefused else {
                tile.count = 0
                return
            }
            for lane in 0..<tile.count {
                tile.margins[lane] = zip(weights, tile.point(lane)).reduce(level) { $0 + $1.0 * $1.1 }
            }
        }
    }

    private func portfolio(_ seed: UInt64 = 0) -> Portfolio {
        var portfolio = Portfolio()
        (portfolio.strategies, portfolio.pacing, portfolio.seed) = (Portfolio.frugal, .frugal, seed)
        return portfolio
    }

    private static func weights(_ count: Int, seed: UInt64) -> [Double] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in 2 * random.unit() - 1 }
    }

    /// Each sign has to be learnt for the very corner; for most of the way there a few will do.
    @Test(arguments: [UInt64](0..<8)) func signsOfASlopeAreFound(seed: UInt64) throws {
        let count = 32
        let corner = Asked(Self.weights(count, seed: seed), share: 0.999)
        let found = portfolio(seed).search(corner)
        #expect(found.findings.count == 1 && corner.asked <= 4 * count, "\(corner.asked)")
        let near = Asked(Self.weights(count, seed: seed), share: 0.5)
        #expect(portfolio(seed).search(near).findings.count == 1 && near.asked <= count, "\(near.asked)")
    }

    @Test func aSeedGivesTheSame() {
        let (first, second) = (
            Asked(Self.weights(20, seed: 1), share: 1.5), Asked(Self.weights(20, seed: 1), share: 1.5)
        )
        var portfolio = portfolio(3)
        portfolio.budget.tries = 700
        let outcomes = [portfolio.search(first).effort, portfolio.search(second).effort]
        #expect(outcomes[0].bestPoint == outcomes[1].bestPoint && outcomes[0].tries == 700)
        #expect(first.asked == 700 && second.asked == 700)
    }

    /// A search ends where nothing is answered any more, and uses what is left to the last question.
    @Test(arguments: [0, 1, 7, 100, 333]) func aRefusalEndsTheSearch(limit: Int) {
        let objective = Asked(Self.weights(12, seed: 2), share: 1.5, limit: limit)
        let outcome = portfolio().search(objective)
        guard case .survived(let effort) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(effort.tries == limit && objective.asked == limit)
    }

    /// The same with strategies that fill tiles.
    @Test func aRefusalEndsAnySearch() {
        let objective = Asked(Self.weights(12, seed: 2), share: 1.5, limit: 500)
        var portfolio = Portfolio()
        portfolio.workers = 2
        #expect(portfolio.search(objective).findings.isEmpty && objective.asked <= 500)
    }

    @Test func theShrinkerLivesWithRefusals() throws {
        let objective = Asked(Self.weights(6, seed: 5), share: 0.9, limit: 120)
        let finding = try #require(portfolio().search(objective).findings.first)
        var budget = ShrinkBudget { objective.isOver }
        budget.width = 4
        let shrunk = try #require(SpaceShrinker(objective, keys: [], budget: budget).shrink(finding.point))
        #expect(objective.asked <= 120 && objective.margin(at: shrunk.point) != 0)
        #expect(shrunk.minimality == .budgetSpent)
    }

    /// Two labels that turn at places ever so close, of which nothing but the labels is told.
    private struct TwoLabels: Objective {
        let space = Space(
            kinds: [.real64, .real64, .real64, .category],
            boxes: [Box(lower: [-1, -1, -1, 0], upper: [1, 1, 1, 1])], reference: [0, 0, 0, 0], variables: [])
        let hasGradient = false
        let keyCount = 0
        let outputCount = 2

        func evaluate(_ tile: Tile, _ reading: Reading) {
            for lane in 0..<tile.count {
                let point = tile.point(lane)
                let score = point[0] + 0.3 * point[1] - 0.7 * point[2]
                let labels = [score > 0.2, score > 0.2 + (point[3] == 1 ? 1e-5 : 0)]
                for (index, label) in labels.enumerated() { tile.outputs[index * tile.lanes + lane] = label ? 1 : 0 }
                tile.margins[lane] = labels[0] == labels[1] ? 0 : -1
            }
        }
    }

    /// One point of 400,000 fails: chance alone would need a hundred times as many.
    @Test(arguments: [UInt64](0..<8)) func halvingFindsWhereLabelsPart(seed: UInt64) {
        var portfolio = portfolio(seed)
        portfolio.budget.tries = 4000
        let outcome = portfolio.search(TwoLabels())
        #expect(outcome.findings.first?.strategy == "bisection")
    }
}
