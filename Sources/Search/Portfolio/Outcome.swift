/// How a search ended.
package enum Outcome: Sendable {
    /// At least one confirmed violation, in the order found; they differ in `Signature`.
    case found([Finding], Effort)
    /// Every point of a finite domain was tried, and none violates the property.
    case exhausted(Effort)
    /// The budget is spent, and nothing was found: no proof of anything.
    case survived(Effort)
    /// The caller stopped it; what was found until then.
    case interrupted([Finding], Effort)
}

extension Outcome {
    package var effort: Effort {
        switch self {
        case .found(_, let effort), .exhausted(let effort), .survived(let effort), .interrupted(_, let effort): effort
        }
    }

    /// The violations, none where there are none.
    package var findings: [Finding] {
        switch self {
        case .found(let findings, _), .interrupted(let findings, _): findings
        case .exhausted, .survived: []
        }
    }

    /// The outcome of a search that went on after another one that found nothing.
    package func after(_ earlier: Effort) -> Outcome {
        switch self {
        case .found(let findings, let effort): .found(findings, effort.after(earlier))
        case .exhausted(let effort): .exhausted(effort)
        case .survived(let effort): .survived(effort.after(earlier))
        case .interrupted(let findings, let effort): .interrupted(findings, effort.after(earlier))
        }
    }
}

/// A violation, evaluated again alone: its point is on the grid, inside a box, and its margin is below zero.
package struct Finding: Sendable, Equatable {
    package let point: [Double]
    package let margin: Double
    package let box: Int
    package let signature: Signature
    /// The strategy that proposed it.
    package let strategy: String
    /// How many points had been evaluated, this one included.
    package let tries: Int
}

extension Finding {
    /// The same, with the tries before a job or a search added.
    package func counted(from before: Int) -> Finding {
        Finding(
            point: point, margin: margin, box: box, signature: signature, strategy: strategy, tries: tries + before)
    }
}

/// A point that looked like a violation among others and was none alone: a fault of the objective, not a finding.
package struct Discrepancy: Sendable, Equatable {
    package let point: [Double]
    package let marginAmongOthers: Double
    package let marginAlone: Double
    package let isInside: Bool
}

/// What was done.
package struct Effort: Sendable {
    /// Points evaluated, confirmations aside.
    package var tries = 0
    package var bestMargin = Double.infinity
    package var bestPoint: [Double]?
    /// How the best margin fell.
    package var course = Course()
    /// Tries by strategy, in the order of the portfolio.
    package var shares: [(strategy: String, tries: Int)] = []
    /// The first few only.
    package var discrepancies: [Discrepancy] = []
    /// Whether every point of a finite domain was tried.
    package var isExhaustive = false

    package init() {}
}

extension Effort {
    package func after(_ earlier: Effort) -> Effort {
        var total = self
        total.tries += earlier.tries
        if earlier.bestMargin < bestMargin {
            (total.bestMargin, total.bestPoint) = (earlier.bestMargin, earlier.bestPoint)
        }
        total.course = course.after(earlier.course, tries: earlier.tries)
        total.discrepancies = earlier.discrepancies + discrepancies
        for (index, share) in total.shares.enumerated() {
            let before = earlier.shares.first { $0.strategy == share.strategy }?.tries ?? 0
            total.shares[index].tries += before
        }
        total.shares += earlier.shares.filter { share in !shares.contains { $0.strategy == share.strategy } }
        return total
    }
}

/// How the search is getting on, from time to time.
package struct SearchProgress: Sendable {
    package let tries: Int
    package let bestMargin: Double
    package let strategy: String
    package let findings: Int
}
