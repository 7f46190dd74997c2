import Synchronization

/// Whether one of several threads met a flaw.
final class Flaws: Sendable {
    private let met = Atomic<Bool>(false)

    var any: Bool { met.load(ordering: .relaxed) }

    func found() { met.store(true, ordering: .relaxed) }
}
