import Checker
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
        /// Decided, or not, with a confidence, from what was drawn: never a proof.
        case estimated(Estimated)
        /// What is known of rates over finitely many inputs decides it, or does not.
        case counted(Counted)
        /// It could not be tried to the end: why.
        case failed(String)
        /// It does not compile; what is wrong has been told.
        case mistaken
    }

    /// The verdict in a word, as reports and exit codes have it.
    package enum Word: String, Sendable, CaseIterable {
        case contradicted, refuted, witnessed, proved, survived
        case notFound = "not found"
        case holds = "holds with confidence"
        case fails = "contradicted with confidence"
        case undecided
        case error

        /// Whether what was said does not hold.
        package var contradicts: Bool {
            switch self {
            case .contradicted, .refuted, .fails: true
            case .witnessed, .proved, .survived, .notFound, .holds, .undecided, .error: false
            }
        }
    }

    package var word: Word {
        switch outcome {
        case .contradicted: quantifier == .forall ? .contradicted : .witnessed
        case .proved: quantifier == .forall ? .proved : .refuted
        case .survived: quantifier == .forall ? .survived : .notFound
        case .estimated(let it):
            switch it.decision {
            case .holds: .holds
            case .fails: .fails
            case .undecided: .undecided
            }
        case .counted(let it):
            switch it.decision {
            case .holds: .proved
            case .fails: .contradicted
            case .undecided: .survived
            }
        case .failed, .mistaken: .error
        }
    }

    /// How it is known that no input fails.
    package enum Proof: Sendable, Hashable {
        /// Every one of the domain's inputs was tried.
        case inputs(Int)
        /// Sound bounds hold in every one of the regions that the domain was cut into.
        case regions(Int)
        /// So many answers are enough: for every input one of them does.
        case answers(Int)
    }

    package let property: String
    package let title: String?
    /// Of a property that is one of a family.
    package let member: FamilyMember?
    /// `digits.say:9:1`
    package let place: String
    /// Of what: with `exists` a contradiction of its negation is a witness.
    package let quantifier: Quantifier
    package private(set) var outcome: Outcome
    /// What else there is to say, a line each.
    package private(set) var remarks: [String]
    package let effort: Effort
    /// The least margin of a violation that rounding alone may undo; nil where none was met, or a sturdy one as well.
    package private(set) var boundary: Double?
    /// What was asked of black boxes; nil where there are none.
    package private(set) var queries: Queries?
    /// Whether all that contradicts it is accepted: in the baseline.
    package private(set) var isAccepted = false

    package init(
        property: String, title: String?, member: FamilyMember? = nil, place: String, quantifier: Quantifier = .forall,
        outcome: Outcome,
        remarks: [String] = [], effort: Effort, boundary: Double? = nil
    ) {
        self.property = property
        self.title = title
        self.member = member
        self.place = place
        self.quantifier = quantifier
        self.outcome = outcome
        self.remarks = remarks
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

        /// Nothing was done.
        package static var none: Effort {
            Effort(tries: 0, seconds: 0, bestMargin: nil, strategies: [], isInterrupted: false, admitted: nil)
        }

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

    /// Questions to black boxes.
    package struct Queries: Sendable, Hashable {
        /// Answered by them.
        package let asked: Int
        /// Answered from memory: asked before.
        package let remembered: Int
        /// How many were allowed; nil without a limit.
        package let limit: Int?
        /// Attempts to ask that failed, and were followed by others.
        package let retries: Int
        /// Questions that were asked again and had another answer, and by how much a number of it changed at most.
        package let changed: Int
        package let change: Double

        package init(asked: Int, remembered: Int, limit: Int?, retries: Int, changed: Int, change: Double) {
            (self.asked, self.remembered, self.limit) = (asked, remembered, limit)
            (self.retries, self.changed, self.change) = (retries, changed, change)
        }
    }

    /// The same with something more to say.
    package func remarking(_ remark: String) -> Verdict {
        var verdict = self
        verdict.remarks.append(remark)
        return verdict
    }

    /// The same, as one whose counterexamples are all accepted.
    package func accepted(_ remark: String) -> Verdict {
        var verdict = remarking(remark)
        verdict.isAccepted = true
        return verdict
    }

    /// The same with what was asked of black boxes.
    package func asking(
        _ queries: Queries, _ remarks: [String] = [], outcome: Outcome? = nil, boundary: Double?
    ) -> Verdict {
        var verdict = self
        verdict.queries = queries
        verdict.remarks += remarks
        verdict.outcome = outcome ?? self.outcome
        verdict.boundary = boundary
        return verdict
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
