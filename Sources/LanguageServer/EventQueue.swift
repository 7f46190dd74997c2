import Datasets
import Dispatch
import Synchronization

/// What the server has still to see to, in the order in which it came.
final class EventQueue: Sendable {
    enum Event: Sendable {
        case incoming(Channel.Incoming)
        case checked(CheckJob.Outcome)
    }

    private struct State {
        var events: [Event] = []
        var cancelled: Set<RequestID> = []
    }

    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)

    func add(_ event: Event) {
        state.withLock { state in
            state.events.append(event)
            // A request that is given up is passed over when its turn comes.
            if case .incoming(.message(let it)) = event, it["method"]?.textValue == "$/cancelRequest",
                let id = RequestID(it["params"]?["id"])
            {
                state.cancelled.insert(id)
            }
        }
        ready.signal()
    }

    /// Waits for the next.
    func next() -> Event {
        ready.wait()
        return state.withLock { $0.events.removeFirst() }
    }

    var isEmpty: Bool { state.withLock { $0.events.isEmpty } }

    /// Whether a request was given up.
    func takeCancellation(of id: RequestID) -> Bool { state.withLock { $0.cancelled.remove(id) != nil } }
}
