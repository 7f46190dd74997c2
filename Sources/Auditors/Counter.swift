import Synchronization

/// Counts what several threads do.
final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }

    /// Returns the count with these.
    @discardableResult func add(_ number: Int) -> Int { value.wrappingAdd(number, ordering: .relaxed).newValue }
}
