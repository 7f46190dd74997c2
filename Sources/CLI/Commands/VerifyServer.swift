import ArgumentParser
import BlackBoxes
import Terminal

/// `gainsay verify-server`
struct VerifyServer: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a command that serves a model, and hold it against the protocol of black boxes.",
        discussion: """
            Sources/BlackBoxes/README.md is the protocol. Exit codes: 0 the server keeps it, 1 it does not, 2 bad \
            usage.
            """)

    @Argument(help: "The command, as it would stand in a spec: \"python3 serve.py\".")
    var command: String

    @Option(name: .long, help: "Let it take so long for an answer; twice that to start.")
    var patience = Duration(seconds: 60)

    func run() throws {
        let patience = Patience(answer: patience.seconds, start: 2 * patience.seconds) { Interrupt.isRequested }
        Interrupt.listen()
        let texts = DeclaredTexts()
        let server: CommandServer
        do { server = try CommandServer(command, in: ".", patience: patience, texts: texts) } catch {
            throw Failure("\(error)")
        }
        let isKept = ServerTest(server, texts) { point in
            switch point.result {
            case .kept: Console.write("ok      it \(point.name)\n")
            case .remark(let text): Console.write("note    it \(point.name): \(text)\n")
            case .broken(let text): Console.write("broken  it \(point.name): \(text)\n")
            }
        }.run()
        Exit.with(isKept ? .nothingContradicted : .contradicted)
    }
}
