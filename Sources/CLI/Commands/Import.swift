import ArgumentParser
import Compiler
import Diagnostics
import FoundationEssentials
import Glibc
import Loading
import Tensors
import Terminal
import VNNLIB

/// `gainsay import`
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Write a VNN-LIB property as a spec.")

    @Argument(help: "The property, of version 1.0 or 2.0.", completion: .file(extensions: ["vnnlib"]))
    var property: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A model's file: its name and shapes go into the spec. NAME=FILE where there are several networks. "
                + "(default: NAME.onnx, and in version 1.0 a flat net.onnx)", valueName: "file"),
        completion: .file(extensions: ["onnx"]))
    var model: [String] = []

    @Option(name: .shortAndLong, help: "Write to FILE instead of standard output.")
    var output: String?

    func run() throws {
        let source = SourceFile(path: property, bytes: try Files.read(property))
        let query = try Query.read(source)
        do {
            try query.requireBoundedInput()
            let text =
                query.version == .one
                ? query.sayText(of: try queried(query), title: property)
                : try query.networkSayText(try files(of: query), title: property)
            if let output { try Files.write(Array(text.utf8), to: output) } else { Console.write(text) }
        } catch let error as Diagnostic {
            throw Failure(error, in: source)
        } catch let error as QueryError {
            throw Failure("\(property): \(error)")
        }
    }

    /// The model's path as it is found from the spec's folder.
    private func written(_ path: String) -> String {
        guard let output, output.contains("/"), !path.hasPrefix("/") else { return path }
        return FileManager.default.currentDirectoryPath + "/" + path
    }

    /// The model as the spec will declare it; flat where its file was not given.
    private func queried(_ query: Query) throws -> QueriedModel {
        guard let model = model.first else {
            return QueriedModel(
                file: "net.onnx", input: (name: "x", shape: [query.inputCount]),
                output: (name: "y", shape: [query.outputCount]))
        }
        guard self.model.count == 1 else { throw Failure("a VNN-LIB 1.0 property speaks of one model") }
        let signature = try ModelFile.read(named: model) { try query.networks[0].shapes(in: $0) }.signature
        guard let input = signature.inputs.first, let output = signature.outputs.first else {
            throw Failure("\(model): the model has no input or no output")
        }
        return QueriedModel(
            file: written(model), input: (name: input.name, shape: input.type.shape.dimensions),
            output: (name: output.name, shape: output.type.shape.dimensions))
    }

    /// Each network's file and its ports, where they are given.
    private func files(of query: Query) throws -> [Query.NetworkFile] {
        if model.isEmpty { return query.networks.map { Query.NetworkFile(path: "\($0.name).onnx") } }
        let files = try query.files(try LoadedQuery.Networks(model, option: "--model"), option: "--model", in: property)
        return try zip(query.networks, files).map { network, file in
            let signature = try ModelFile.read(named: file) { try network.shapes(in: $0) }.signature
            return Query.NetworkFile(
                path: written(file), inputs: signature.inputs.map(\.name), outputs: signature.outputs.map(\.name))
        }
    }
}
