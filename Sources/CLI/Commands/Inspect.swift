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

    @Argument(
        help: "A model's file: ONNX, or trees of XGBoost, LightGBM or CatBoost.",
        completion: .file(extensions: ["onnx", "json", "ubj", "txt"]))
    var model: String

    @OptionGroup var sizes: SizeOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let found = try Inspection(model, sizes: try sizes.byName)
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
