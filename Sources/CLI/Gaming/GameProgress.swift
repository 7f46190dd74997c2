import Games
import Synchronization
import Terminal

/// One line on standard error that says how a game is getting on; nothing where that is not a terminal.
final class GameProgress: Sendable {
    private let isActive = Console.isTerminal(.error)
    private let start = Clock.seconds()

    @Sendable func show(_ progress: GameRun.Progress) {
        guard isActive else { return }
        let what =
            switch progress.stage {
            case .making: "models made"
            case .auditing: "audits done"
            case .scoring: "models scored"
            }
        let seconds = Int(Clock.seconds() - start)
        Console.write("\r\u{1B}[2K\(progress.done) of \(progress.all) \(what), \(seconds) s", to: .error)
    }

    func clear() {
        if isActive { Console.write("\r\u{1B}[2K", to: .error) }
    }
}
