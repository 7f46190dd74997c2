import ArgumentParser
import Foundation

/// `gainsay inspect`
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what a model's file holds, and what can be done with it.",
        discussion: """
            Inputs, outputs, operators, what can be searched by gradient and what can be proved, the declaration for a spec, \
            and why it does not load where it does not. Exits with 2 then, else with 0.
            """)

    @Argument(help: "A model's file (.onnx).", completion: .file(extensions: ["onnx"]))
    var model: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Take so much for a size that the file leaves open, by its name or by its place: `x.0` is the first of input `x`.",
            valueName: "name=size"),
        transform: Assignment.parse)
    var size: [Assignment] = []

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let found = try Inspection(model, sizes: try Assignment.sizes(size))
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            Console.write(String(decoding: try encoder.encode(found), as: UTF8.self) + "\n")
        } else {
            Console.write(InspectionText(found).text)
        }
        if found.loaded == nil { Exit.with(.badInput) }
    }
}

extension Assignment {
    /// `--size T=10`
    static func sizes(_ assignments: [Assignment]) throws -> [String: Int] {
        try dictionary(assignments, option: "--size").mapValues { text in
            guard let size = Int(text), size > 0 else { throw ValidationError("--size takes NAME=SIZE, not `\(text)`") }
            return size
        }
    }
}
