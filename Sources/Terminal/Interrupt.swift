import Dispatch
import Glibc
import Synchronization

/// Ctrl-C: the first asks for what was found so far, the second ends the process at once.
package enum Interrupt {
    private static let wasAsked = Atomic(false)
    private static let patience: UInt32 = 250_000

    package static var isRequested: Bool { wasAsked.load(ordering: .relaxed) }

    package static func listen() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Interrupt.wasAsked.exchange(true, ordering: .relaxed) { _exit(128 + number) }
                sem_post(Bell.shared.semaphore)
            }
        }
    }

    /// Does `work`, on a thread of its own, where the process has not ended a quarter of a second after it was asked to.
    package static func whenHeldUp(_ work: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "interrupt").async {
            while sem_wait(Bell.shared.semaphore) != 0 {}
            usleep(patience)
            work()
        }
    }
}

/// What a signal's handler may ring.
private final class Bell: @unchecked Sendable {
    static let shared = Bell()
    let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    private init() { sem_init(semaphore, 0, 0) }
}
