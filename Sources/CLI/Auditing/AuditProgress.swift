import Auditors
import Glibc
import Synchronization

/// One line on standard error that says how an audit is getting on; nothing where that is not a terminal.
final class AuditProgress: Sendable {
    private let isActive = Console.isTerminal(.error)
    private let last = Mutex(0.0)

    /// At most ten times a second.
    func show(_ progress: Audit.Progress) {
        let now = Clock.seconds()
        let isDue = last.withLock { last in
            guard isActive, now - last >= 0.1 else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let all = progress.count > 0 ? " of \(progress.count)" : " tries"
        Console.write("\r\u{1B}[2K\(progress.stage): \(progress.done)\(all)", to: .error)
    }

    func clear() {
        if last.withLock({ $0 > 0 }) { Console.write("\r\u{1B}[2K", to: .error) }
    }
}
