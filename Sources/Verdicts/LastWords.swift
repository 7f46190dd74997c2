import Compiler
import Reports
import Search
import Synchronization
import Terminal

/// What is known of a run at any time: said where it was asked to end and something holds it up, one long evaluation say.
package final class LastWords: Sendable {
    private struct State {
        var verdicts: [Verdict] = []
        var underway: Underway?
        var isOver = false
    }

    private struct Underway {
        let trial: Trial
        let place: String
        let start: Double
        var progress: SearchProgress?
        var violation: Double?
    }

    private let state = Mutex(State())

    package init() {}

    package func begin(_ trial: Trial, at place: String) {
        state.withLock { $0.underway = Underway(trial: trial, place: place, start: Clock.seconds()) }
    }

    package func note(_ progress: SearchProgress) { state.withLock { $0.underway?.progress = progress } }

    /// That a violation was met, which is still to be confirmed and shown.
    package func note(violation margin: Double) { state.withLock { $0.underway?.violation = margin } }

    /// Keeps a verdict, and prints it: what says the last words waits for that.
    package func end(with verdict: Verdict, print: () -> Void) {
        state.withLock { state in
            state.verdicts.append(verdict)
            state.underway = nil
            print()
        }
    }

    /// From here on there is nothing to say any more.
    package func close() { state.withLock { $0.isOver = true } }

    /// Gives all verdicts, that of what is underway last, unless all was said; nothing is printed by others after that.
    package func say(_ print: (_ verdicts: [Verdict], _ last: Verdict?) -> Never) {
        state.withLock { state in
            guard !state.isOver else { return }
            let last = state.underway.map { Self.verdict($0) }
            print(state.verdicts + (last.map { [$0] } ?? []), last)
        }
    }

    private static func verdict(_ underway: Underway) -> Verdict {
        let found = underway.violation.map { margin in
            "interrupted before a violation that was met could be confirmed and shown: margin "
                + margin.rounded(toSignificant: 5)
        }
        let tries = underway.progress?.tries ?? 0
        let outcome: Verdict.Outcome =
            if let found { .failed(found) } else if tries == 0 { .failed("interrupted before anything was tried") } else
            {
                .survived
            }
        return Verdict(
            property: underway.trial.name, title: underway.trial.title, place: underway.place, outcome: outcome,
            effort: .init(
                tries: tries, seconds: Clock.seconds() - underway.start,
                bestMargin: tries > 0 ? underway.progress?.bestMargin : nil, strategies: [], isInterrupted: true,
                admitted: nil))
    }
}
