import ArgumentParser
import Diagnostics
import Disk
import FoundationEssentials
import Games
import Glibc
import Loading
import Search
import Tensors
import Terminal

/// `gainsay game`
struct GameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "game",
        abstract: "Plant things in models, have auditors look for them, and tell how well they do.",
        discussion: """
            The game's file says which models are made and which commands audit them. What is planted comes from a secret, \
            read from standard input and kept in memory alone: the same words give the same game, and a game that was \
            interrupted goes on when it is begun again with them. Exit codes: 0 played to the end, 2 bad usage or game, \
            3 could not be run to the end.
            """)

    @Argument(help: "A game (.toml).", completion: .file(extensions: ["toml"]))
    var game: String

    @Option(name: .shortAndLong, help: "The folder of the game: what was made so far, and in the end the report.")
    var output: String

    @Option(name: .long, help: "So many audits at a time.")
    var jobs = 1

    @Option(name: .long, help: "Train models with so many threads. (default: one for each core)")
    var threads: Int = Machine.cores

    func validate() throws {
        guard (1...1000).contains(jobs) else { throw ValidationError("--jobs takes 1 to 1000") }
        guard (1...Workers.maximum).contains(threads) else {
            throw ValidationError("--threads takes 1 to \(Workers.maximum)")
        }
    }

    func run() throws {
        let source = SourceFile(path: game, bytes: try Files.read(game, limit: 1 << 24))
        let plan: Game
        do {
            plan = try Game.read(source)
            try plan.findAuditors()
        } catch { throw Failure(rendered: render([error], from: [source], style: .forErrors)) }
        do { try play(plan) } catch let error as GameError { throw Failure("\(error)") }
    }

    private func play(_ plan: Game) throws {
        try Shield.raise()
        let secret = try Secret(try SecretWords.read(), for: plan)
        Interrupt.listen()
        try Files.makeFolder(output)
        let lock = try FolderLock(output)
        defer { lock.release() }
        let here = Path.folder(of: game)
        let run = try GameRun(
            plan, secret, in: output, here: absolute(here.isEmpty ? "." : here), gainsay: Machine.program)
        let progress = GameProgress()
        let goOn: @Sendable () -> Bool = { !Interrupt.isRequested }
        guard try run.make(threads: threads, report: progress.show, goOn: goOn),
            try run.audit(jobs: jobs, report: progress.show, goOn: goOn),
            let report = try run.score(threads: threads, report: progress.show, goOn: goOn)
        else {
            progress.clear()
            Console.write("note: interrupted; the same command goes on where this one ended\n", to: .error)
            Exit.with(.unfinished)
        }
        try run.reveal(report)
        progress.clear()
        Console.write(report.text + "\n\(output)/report.html\n")
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
