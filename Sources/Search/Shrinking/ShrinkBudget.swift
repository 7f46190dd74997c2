/// How long a shrinker may go on.
package struct ShrinkBudget {
    package var evaluations: Int
    /// How many cases are judged together at most.
    package var width = Int.max
    /// What evaluates, a few cases at a time where they take long.
    package var pace: Pace
    /// Asked between batches, and between portions of them.
    package var isExpired: () -> Bool

    package init(
        evaluations: Int = 1_000_000, pace: Pace = Pace(), isExpired: @escaping () -> Bool = { false }
    ) {
        self.evaluations = evaluations
        self.pace = pace
        self.isExpired = isExpired
    }
}

/// How far a shrunk case can be trusted to be the smallest.
package enum Minimality: Sendable, Hashable {
    /// Every single next step of every pass was tried from the case and none failed; `checks` counts them.
    case noStepFails(checks: Int)
    /// All cases were tried, so many.
    case nothingSmallerFails(tried: Int)
    /// The budget ended first.
    case budgetSpent
}
