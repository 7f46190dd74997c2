import ArgumentParser
import Checker
import Compiler
import Diagnostics
import Loading
import Tensors
import Terminal
import VNNLIB

/// `gainsay export`
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a property as a VNN-LIB query, or a wrapper as an ONNX file.",
        discussion: """
            The query is satisfied exactly by the property's counterexamples. What VNN-LIB has no words for is said, with \
            its place, and nothing is written.
            """)

    @Argument(help: "A spec.", completion: .file(extensions: ["say"]))
    var spec: String

    @Option(name: .long, help: "The property; it need not be said where there is only one.")
    var property: String?

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case vnnlib1, vnnlib2

        var version: Query.Version { self == .vnnlib1 ? .one : .two }
    }

    @Option(
        name: .long, help: "Write the wrapper of this name as ONNX, to the FILE of --output, instead of a property.")
    var wrapper: String?

    @Option(name: .long, help: "The version of VNN-LIB: vnnlib1 or vnnlib2.")
    var to = Format.vnnlib2

    @OptionGroup(title: "What is written") var sources: SourceOptions
    @OptionGroup var chance: WrapperSeedOptions

    @Option(name: .shortAndLong, help: "Write to FILE instead of standard output.")
    var output: String?

    func run() throws {
        let workload = try Workload(spec: spec, try sources.workload(seed: chance.seed), style: .forErrors)
        if let wrapper { return try write(wrapper, of: workload) }
        let chosen = try chosen(workload.spec.properties)
        let query: WrittenQuery
        do {
            query = try export(
                chosen, of: workload.spec, signatures: workload.graphs.map(\.signature), to: to.version)
        } catch {
            throw Failure(rendered: render([error], from: workload.sources, style: .forErrors))
        }
        let text = query.text(to.version, title: "\(chosen.name) in \(spec)")
        if let output { try Files.write(Array(text.utf8), to: output) } else { Console.write(text) }
    }

    private func write(_ wrapper: String, of workload: Workload) throws {
        let wrappers = workload.spec.models.filter { $0.wrapper != nil }.map(\.name)
        guard let model = workload.spec.models.firstIndex(where: { $0.name == wrapper && $0.wrapper != nil }) else {
            let near = suggest(wrapper, among: wrappers).map { "; did you mean `\($0)`?" } ?? ""
            throw Failure("\(spec) has no wrapper named `\(wrapper)`\(near)")
        }
        guard let output else { throw Failure("an ONNX file is not written to standard output: say `--output FILE`") }
        try Files.write(try workload.onnx(of: model), to: output)
    }

    private func chosen(_ properties: [CheckedProperty]) throws(Failure) -> CheckedProperty {
        guard let property else {
            guard properties.count == 1, let only = properties.first else {
                throw Failure("\(spec) has \(properties.count) properties: say `--property NAME`")
            }
            return only
        }
        guard let found = properties.first(where: { $0.name == property }) else {
            let near = suggest(property, among: properties.map(\.name)).map { "; did you mean `\($0)`?" } ?? ""
            throw Failure("\(spec) has no property named `\(property)`\(near)")
        }
        return found
    }
}
