import Compiler
import Diagnostics

/// What became of one property.
package struct Verdict: Sendable {
    package enum Outcome: Sendable {
        /// The counterexamples, the first found first.
        case contradicted([Counterexample])
        /// No input of the domain fails.
        case proved(Proof)
        /// Neither contradicted nor proved.
        case survived
        /// It could not be tried to the end: why.
        case failed(String)
    }

    /// How it is known that no input fails.
    package enum Proof: Sendable, Hashable {
        /// Every one of the domain's inputs was tried.
        case inputs(Int)
        /// Sound bounds hold in every one of the regions that the domain was cut into.
        case regions(Int)
    }

    package let property: String
    package let title: String?
    /// `digits.say:9:1`
    package let place: String
    package let outcome: Outcome
    package let effort: Effort
    /// The least margin of a violation that rounding alone may undo; nil where none was met, or a sturdy one as well.
    package let boundary: Double?

    package init(
        property: String, title: String?, place: String, outcome: Outcome, effort: Effort, boundary: Double? = nil
    ) {
        self.property = property
        self.title = title
        self.place = place
        self.outcome = outcome
        self.effort = effort
        self.boundary = boundary
    }

    package struct Effort: Sendable {
        package let tries: Int
        package let seconds: Double
        /// The least margin met; nil where nothing was evaluated.
        package let bestMargin: Double?
        package let strategies: [Share]
        /// Whether the user stopped it.
        package let isInterrupted: Bool
        /// How many of the tries met all `assume`s and the parts of `where` that bounds cannot say; nil if there are none.
        package let admitted: Double?

        package init(
            tries: Int, seconds: Double, bestMargin: Double?, strategies: [Share], isInterrupted: Bool,
            admitted: Double?
        ) {
            self.tries = tries
            self.seconds = seconds
            self.bestMargin = bestMargin
            self.strategies = strategies
            self.isInterrupted = isInterrupted
            self.admitted = admitted
        }
    }

    package struct Share: Sendable, Codable {
        package let strategy: String
        package let tries: Int

        package init(strategy: String, tries: Int) {
            self.strategy = strategy
            self.tries = tries
        }
    }
}
