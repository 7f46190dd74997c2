import Synchronization

/// Whether something failed on any thread.
final class Failed: Sendable {
    private let flag = Atomic(false)

    func note() { flag.store(true, ordering: .relaxed) }

    var isNoted: Bool { flag.load(ordering: .relaxed) }
}
