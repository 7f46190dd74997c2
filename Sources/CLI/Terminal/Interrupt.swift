import Foundation
import Synchronization

/// Ctrl-C: the first asks for what was found so far, the second ends the process at once.
enum Interrupt {
    private static let wasAsked = Atomic(false)

    static var isRequested: Bool { wasAsked.load(ordering: .relaxed) }

    static func listen() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Interrupt.wasAsked.exchange(true, ordering: .relaxed) { _exit(128 + number) }
            }
        }
    }
}
