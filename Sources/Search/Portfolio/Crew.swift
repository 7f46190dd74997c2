import Glibc

/// A few threads that wait for rounds of work: the caller's own and `size - 1` more, started with the first round that
/// needs them. Waiting threads sleep.
package final class Crew: @unchecked Sendable {
    package typealias Work = @Sendable (_ worker: Int, _ item: Int) -> Void

    let size: Int
    private let shared = Shared()
    private var threads: [pthread_t] = []

    package init(size: Int) {
        self.size = max(1, size)
    }

    /// Ends the threads.
    deinit {
        shared.locked { shared.isOver = true }
        shared.wake()
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Does items 0..<count, each once, in order of their start; returns when all are done. `worker` is below `size`, and
    /// no two items are done by the same worker at the same time; worker 0 is the caller.
    package func perform(_ count: Int, _ work: @escaping Work) {
        if size > 1 && count > 1 && threads.isEmpty { startThreads() }
        shared.locked {
            shared.work = work
            shared.next = 0
            shared.count = count
            shared.unfinished = count
        }
        if count > 1 { shared.wake() }
        shared.help(worker: 0)
        shared.waitUntilDone()
    }

    /// The same of work that reads, and writes, what it alone is given, or what it guards itself.
    package func performUnchecked(_ count: Int, _ work: @escaping (_ worker: Int, _ item: Int) -> Void) {
        let unchecked = Unchecked(body: work)
        perform(count) { unchecked.body($0, $1) }
    }

    private struct Unchecked: @unchecked Sendable {
        let body: (Int, Int) -> Void
    }

    private func startThreads() {
        for worker in 1..<size {
            let start = Unmanaged.passRetained(Start(worker: worker, shared: shared))
            var thread = pthread_t()
            let failure = pthread_create(
                &thread, nil,
                { pointer in
                    guard let pointer else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
                    start.shared.serve(worker: start.worker)
                    return nil
                }, start.toOpaque())
            if failure == 0 { threads.append(thread) } else { start.release() }
        }
    }
}

private final class Start {
    let worker: Int
    let shared: Shared

    init(worker: Int, shared: Shared) {
        self.worker = worker
        self.shared = shared
    }
}

/// What the threads of a crew share, under one lock.
private final class Shared: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let completion = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    var work: Crew.Work?
    var next = 0
    var count = 0
    var unfinished = 0
    var isOver = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(arrival, nil)
        pthread_cond_init(completion, nil)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_cond_destroy(completion)
        pthread_mutex_destroy(mutex)
        arrival.deallocate()
        completion.deallocate()
        mutex.deallocate()
    }

    func locked(_ body: () -> Void) {
        pthread_mutex_lock(mutex)
        body()
        pthread_mutex_unlock(mutex)
    }

    func wake() { pthread_cond_broadcast(arrival) }

    /// The life of a thread: sleep, help, until it is over.
    func serve(worker: Int) {
        pthread_mutex_lock(mutex)
        while !isOver {
            if next < count {
                pthread_mutex_unlock(mutex)
                help(worker: worker)
                pthread_mutex_lock(mutex)
            } else {
                pthread_cond_wait(arrival, mutex)
            }
        }
        pthread_mutex_unlock(mutex)
    }

    func help(worker: Int) {
        pthread_mutex_lock(mutex)
        while next < count, let work {
            let item = next
            next += 1
            pthread_mutex_unlock(mutex)
            work(worker, item)
            pthread_mutex_lock(mutex)
            unfinished -= 1
            if unfinished == 0 { pthread_cond_signal(completion) }
        }
        pthread_mutex_unlock(mutex)
    }

    func waitUntilDone() {
        pthread_mutex_lock(mutex)
        while unfinished > 0 { pthread_cond_wait(completion, mutex) }
        work = nil
        pthread_mutex_unlock(mutex)
    }
}
