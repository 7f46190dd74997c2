import Synchronization

/// How long to search: until so many points are evaluated, or so many seconds are over, whichever comes first; the first
/// points are tried in any case.
///
/// Time comes from the caller. With tries alone the search is deterministic; a deadline cuts it wherever it is.
package struct Budget: Sendable {
    package var tries: Int
    package var seconds: Double
    /// Seconds on any monotone scale.
    package var clock: @Sendable () -> Double

    package init(
        tries: Int = .max, seconds: Double = .infinity, clock: @escaping @Sendable () -> Double = { 0 }
    ) {
        self.tries = tries
        self.seconds = seconds
        self.clock = clock
    }
}

/// Says, between tiles and portions of them, whether to stop: the deadline has passed, or the caller wants it.
final class Halt: Sendable {
    enum Cause: Int, AtomicRepresentable { case none, deadline, cancelled }

    private let budget: Budget
    private let end: Double
    private let wish: @Sendable () -> Bool
    private let isOver: @Sendable () -> Bool
    private let state = Atomic(Cause.none)
    /// Of all evaluations of a search.
    let pace: Pace

    /// `isOver` says that nothing more can be evaluated.
    init(_ budget: Budget, isOver: @escaping @Sendable () -> Bool, isCancelled: @escaping @Sendable () -> Bool) {
        self.budget = budget
        self.isOver = isOver
        wish = isCancelled
        end = budget.seconds < .infinity ? budget.clock() + budget.seconds : .infinity
        pace = Pace(until: end, clock: budget.clock)
    }

    var cause: Cause { state.load(ordering: .relaxed) }

    /// Whether the caller wants it, or there is no more to be had, whatever the time. Sticky, and so is the deadline that came
    /// before.
    func isCancelled() -> Bool {
        if cause != .none { return true }
        if isOver() { state.store(.deadline, ordering: .relaxed) }
        if wish() { state.store(.cancelled, ordering: .relaxed) }
        return cause != .none
    }

    /// Sticky: once due, always due.
    func isDue() -> Bool {
        if isCancelled() { return true }
        if end < .infinity && budget.clock() >= end {
            state.store(.deadline, ordering: .relaxed)
        }
        return cause != .none
    }
}
