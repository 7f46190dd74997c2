import ArgumentParser
import Diagnostics
import VNNLIB

/// `gainsay import`
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Write a VNN-LIB property as a spec.")

    @Argument(help: "The property.", completion: .file(extensions: ["vnnlib"]))
    var property: String

    @Option(name: .long, help: "The model's file: its shapes go into the spec.", completion: .file(extensions: ["onnx"]))
    var model: String?

    @Option(name: .shortAndLong, help: "Write to FILE instead of standard output.")
    var output: String?

    func run() throws {
        let source = SourceFile(path: property, bytes: try Files.read(property))
        let query: Query
        do { query = try Query(parsing: source) } catch {
            throw Failure(render([error], from: [source], style: .forErrors))
        }
        let signature = try model.map { (path) throws(Failure) in try ModelFile.read(path).signature }
        let text = try sayText(of: query, signature: signature, file: model)
        if let output { try Files.write(Array(text.utf8), to: output) } else { Console.write(text) }
    }
}
