import Glibc
import Synchronization

/// Threads that sleep where there is no work, and live as long as the process.
package final class Workers: @unchecked Sendable {
    package static let shared = Workers()

    /// The most threads that work on one job.
    package static let maximum = 64

    /// How many threads can run at once here.
    static let processors = max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), maximum))

    /// How long a thread stays awake without work: short, as another may want its processor.
    private static let patience = Duration.microseconds(100)

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// How many jobs were posted, and how many finished.
    private let posted = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)
    private var jobs: [Job] = []
    private var threads = 0

    private init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
        pthread_cond_init(done, nil)
    }

    /// Calls `body` with 0..<count, each once, this thread among those that do; returns when all have returned.
    ///
    /// Does not depend on there being threads: the caller does what nobody else takes.
    package func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        guard count > 1 else { return body(0) }
        let job = Job(count: count, body: body)
        pthread_mutex_lock(mutex)
        while threads < min(count, Workers.maximum) - 1, start() { threads += 1 }
        jobs.append(job)
        posted.add(1, ordering: .relaxed)
        pthread_cond_broadcast(wake)
        work(on: job)
        wait(finished, done) { job.unfinished == 0 }
        pthread_mutex_unlock(mutex)
    }

    /// Takes parts of a job until there are no more. The mutex is held before and after.
    private func work(on job: Job) {
        while job.next < job.count {
            let part = job.next
            job.next += 1
            if job.next == job.count { jobs.removeAll { $0 === job } }
            pthread_mutex_unlock(mutex)
            job.body(part)
            pthread_mutex_lock(mutex)
            job.unfinished -= 1
            if job.unfinished == 0 {
                finished.add(1, ordering: .relaxed)
                pthread_cond_broadcast(done)
            }
        }
    }

    private func serve() {
        pthread_mutex_lock(mutex)
        while true {
            wait(posted, wake) { !jobs.isEmpty }
            work(on: jobs[0])
        }
    }

    /// Watches a counter for a while before it sleeps: to be woken takes longer than many a job. The mutex is held
    /// before and after, and when `isOver` is called.
    private func wait(
        _ counter: borrowing Atomic<Int>, _ signal: UnsafeMutablePointer<pthread_cond_t>, until isOver: () -> Bool
    ) {
        guard !isOver() else { return }
        let (seen, end) = (counter.load(ordering: .relaxed), ContinuousClock.now + Workers.patience)
        pthread_mutex_unlock(mutex)
        while counter.load(ordering: .relaxed) == seen, ContinuousClock.now < end {}
        pthread_mutex_lock(mutex)
        while !isOver() { pthread_cond_wait(signal, mutex) }
    }

    private func start() -> Bool {
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { _ in
                Workers.shared.serve()
                return nil
            }, nil)
        if result == 0 { pthread_detach(thread) }
        return result == 0
    }

    private final class Job {
        let count: Int
        let body: @Sendable (Int) -> Void
        var next = 0
        var unfinished: Int

        init(count: Int, body: @escaping @Sendable (Int) -> Void) {
            self.count = count
            self.body = body
            unfinished = count
        }
    }
}
