import ArgumentParser
import Diagnostics
import Foundation
import Tensors
import VNNLIB

/// `gainsay import`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Write a VNN-LIB property as a spec.")

    @Argument(help: "The property.", completion: .file(extensions: ["vnnlib"]))
    var property: String

    @Option(
        name: .long, help: "The model's file: its name and shapes go into the spec. (default: a flat net.onnx)",
        completion: .file(extensions: ["onnx"]))
    var model: String?

    @Option(name: .shortAndLong, help: "Write to FILE instead of standard output.")
    var output: String?

    func run() throws {
        let source = SourceFile(path: property, bytes: try Files.read(property))
        let query = try Query.read(source)
        do { try query.requireBoundedInput() } catch { throw Failure(error, in: source) }
        let text = query.sayText(of: try queried(query), title: property)
        if let output { try Files.write(Array(text.utf8), to: output) } else { Console.write(text) }
    }

    /// The model's path as it is found from the spec's folder.
    private func written(_ path: String) -> String {
        guard let output, output.contains("/"), !path.hasPrefix("/") else { return path }
        return FileManager.default.currentDirectoryPath + "/" + path
    }

    /// The model as the spec will declare it; flat where its file was not given.
    private func queried(_ query: Query) throws(Failure) -> QueriedModel {
        guard let model else {
            return QueriedModel(
                file: "net.onnx", input: (name: "x", shape: [query.inputCount]),
                output: (name: "y", shape: [query.outputCount]))
        }
        let signature = try ModelFile.read(model).signature
        guard let input = signature.inputs.first, let output = signature.outputs.first else {
            throw Failure("\(model): the model has no input or no output")
        }
        return QueriedModel(
            file: written(model), input: (name: input.name, shape: input.type.shape.dimensions),
            output: (name: output.name, shape: output.type.shape.dimensions))
    }
}
