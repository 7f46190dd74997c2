import Checker
import Diagnostics
import Syntax
import Tensors

/// A spec as the tests write it: source text, with lines that begin with `@` to say what has been loaded.
///
/// ```
/// @model net (x: float32[1, 5]) -> (y: float32[1, 5]) inner (fc1: float32[32]) folded (bias: float32[32])
/// @model long (x: float32[N, T]) -> (y: float32[N, T])
/// @texts net label benign malignant
/// @labels net p benign malignant
/// @model net (x: float32[1, 5]) -> (label: string[1], p: float32[1, 2])
/// @rows test 10 (image: real[1, 8, 8], label: integer[])
/// @range test image 0 1
/// @set eps=0.5
/// @fit usual 1 2; 3 5; 5 9
/// @repeat 3 + 1
/// @file mine.say
/// ```
/// What stands behind `@file` is another file, found by `use "mine.say"` or, as `@file std.backdoor`, by `use std.backdoor`.
/// `@texts` and `@labels` stand before the model that they are of. Behind `@fit` are the rows that a fit is fitted to: what is computed for each, and at the end what stands behind `=>`.
struct Sample {
    private(set) var files: [(name: String, text: String)] = [("spec.say", "")]
    private var models: [String: OfferedModel] = [:]
    private var tables: [String: TableSignature] = [:]
    private var parameters: [String: String] = [:]
    private var fits: [String: [[Double]]] = [:]
    /// By the model's and the port's name.
    private var texts: [String: [String]] = [:]
    private var labels: [String: [String]] = [:]

