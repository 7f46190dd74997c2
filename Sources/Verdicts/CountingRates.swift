import CompactProofs
import Compiler
import Diagnostics
import Proof
import Reports
import Search
import Terminal

/// Decides what a property says of rates over finitely many inputs: by proofs, the cheapest first, and then by trying what they
/// leave open, in order.
package struct CountingRates {
    private let counting: Counting
    private let trial: Trial
    private let trying: Trying
    private let start = Clock.seconds()
    private var known: [KnownRate]

    package init(_ counting: Counting, _ trial: Trial, _ trying: Trying) {
        (self.counting, self.trial, self.trying) = (counting, trial, trying)
        known = counting.rates.map { KnownRate($0) }
    }

    /// Of each rate the inputs of which everything is known.
    package var cells: [Cells?] { known.map { $0.isDenied ? nil : $0.cells } }

    private var end: Double { start + trying.settings.budget }

    /// A proof may take so much of the time, and so many operations a second are made.
    private static let share = 0.4
    private static let pace = 2e8

    /// What proofs show; nil where they do not decide it.
    package mutating func proved() throws(Failure) -> Verdict? {
        if let verdict = try decided() { return verdict }
        for strategy in CompactProof.Strategy.allCases {
            for index in known.indices {
                guard let named = counting.rates[index].named, !Interrupt.isRequested,
                    strategy.cost(named.tables) / Self.pace < Self.share * (end - Clock.seconds())
                else { continue }
                known[index].prove(strategy, named.tables) { [end] in Interrupt.isRequested || Clock.seconds() > end }
                if let verdict = try decided() { return verdict }
            }
        }
        return nil
    }

    /// What proofs and trying show.
    package mutating func verdict() throws(Failure) -> Verdict {
        if let verdict = try proved() { return verdict }
        let line = ProgressLine(trial.name, trying.settings.progress)
        defer { line.clear() }
        for index in known.indices {
            while !known[index].isWhole, Clock.seconds() < end, !Interrupt.isRequested {
                do { try known[index].count(until: min(end, Clock.seconds() + 0.2), trying.settings.threads) } catch {
                    throw Failure("\(error)", code: .unfinished)
                }
                line.show(known[index].tried, of: known[index].rate.inputs)
                if let verdict = try decided() { return verdict }
            }
        }
        return verdict(.undecided)
    }

    private func decided() throws(Failure) -> Verdict? {
        let intervals = known.map(\.interval)
        let numbers = NumberDecision(counting.claims)
        do {
            if try numbers.isProved(.holds, at: [], intervals) {
                trying.certification?.add(trial, known)
                return verdict(.holds)
            }
            if try numbers.isProved(.fails, at: [], intervals) { return verdict(.fails) }
        } catch { throw Failure("\(error)", code: .unfinished) }
        return nil
    }

    private func verdict(_ decision: Verdict.Counted.Decision) -> Verdict {
        let check = counting.checks.map { trying.subject.words($0) }.joined(separator: "; ")
        return Verdict(
            property: trial.name, title: trial.title, member: trial.member, place: trying.subject.place(trial),
            quantifier: trial.quantifier,
            outcome: .counted(
                Verdict.Counted(
                    decision, check: check,
                    rates: known.map { $0.told(as: trying.subject.words($0.rate.estimate.span)) })),
            effort: .init(
                tries: known.reduce(0) { $0 + $1.tried }, seconds: Clock.seconds() - start, bestMargin: nil,
                strategies: [], isInterrupted: Interrupt.isRequested, admitted: nil))
    }
}
