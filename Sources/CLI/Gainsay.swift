import ArgumentParser

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
        version: version,
        subcommands: [Check.self, Replay.self, Cases.self, FormatCommand.self, ImportCommand.self, VerifyCertificate.self],
        defaultSubcommand: nil)

    static let version = "0.1.0"

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            failure.print()
            Exit.with(failure.code)
        } catch {
            exit(reporting: error)
        }
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
