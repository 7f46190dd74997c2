import Formatting
import Glibc
import Proof
import Reports
import Search
import Synchronization
import Terminal

/// One line on standard error that says how the search is getting on; nothing where that is not a terminal. The same goes to
/// `--progress`.
package final class ProgressLine: Sendable {
    private struct State {
        var isShown = false
        var last = 0.0
    }

    private let property: String
    private let start: Double
    private let isOnTerminal: Bool
    private let channel: ProgressChannel?
    private let state = Mutex(State())

    /// Of a library's caller nothing is shown.
    package enum Visibility: Sendable { case shown, hidden }

    package init(_ property: String, _ visibility: Visibility) {
        self.property = property
        isOnTerminal = visibility == .shown && Console.isTerminal(.error)
        channel = visibility == .shown ? ProgressChannel.chosen : nil
        start = Clock.seconds()
    }

    package func show(_ progress: SearchProgress) {
        show(progress.tries, "tries", "best margin \(Self.short(progress.bestMargin)), \(progress.strategy)")
    }

    package func show(_ effort: Prover.Effort) {
        show(effort.regions, "regions", "\(Self.grouped(effort.open)) open, least bound \(Self.short(effort.bound))")
    }

    /// Of inputs that are counted.
    package func show(_ count: Int, of inputs: UInt128) { show(count, "inputs", "of \("\(inputs)".grouped)") }

    /// At most ten times a second.
    private func show(_ count: Int, _ what: String, _ rest: String) {
        guard isOnTerminal || channel != nil else { return }
        let now = Clock.seconds()
        let isDue = state.withLock { state in
            guard now - state.last >= 0.1 else { return false }
            state.last = now
            state.isShown = isOnTerminal
            return true
        }
        guard isDue else { return }
        channel?.tell(Progress(property: property, count: count, what: what, seconds: now - start, words: rest))
        guard isOnTerminal else { return }
        let rate = Int(Double(count) / max(now - start, 1e-6))
        let line = "\(property): \(Self.grouped(count)) \(what), \(Self.grouped(rate))/s, \(rest)"
        Console.write("\r\u{1B}[2K" + String(line.prefix(Self.width - 1)), to: .error)
    }

    private struct Progress: Encodable {
        let property: String
        let count: Int
        let what: String
        let seconds: Double
        let words: String
    }

    package func clear() {
        let wasShown = state.withLock { state in
            defer { state.isShown = false }
            return state.isShown
        }
        if wasShown { Console.write("\r\u{1B}[2K", to: .error) }
    }

    private static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
        return Int(size.ws_col)
    }

    private static func short(_ value: Double) -> String { String(format: "%.4g", value) }

    private static func grouped(_ number: Int) -> String { "\(number)".grouped }
}
