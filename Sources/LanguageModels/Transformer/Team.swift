import Synchronization
import Tensors

/// Threads that share out parts of a job. Who does a part makes no difference to its results.
struct Team: Sendable {
    let threads: Int

    init(threads: Int) { self.threads = max(1, min(threads, Workers.maximum)) }

    /// Calls `body` with each of 0..<parts, once.
    func share(_ parts: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let workers = min(threads, parts)
        guard workers > 1 else {
            for part in 0..<parts { body(part) }
            return
        }
        let next = Next()
        Workers.shared.run(workers) { _ in
            while let part = next.take(below: parts) { body(part) }
        }
    }

    /// Calls `body` with ranges that together are 0..<count: one where they are few.
    func split(_ count: Int, atLeast least: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) {
        let parts = max(1, min(count / max(least, 1), 4 * threads))
        share(parts) { body($0 * count / parts..<($0 + 1) * count / parts) }
    }
}

private final class Next: Sendable {
    private let value = Atomic<Int>(0)

    func take(below limit: Int) -> Int? {
        let taken = value.wrappingAdd(1, ordering: .relaxed).oldValue
        return taken < limit ? taken : nil
    }
}
