import Synchronization

/// Numbers jobs among threads: each of 0..<count once.
final class Tickets: Sendable {
    private let next = Atomic<Int>(0)
    private let count: Int

    init(_ count: Int) { self.count = count }

    func take() -> Int? {
        let taken = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return taken < count ? taken : nil
    }
}
