import ArgumentParser
import Diagnostics
import Loading
import Syntax
import Terminal

/// `gainsay format`
struct FormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "format", abstract: "Bring specs into the one layout.",
        discussion: "Files are rewritten in place, whole or not at all. A file with syntax errors is left as it is.")

    @ArgumentParser.Argument(help: "The specs.", completion: .file(extensions: ["say"]))
    var files: [String]

    @Flag(
        name: .long,
        help: "Change nothing; name the files that are not in the layout, and exit with 1 if there are any.")
    var check = false

    func run() throws {
        var isClean = true
        for file in files where try !format(file) { isClean = false }
        if !isClean { Exit.with(.contradicted) }
    }

    /// False where the file is to be changed and `--check` forbids it.
    private func format(_ path: String) throws(Failure) -> Bool {
        let source = SourceFile(path: path, bytes: try Files.read(path, limit: 1 << 26))
        let (tree, diagnostics) = Syntax.parse(source)
        guard !diagnostics.hasErrors else {
            throw Failure(rendered: render(diagnostics, from: [source], style: .forErrors))
        }
        let formatted = Array(Syntax.format(tree).utf8)
        guard formatted != source.bytes else { return true }
        if check {
            Console.write("\(path) is not in the layout\n")
            return false
        }
        try Files.write(formatted, to: path)
        return true
    }
}
