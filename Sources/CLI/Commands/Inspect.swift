import ArgumentParser
import FoundationEssentials
import Glibc
import Loading
import Terminal

/// `gainsay inspect`
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell what a model's file holds, and what can be done with it.",
        discussion: """
            Inputs, outputs, operators, what can be searched by gradient and what can be proved, the declaration for a spec, \
            and why it does not load where it does not. Exits with 2 then, else with 0.
            """)

    @Argument(
        help:
            "A model's file: ONNX, trees of XGBoost, LightGBM or CatBoost, or a language model (GGUF, or a folder of safetensors).",
        completion: .file(extensions: ["onnx", "json", "ubj", "txt", "gguf"]))
    var model: String

    @OptionGroup var sizes: SizeOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        guard !LanguageModelReader.recognises(model) else { return try inspectLanguageModel() }
        let found = try Inspection(model, sizes: try sizes.byName)
        if json {
            try write(found)
        } else {
            Console.write(InspectionText(found).text)
        }
        if found.loaded == nil { Exit.with(.badInput) }
    }

    private func inspectLanguageModel() throws {
        let found = try LanguageModelInspection(model)
        if json { try write(found) } else { Console.write(found.text) }
        if found.reason != nil { Exit.with(.badInput) }
    }

    private func write(_ found: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Console.write(String(decoding: try encoder.encode(found), as: UTF8.self) + "\n")
    }
}
