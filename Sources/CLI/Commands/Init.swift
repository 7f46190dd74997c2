import ArgumentParser
import Datasets
import Diagnostics
import Disk
import FoundationEssentials
import Glibc
import Loading
import Syntax
import Terminal
import Verdicts

/// `gainsay init`
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a first spec for a model.",
        discussion: """
            Types come from the model's file, ranges from the data, properties from what the model is. The spec is checked \
            before it is written; `gainsay check` runs it.
            """)

    @ArgumentParser.Argument(
        help: "A model's file: ONNX, or trees of XGBoost, LightGBM or CatBoost.",
        completion: .file(extensions: ["onnx", "json", "ubj", "txt"]))
    var model: String

    @Option(
        name: .long,
        help:
            "Rows that the model is meant for (.npz, .npy, .csv, .tsv, .jsonl): its inputs, and labels if there are any.",
        completion: .file(extensions: ["npz", "npy", "csv", "tsv", "jsonl"]))
    var data: String?

    @OptionGroup var sizes: SizeOptions

    @Option(name: .shortAndLong, help: "Write to FILE; `-` is standard output. (default: the model's name, .say)")
    var output: String?

    @Flag(name: .long, help: "Write over a file that is there.")
    var force = false

    @Flag(name: .long, help: "Print JSON: the spec, and what was decided.")
    var json = false

    func run() throws {
        let file = try ModelFile(model)
        let dataset = try data.map { (path) throws(Failure) in try DataFile.read(path) }
        let known = dataset.map { FirstData.shapes(of: file.open, in: $0) } ?? [:]
        let taken = try SizeGuess(file, given: try sizes.byName, known: known).load().get()
        let declaration = ModelDeclaration(taken.model.signature)
        let target = output ?? stem + ".say"
        let text = try table(declaration, dataset, target) ?? first(declaration, taken, dataset, target)
        let source = SourceFile(path: target == "-" ? "first.say" : target, bytes: Array(text.utf8))
        let formatted = Syntax.format(Syntax.parse(source).0)
        guard target != "-" else { return Console.write(json ? try Written(formatted, taken, nil).json() : formatted) }
        guard force || !FileManager.default.fileExists(atPath: target) else {
            throw Failure("`\(target)` is there already: say `--force` to write over it, or `--output FILE`")
        }
        try Files.write(Array(formatted.utf8), to: target)
        let count = try Subject(target, Workload.Options()).trials.count
        guard !json else { return Console.write(try Written(formatted, taken, target).json()) }
        for (name, size) in taken.sizes.sorted(by: { $0.key < $1.key }) where size != 1 {
            Console.write("note: the model leaves `\(name)` open; it is \(size) in the spec\n", to: .error)
        }
        Console.write("wrote \(target): \(count) \(count == 1 ? "property" : "properties")\ngainsay check \(target)\n")
    }

    /// The result as JSON.
    private struct Written: Encodable {
        let format = 1
        let text: String
        /// nil where it was written to standard output.
        let path: String?
        let sizes: [String: Int]

        init(_ text: String, _ taken: SizeGuess.Taken, _ path: String?) {
            (self.text, self.path, sizes) = (text, path, taken.sizes)
        }

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    private func table(_ declaration: ModelDeclaration, _ dataset: Dataset?, _ target: String) -> String? {
        let rows = dataset.map { (written(data ?? "", besides: target), $0.columns) }
        return TableSpec(declaration, from: written(model, besides: target), rows)?.text()
    }

    private func first(
        _ declaration: ModelDeclaration, _ taken: SizeGuess.Taken, _ dataset: Dataset?, _ target: String
    ) throws(Failure) -> String {
        let rows = try dataset.map { (dataset) throws(Failure) in
            try FirstData(written(data ?? "", besides: target), dataset, for: declaration, numbers: taken.numbers)
        }
        let spec = FirstSpec(declaration, of: taken, from: written(model, besides: target), rows)
        if let refusal = spec.refusal { throw Failure("\(model): \(refusal): there is nothing to say") }
        return spec.text()
    }

    private var stem: String {
        let name = model.split(separator: "/").last.map(String.init) ?? model
        return [".onnx", ".json", ".ubj", ".txt"].first(where: name.hasSuffix).map { String(name.dropLast($0.count)) }
            ?? name
    }

    /// A path as it is found from the spec's folder.
    private func written(_ path: String, besides target: String) -> String {
        guard target.contains("/"), !path.hasPrefix("/") else { return path }
        let folder = Path.folder(of: target)
        if path.hasPrefix(folder + "/") { return String(path.dropFirst(folder.count + 1)) }
        return FileManager.default.currentDirectoryPath + "/" + path
    }
}
