import Proof
import Reports
import Synchronization

/// Keeps how far a property's proofs get: the last one that was tried, at most a few hundred steps of it.
package final class BoundingLog: Sendable {
    private struct State {
        var steps: [Verdict.Bounding.Step] = []
        var reason: String?
    }

    private static let capacity = 256
    private let state = Mutex(State())

    package func note(_ effort: Prover.Effort) {
        let step = Verdict.Bounding.Step(regions: effort.regions, open: effort.open, bound: effort.bound)
        state.withLock { state in
            // Fewer regions than before: another proof has begun.
            if let last = state.steps.last, step.regions < last.regions { state = State() }
            state.reason = nil
            state.steps.append(step)
            guard state.steps.count > Self.capacity else { return }
            let last = state.steps.count - 1
            state.steps = state.steps.indices.filter { $0 % 2 == 0 || $0 == last }.map { state.steps[$0] }
        }
    }

    /// That it ended without a proof, and why.
    package func end(_ reason: String) { state.withLock { $0.reason = reason } }

    /// nil where nothing was bounded.
    package var told: Verdict.Bounding? {
        state.withLock { state in
            state.steps.isEmpty && state.reason == nil
                ? nil : Verdict.Bounding(steps: state.steps, reason: state.reason)
        }
    }
}
