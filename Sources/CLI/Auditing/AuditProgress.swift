import Auditors
import Glibc
import Synchronization
import Terminal

/// One line on standard error that says how an audit is getting on; nothing where that is not a terminal. The same goes to
/// `--progress`.
final class AuditProgress: Sendable {
    private let isOnTerminal = Console.isTerminal(.error)
    private let channel = ProgressChannel.chosen
    private let last = Mutex(0.0)

    /// At most ten times a second.
    func show(_ progress: Audit.Progress) {
        let now = Clock.seconds()
        let isDue = last.withLock { last in
            guard isOnTerminal || channel != nil, now - last >= 0.1 else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        channel?.tell(Told(stage: progress.stage, count: progress.done, of: progress.count))
        guard isOnTerminal else { return }
        let all = progress.count > 0 ? " of \(progress.count)" : " tries"
        Console.write("\r\u{1B}[2K\(progress.stage): \(progress.done)\(all)", to: .error)
    }

    private struct Told: Encodable {
        let stage: String
        let count, of: Int
    }

    func clear() {
        if isOnTerminal, last.withLock({ $0 > 0 }) { Console.write("\r\u{1B}[2K", to: .error) }
    }
}
