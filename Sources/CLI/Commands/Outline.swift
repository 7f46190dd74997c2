import ArgumentParser
import FoundationEssentials
import Loading
import Terminal

/// `gainsay outline`
struct OutlineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outline",
        abstract: "Tell what a spec declares, without reading its models and data.",
        discussion: "Exits with 2 where the spec cannot be read, else with 0, whatever else is wrong with it.")

    @Argument(help: "A spec (.say).", completion: .file(extensions: ["say"]))
    var spec: String

    @Option(name: .long, help: "Give parameter NAME the value.", transform: Assignment.parse)
    var set: [Assignment] = []

    @OptionGroup var source: TextOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let outline = try Outline(
            spec,
            Workload.Options(
                parameters: try Assignment.dictionary(set, option: "--set"), text: try source.bytes()))
        guard json else { return Console.write(outline.text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        Console.write(String(decoding: try encoder.encode(outline), as: UTF8.self) + "\n")
    }
}

extension Outline {
    /// A line for each declaration, in the order of the kinds.
    fileprivate var text: String {
        func line(_ kind: String, _ file: File) -> String {
            let place = file.from.map { "  from \(file.isCommand ? "command " : "")\"\($0)\"" } ?? ""
            return "\(kind)  \(file.name)\(place)"
        }
        let lines =
            parameters.map { "param  \($0.name): \($0.type) = \($0.value)" } + models.map { line("model", $0) }
            + languageModels.map { line("language model", $0) } + data.map { line("data", $0) }
            + properties.map { property in
                let title = property.title.map { ": \($0)" } ?? ""
                return "property  \(property.name)\(property.isFamily ? "(...)" : "")\(title)  \(spec):\(property.line)"
            }
        return lines.map { $0 + "\n" }.joined()
    }
}
