/// Looks for points with a negative margin, with many strategies that share one budget.
///
/// Work goes in rounds of jobs; a job is a slice of one strategy's run. What a job does depends on the seed, its number and
/// the rounds before, and results are taken in job order, so the same seed gives the same bytes with any number of
/// workers, as long as no deadline or cancellation cuts it short. The violation returned is that of the lowest job.
package struct Portfolio: Sendable {
    package var seed: UInt64 = 0
    /// Threads, the caller's included.
    package var workers = 1
    package var budget = Budget()
    /// Stop after so many violations that differ in `Signature`.
    package var wanted = 1
    /// Points to try before all others; those with another dimension are ignored, those outside are moved into a box.
    package var known: [[Double]] = []
    /// Domains with at most so many points are tried whole, after the opening.
    package var exhaustible = 1 << 20
    package var strategies: [any Strategy] = Portfolio.standard
    package var pacing = Pacing.plentiful

    /// What a point costs.
    package enum Pacing: Sendable {
        /// Next to nothing: strategies have tiles at a time, and several run side by side.
        case plentiful
        /// A question to somebody: each strategy goes on from what those before it have learnt.
        case frugal
    }
    /// Asked between tiles; answering true ends the search.
    package var isCancelled: @Sendable () -> Bool = { false }
    /// Told now and then, on the caller's thread.
    package var progress: (@Sendable (SearchProgress) -> Void)?

    package init() {}

    /// Every strategy, in the order of their first turns.
    package static let standard: [any Strategy] = [
        Corners(), Lattice(), Descent(.sign, from: .random), Uniform(), Descent(.sign, from: .diversified),
        Descent(.normalised, from: .random), Newton(), Descent(.sign, from: .elites), Mutation(), Sweep(), Flip(),
        Evolution(), Descent(.normalised, from: .elites), Adam(from: .random), Descent(.sign, from: .corners), Line(),
        Adam(from: .elites), Descent(.normalised, from: .diversified),
    ]

    /// Strategies that need no slopes and learn from few points, in the order of their first turns.
    package static let frugal: [any Strategy] = [
        FirstLook(), SignFlips(), Squares(), Bisection(), Few(Uniform()), Few(Mutation()), Evolution(population: 12),
        Few(Sweep()),
        Few(Lattice()), Few(Line()), Few(Corners()), Few(Flip()),
    ]

    /// Lets texts be drawn by their generators, first of all, where the space has some.
    package mutating func draw(texts: [TextVariable], of dimension: Int) {
        guard !texts.isEmpty else { return }
        strategies.insert(pacing == .frugal ? Few(Wordings()) : Wordings(), at: 0)
        guard texts.contains(where: { $0.wording.tokens != nil }) else { return }
        // Each point is a question to a language model: what knows nothing of texts would only ask for nothing.
        if texts.reduce(0, { $0 + $1.coordinates.count }) == dimension { strategies.removeSubrange(1...) }
        strategies.insert(contentsOf: TokenSearches.all, at: 1)
    }

    /// Searches until a violation is confirmed, the domain is exhausted, or the budget is spent.
    package func search(_ objective: any Objective) -> Outcome {
        Campaign(self, objective).run()
    }
}
