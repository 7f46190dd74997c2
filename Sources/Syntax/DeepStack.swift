import Glibc

/// A thread whose stack has room for recursion over whatever the limits let in: trees of `Limits.height`, and terms, which
/// are higher. What is not reached takes no memory.
package enum DeepStack {
    /// 512 MiB: about 25 KiB for each of 20,000 levels.
    private static let bytes = 1 << 29

    /// Does `work` there and waits for it; on the caller's own stack where no thread is to be had.
    package static func run(_ work: @escaping () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, bytes)
        defer { pthread_attr_destroy(&attributes) }
        let task = Unmanaged.passRetained(Task(work))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { pointer in
                if let pointer { Unmanaged<Task>.fromOpaque(pointer).takeRetainedValue().work() }
                return nil
            }, task.toOpaque())
        guard failure == 0 else { return task.takeRetainedValue().work() }
        pthread_join(thread, nil)
    }

    private final class Task {
        let work: () -> Void
        init(_ work: @escaping () -> Void) { self.work = work }
    }
}
