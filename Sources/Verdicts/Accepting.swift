import Compiler
import Reports
import Terminal

extension Trying {
    /// The verdict of a trial, held against the baseline: what is known of it is said, and what of that is gone.
    ///
    /// Where something is accepted the search goes on past it, for what is not.
    package func held(against baseline: Baseline, _ trial: Trial) throws(Failure) -> Verdict {
        let known = accepted(trial)
        var trying = self
        trying.settings.wanted += known.count
        let verdict = try trying.verdict(of: trial)
        let shown = baseline.shown(by: verdict, of: subject.path)
        var held = verdict
        if !shown.isEmpty {
            let new = shown.filter { one in !known.contains { $0.covers(one) } }
            held =
                new.isEmpty
                ? verdict.accepted("accepted: \(baseline.path) has all that is shown here")
                : known.isEmpty ? verdict : verdict.remarking(Self.count(new.count, of: shown.count, in: baseline))
        }
        for one in known where !shown.contains(where: { one.covers($0) }) && !isStillThere(one, trial) {
            held = held.remarking("gone: what \(baseline.path) accepts no longer fails: \(one.words)")
        }
        return held
    }

    private static func count(_ new: Int, of all: Int, in baseline: Baseline) -> String {
        "new: \(new) of \(all) counterexamples \(new == 1 ? "is" : "are") not in \(baseline.path)"
    }

    /// Whether it fails as it did, evaluated alone.
    private func isStillThere(_ accepted: Baseline.Accepted, _ trial: Trial) -> Bool {
        guard let point = accepted.witness?.point(of: trial), trial.space.contains(point) else { return false }
        return trial.objective.margin(at: point) < 0
    }
}