    init(_ text: some StringProtocol) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.first == "@" {
                direct(String(line.dropFirst()))
            } else {
                files[files.count - 1].text += line + "\n"
            }
        }
    }

    var sources: [SourceFile] {
        files.enumerated().map { SourceFile(path: $1.name, text: $1.text, id: SourceFile.ID(UInt32($0))) }
    }

    /// What the parser reports.
    var parseDiagnostics: [Diagnostic] { sources.flatMap { parse($0).diagnostics } }

    func check() -> CheckResult {
        let trees = sources.map { parse($0).tree }
        let names = files.map(\.name)
        var loaded = Loaded(models: models, tables: tables, parameters: parameters) { target, _ in
            let name =
                switch target {
                case .library(let parts): parts.map(\.text).joined(separator: ".")
                case .file(let literal): literal.text
                }
            return names.firstIndex(of: name).map { trees[$0] }
        }
        loaded.project = { projection, _ in
            fits[projection.name].map { .success(Sample.projected($0, hasTarget: projection.values.count > 1)) }
        }
        return Checker.check(trees[0], with: loaded)
    }

    private static func projected(_ rows: [[Double]], hasTarget: Bool) -> ProjectedRows {
        let features = rows.flatMap { hasTarget ? $0.dropLast() : $0[...] }
        return ProjectedRows(
            columns: [features] + (hasTarget ? [rows.compactMap(\.last)] : []), rows: Array(rows.indices))
    }

    private mutating func direct(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        switch words[0] {
        case "file": files.append((words[1], ""))
        case "repeat": files[files.count - 1].text += String(repeating: words[2], count: Int(words[1]) ?? 0)
        case "fit":
            fits[words[1]] = (words.count > 2 ? words[2] : "").split(separator: ";").map { row in
                row.split(separator: " ").compactMap { Double($0) }
            }
        case "range": narrow(words[1], words[2].split(separator: " ").map(String.init))
        case "set":
            let parts = words[1].split(separator: "=", maxSplits: 1)
            parameters[String(parts[0])] = String(parts[1])
        case "texts", "labels":
            let ports = words[2].split(separator: " ").map(String.init)
            let key = "\(words[1]).\(ports[0])"
            if words[0] == "texts" {
                texts[key] = Array(ports.dropFirst())
            } else {
                labels[key] = Array(ports.dropFirst())
            }
        case "model":
            let lists = words[2].split(separator: ")").map(Sample.ports)
            let name = words[1]
            models[name] = Sample.model(
                { [texts, labels] in (texts["\(name).\($0)"], labels["\(name).\($0)"]) },
                OpenSignature(inputs: lists[0], outputs: lists[1]), inner: lists.count > 2 ? lists[2] : [],
                folded: lists.count > 3 ? lists[3] : [])
        default: table(words[1], words[2])
        }
    }

    private mutating func table(_ name: String, _ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        let columns = Sample.fields(parts[1].dropFirst().dropLast()).map { name, kind, shape in
            TableSignature.Column(
                name, TableSignature.Element(rawValue: kind) ?? .real, shape: shape.compactMap { Int($0) })
        }
        tables[name] = TableSignature(columns: columns, rowCount: Int(parts[0]) ?? 0)
    }

    /// A model whose named sizes are those of the inputs' shapes.
    private static func model(
        _ words: @escaping (String) -> (texts: [String]?, labels: [String]?), _ open: OpenSignature,
        inner: [OpenSignature.Port], folded: [OpenSignature.Port]
    ) -> OfferedModel {
        OfferedModel(open) { declared in
            let shapes = declared.shapes
            var sizes: [String: Int] = [:]
            for input in open.inputs {
                for case (.named(let name), let size) in zip(input.dimensions ?? [], shapes[input.name] ?? []) {
                    sizes[name] = size
                }
            }
            func ports(_ ports: [OpenSignature.Port]) -> [Signature.Port] {
                ports.compactMap { port in
                    let shape =
                        shapes[port.name]
                        ?? (port.dimensions ?? []).map { dimension in
                            switch dimension {
                            case .size(let size): size
                            case .named(let name): sizes[name] ?? 1
                            case .unnamed: 1
                            }
                        }
                    let isText = port.element == "string"
                    guard let element = isText ? .int64 : ElementType(rawValue: port.element),
                        let shape = try? Shape(shape)
                    else { return nil }
                    let (texts, labels) = words(port.name)
                    return Signature.Port(
                        port.name, TensorType(element, shape),
                        texts: isText ? declared.texts[port.name]?.flatMap(\.self) ?? texts ?? [] : nil,
                        labels: labels.map { declared.texts[port.name]?.first ?? $0 })
                }
            }
            return .success(
                Signature(
                    inputs: ports(open.inputs), outputs: ports(open.outputs), inner: ports(inner),
                    folded: folded.map(\.name)))
        }
    }

    /// Says between what the values of a column lie.
    private mutating func narrow(_ name: String, _ words: [String]) {
        guard let table = tables[name], let low = Double(words[1]), let high = Double(words[2]) else { return }
        let columns = table.columns.map { column in
            column.name == words[0]
                ? TableSignature.Column(column.name, column.element, shape: column.shape, values: low...high) : column
        }
        tables[name] = TableSignature(columns: columns, rowCount: table.rowCount)
    }

    private static func ports(_ text: Substring) -> [OpenSignature.Port] {
        let list = text.drop { $0 != "(" }.dropFirst()
        return fields(list).map { name, kind, shape in
            OpenSignature.Port(
                name, element: kind,
                shape.map { word in Int(word).map { .size($0) } ?? (word == "?" ? .unnamed : .named(word)) })
        }
    }

    /// `x: float32[1, 5], y: int64[]`
    private static func fields(_ text: Substring) -> [(name: String, kind: String, shape: [String])] {
        text.split(separator: "]").compactMap { part in
            let pieces = part.split(whereSeparator: { ": ,".contains($0) })
            let words = pieces.joined(separator: " ").split(separator: "[").map(String.init)
            let head = words.first?.split(separator: " ").map(String.init) ?? []
            guard head.count == 2 else { return nil }
            let sizes = words.count > 1 ? words[1].split(separator: " ").map(String.init) : []
            return (head[0], head[1], sizes)
        }
    }
}
