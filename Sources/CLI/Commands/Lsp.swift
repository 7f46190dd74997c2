import ArgumentParser
import LanguageServer
import Terminal

/// `gainsay lsp`
struct Lsp: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve an editor: the Language Server Protocol over standard input and output.",
        discussion: """
            Started by editors; Grammar/editors has their configurations. Nothing that a spec names is run, until a property is checked. \
            The editor may say `budget` among its initialization options, as --budget takes it.
            """)

    @Flag(name: .long, help: ArgumentHelp("As editors say it; there is no other way.", visibility: .hidden))
    var stdio = false

    func run() throws {
        let server = LanguageServer(program: Machine.program)
        guard server.run() else { Exit.with(.contradicted) }
    }
}
