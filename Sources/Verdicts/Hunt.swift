import Search
import Terminal

/// A search that goes on, with another seed, where it has found nothing yet.
package struct Hunt {
    /// On the scale of `Clock.seconds()`.
    package let start: Double
    /// Of all that was searched.
    package private(set) var outcome = Outcome.survived(Effort())
    private let objective: any Objective
    private var portfolio: Portfolio
    private var hasBegun = false
    private var isPromising = false

    /// `earlier` is what was tried before, and found nothing.
    package init(_ objective: any Objective, _ portfolio: Portfolio, since start: Double, after earlier: Effort) {
        (self.objective, self.portfolio, self.start) = (objective, portfolio, start)
        outcome = .survived(earlier)
    }

    /// Whether nothing was found, and there is more to try.
    package var isOpen: Bool { if case .survived = outcome { true } else { false } }

    package var effort: Effort {
        switch outcome {
        case .found(_, let effort), .exhausted(let effort), .survived(let effort), .interrupted(_, let effort): effort
        }
    }

    /// Searches until so many seconds are over since the start, or so many inputs are tried; whatever the time, some are when
    /// nothing was yet, or a violation is near.
    package mutating func search(for seconds: Double, tries: Int = .max) {
        let left = start + seconds - Clock.seconds()
        guard isOpen, !hasBegun || left > 0 || isPromising else { return }
        var portfolio = portfolio
        portfolio.budget.seconds = max(0, left)
        portfolio.budget.tries = min(portfolio.budget.tries, tries)
        outcome = portfolio.search(objective).after(effort)
        self.portfolio.seed &+= 1
        (hasBegun, isPromising) = (true, false)
    }

    /// Begins from a point at the next time: a proof has met it, and found it wanting.
    package mutating func follow(_ point: [Double]) {
        portfolio.known.insert(point, at: 0)
        isPromising = true
    }
}
