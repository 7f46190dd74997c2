/// How long a shrinker may go on.
package struct ShrinkBudget {
    package var evaluations: Int
    /// Asked between batches; the only way in which time reaches a shrinker.
    package var isExpired: () -> Bool

    package init(evaluations: Int = 1_000_000, isExpired: @escaping () -> Bool = { false }) {
        self.evaluations = evaluations
        self.isExpired = isExpired
    }
}

/// How far a shrunk case can be trusted to be the smallest.
package enum Minimality: Sendable, Hashable {
    /// Every single next step of every pass was tried from the case and none failed; `checks` counts them.
    case nothingSmallerFails(checks: Int)
    /// The budget ended first.
    case budgetSpent
}
