import Glibc

/// Threads that sleep where there is no work, and live as long as the process.
final class Workers: @unchecked Sendable {
    static let shared = Workers()

    /// The most threads that work on one job.
    static let maximum = 64

    /// How many threads can run at once here.
    static let processors = max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), maximum))

    /// Yields before sleep: some 50 microseconds where nothing else wants the processor.
    private static let patience = 100

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
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
    func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        guard count > 1 else { return body(0) }
        let job = Job(count: count, body: body)
        pthread_mutex_lock(mutex)
        while threads < min(count, Workers.maximum) - 1, start() { threads += 1 }
        jobs.append(job)
        pthread_cond_broadcast(wake)
        work(on: job)
        wait(for: done) { job.unfinished == 0 }
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
            if job.unfinished == 0 { pthread_cond_broadcast(done) }
        }
    }

    private func serve() {
        pthread_mutex_lock(mutex)
        while true {
            wait(for: wake) { !jobs.isEmpty }
            work(on: jobs[0])
        }
    }

    /// Lets other threads go first some times before it sleeps: to be woken takes longer than many a job. The mutex is
    /// held before and after, and when `isOver` is called.
    private func wait(for signal: UnsafeMutablePointer<pthread_cond_t>, until isOver: () -> Bool) {
        for _ in 0..<Workers.patience {
            if isOver() { return }
            pthread_mutex_unlock(mutex)
            sched_yield()
            pthread_mutex_lock(mutex)
        }
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
