import ArgumentParser
import Diagnostics
import Syntax
import Terminal
import Verdicts

/// The `gainsay` command.
@main
struct Gainsay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gainsay",
        abstract: "Say what a model should do; see it contradicted by the smallest input that does.",
        discussion: """
            Exit codes: 0 nothing was contradicted, 1 something was, 2 bad usage, spec, model or data, 3 could not be run \
            to the end.
            """,
        version: Release.version,
        subcommands: [
            AuditCommand.self,
            Check.self, Watch.self, Diff.self, Init.self, Explain.self, Inspect.self, OutlineCommand.self, Replay.self,
            Cases.self, Verify.self, Supports.self,
            FormatCommand.self, Lsp.self, ImportCommand.self,
            ExportCommand.self, VerifyCertificate.self, VerifyServer.self, Train.self,
            Plant.self, Activate.self, GameCommand.self,
        ],
        defaultSubcommand: nil)

    @Flag(name: .long, help: "Show the name.")
    var name = false

    func run() throws {
        guard name else { throw CleanExit.helpRequest(self) }
        Console.write("Gainsay\n")
    }

    static func main() { DeepStack.run { perform() } }

    private static func perform() {
        do {
            let arguments = completed(Array(CommandLine.arguments.dropFirst()))
            try requireCommand(arguments.first)
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch let failure as Failure {
            failure.print()
            Exit.with(failure.code)
        } catch {
            exit(reporting: error)
        }
    }

    /// Vehicle calls a solver with the query first and no command: that is `verify`, in the words that Vehicle understands.
    private static func completed(_ arguments: [String]) -> [String] {
        let isQuery = arguments.first.map { $0.hasSuffix(".txt") || $0.hasSuffix(".vnnlib") } ?? false
        return isQuery ? ["verify", "--words", "vehicle"] + arguments : arguments
    }

    /// Throws where a first word that is no option is no command: the argument parser would speak of all words at once.
    private static func requireCommand(_ word: String?) throws(Failure) {
        guard let word, !word.hasPrefix("-") else { return }
        let names = configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases } + ["help"]
        guard !names.contains(word) else { return }
        let meant =
            word.hasSuffix(".say")
            ? "; did you mean `gainsay check \(word)`?" : suggest(word, among: names).map { "; did you mean `\($0)`?" }
        throw Failure("there is no command `\(word)`\(meant ?? ": `gainsay --help` lists them")")
    }

    /// Usage errors leave with 2, not with the argument parser's 64.
    private static func exit(reporting error: any Error) -> Never {
        guard let code = error as? ArgumentParser.ExitCode else {
            let isHelp = exitCode(for: error).isSuccess
            Console.write(fullMessage(for: error) + "\n", to: isHelp ? .output : .error)
            Exit.with(isHelp ? .nothingContradicted : .badInput)
        }
        Exit.with(Exit.Code(rawValue: code.rawValue) ?? .unfinished)
    }
}
