import Compiler
import Proof
import Reports
import Search
import Tensors
import Terminal

/// Decides a property with an inner quantifier, as far as it can be decided, by going back and forth.
///
/// A choice of the outer variables that beats all answers so far is searched; an answer to it is searched, and joins them;
/// where none is found it is asked whether none can be, which settles the property. Where no choice beats the answers, and
/// none can, they settle it the other way.
package struct Alternation {
    private let game: Game
    private let trial: Trial
    private let trying: Trying

    package init(_ game: Game, _ trial: Trial, _ trying: Trying) {
        (self.game, self.trial, self.trying) = (game, trial, trying)
    }

    private static let mostAnswers = 256
    /// Choices to which no answer was found, nor proved that there is none, after which it goes no further.
    private static let mostDoubts = 4

    private enum Reply {
        case answer([Double])
        /// There is none, and how that is known.
        case none(Verdict.Proof)
        case unknown
    }

    package func verdict() throws(Failure) -> Verdict {
        let start = Clock.seconds()
        var (answers, doubts, effort) = ([[Double]](), [[Double]](), Effort())
        let end = start + trying.settings.budget
        while Clock.seconds() < end, answers.count < Self.mostAnswers, !Interrupt.isRequested, !trial.objective.isOver {
            let choice: [Double]
            switch search(try outer(answers), knowing: [], within: end, &effort) {
            case .found(let point): choice = point
            case .exhausted: return proved(answers.count, effort, since: start)
            case .open:
                guard case .none = prove(try outer(answers), within: end) else { continue }
                return proved(answers.count, effort, since: start)
            }
            switch reply(try inner(choice), knowing: answers, within: end, &effort) {
            case .answer(let point): answers.append(point)
            case .none(let proof): return contradicted(choice, proof, effort, since: start)
            case .unknown:
                doubts.append(choice)
                guard doubts.count < Self.mostDoubts else { return verdict(.survived, effort, since: start, doubts) }
            }
        }
        return verdict(.survived, effort, since: start, doubts)
    }

    private func outer(_ answers: [[Double]]) throws(Failure) -> GraphObjective {
        do { return try game.outer(against: answers) } catch { throw Failure("\(error)", code: .unfinished) }
    }

    private func inner(_ choice: [Double]) throws(Failure) -> GraphObjective {
        do { return try game.inner(to: choice) } catch { throw Failure("\(error)", code: .unfinished) }
    }

    // MARK: - One move

    private enum Result {
        case found([Double])
        case exhausted(Int)
        case open
    }

    /// A twentieth of the budget at a time: what is easily found is found, and what is not may as well be proved.
    private func search(
        _ objective: GraphObjective, knowing known: [[Double]], within end: Double, _ effort: inout Effort
    ) -> Result {
        var portfolio = Portfolio()
        portfolio.seed = trying.settings.seed &+ UInt64(effort.tries)
        portfolio.workers = trying.settings.threads
        portfolio.known = known
        let seconds = min(max(0.1, trying.settings.budget * 0.05), max(0.01, end - Clock.seconds()))
        portfolio.budget = Budget(tries: trying.settings.tries, seconds: seconds, clock: Clock.seconds)
        portfolio.isCancelled = { Interrupt.isRequested }
        let outcome = portfolio.search(objective)
        effort = outcome.effort.after(effort)
        return switch outcome {
        case .found(let findings, _), .interrupted(let findings, _): findings.first.map { .found($0.point) } ?? .open
        case .exhausted(let effort): .exhausted(objective.space.pointCount ?? effort.tries)
        case .survived: .open
        }
    }

    private func reply(
        _ objective: GraphObjective, knowing known: [[Double]], within end: Double, _ effort: inout Effort
    ) -> Reply {
        switch search(objective, knowing: known, within: end, &effort) {
        case .found(let point): return .answer(point)
        case .exhausted(let count): return .none(.inputs(count))
        case .open: return prove(objective, within: end)
        }
    }

    /// Whether no point of the objective's space is negative, by bounds.
    private func prove(_ objective: GraphObjective, within end: Double) -> Reply {
        let isOver = { Clock.seconds() >= end || Interrupt.isRequested }
        guard var prover = try? Prover(objective, graph: objective.graph, margin: objective.margin, isOver: isOver)
        else { return .unknown }
        prover.seconds = max(0, min(end - Clock.seconds(), trying.settings.budget * 0.25))
        prover.clock = { Clock.seconds() }
        prover.threads = trying.settings.threads
        prover.isCancelled = { Interrupt.isRequested }
        return switch prover.prove() {
        case .proved(let effort): .none(.regions(effort.regions))
        case .found(let point, _): .answer(point)
        case .undecided: .unknown
        }
    }

    // MARK: - What is told

    private func proved(_ answers: Int, _ effort: Effort, since start: Double) -> Verdict {
        switch trying.admittance(of: trial, until: start + trying.settings.budget) {
        case .unconditional, .share: verdict(.proved(.answers(answers)), effort, since: start)
        case .nothing: verdict(.nothingAdmitted, effort, since: start)
        case .interrupted: verdict(.survived, effort, since: start)
        }
    }

    private func contradicted(
        _ choice: [Double], _ proof: Verdict.Proof, _ effort: Effort, since start: Double
    ) -> Verdict {
        let names = game.innerLeaves.map { "`\($0.name)`" }.joined(separator: ", ")
        let said = trial.quantifier == .forall ? "no value of \(names) meets it" : "it holds for all values of \(names)"
        let remark = "\(said): \(TextReport(.plain).how(proof, trial.quantifier))"
        let example = Presentation(trying.subject, trial, nil).choice(choice, of: game.outerLeaves, effort.tries)
        return verdict(.contradicted([example]), effort, since: start, remarks: [remark])
    }

    private func verdict(
        _ outcome: Verdict.Outcome, _ effort: Effort, since start: Double, _ doubts: [[Double]] = [],
        remarks: [String] = []
    ) -> Verdict {
        var remarks = remarks
        if let doubt = doubts.first {
            let values = game.outerLeaves.map { leaf in
                if let text = leaf.text(at: doubt) { return "\(leaf.name) = \(Notation.quoted(text))" }
                let notation = trial.notation(of: leaf)
                return "\(leaf.name) = "
                    + leaf.coordinates.prefix(8).map { notation.text(doubt[$0]) }.joined(separator: ", ")
            }
            let names = game.innerLeaves.map { "`\($0.name)`" }.joined(separator: ", ")
            let missed = trial.quantifier == .forall ? "that meets it" : "that breaks it"
            remarks.append(
                "for \(values.joined(separator: "; ")) no value of \(names) \(missed) was found, nor proved that there is none"
            )
        }
        return Verdict(
            property: trial.name, title: trial.title, member: trial.member, place: trying.subject.place(trial),
            quantifier: trial.quantifier, outcome: outcome, remarks: remarks,
            effort: .init(
                tries: effort.tries, seconds: Clock.seconds() - start, bestMargin: nil,
                strategies: effort.shares.map { .init(strategy: $0.strategy, tries: $0.tries) },
                isInterrupted: Interrupt.isRequested, admitted: nil))
    }
}
