import Glibc

/// Threads that sleep until there is work, and live as long as the process.
final class Workers: @unchecked Sendable {
    static let shared = Workers()

    /// The most threads that work on one job.
    static let maximum = 64

    /// How many threads can run at once here.
    static let processors = max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), maximum))

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
        while job.unfinished > 0 { pthread_cond_wait(done, mutex) }
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
            while jobs.isEmpty { pthread_cond_wait(wake, mutex) }
            work(on: jobs[0])
        }
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
