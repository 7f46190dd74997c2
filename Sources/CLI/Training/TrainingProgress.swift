import Formatting
import Glibc
import Terminal

/// One line on standard error that says how training is getting on; nothing where that is not a terminal.
final class TrainingProgress {
    private let steps, rows: Int
    private let start = Clock.seconds()
    private let isActive = Console.isTerminal(.error)
    private var last = 0.0

    init(steps: Int, rows: Int) { (self.steps, self.rows) = (steps, rows) }

    /// At most ten times a second.
    func show(_ step: Int, _ loss: Double) {
        let now = Clock.seconds()
        guard isActive, now - last >= 0.1 else { return }
        last = now
        let rate = Int(Double(step * rows) / max(now - start, 1e-6))
        let line = "step \(step) of \(steps), loss \(String(format: "%.4g", loss)), \(rate) rows/s"
        Console.write("\r\u{1B}[2K" + line, to: .error)
    }

    func clear() {
        if last > 0 { Console.write("\r\u{1B}[2K", to: .error) }
    }
}
