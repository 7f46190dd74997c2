import Checker
import Diagnostics
import Search
import Syntax
import Tensors

@testable import Compiler

/// From the text of a spec to its trials, with models and tables made by hand.
struct Bench {
    var models: [String: Graph] = [:]
    var tables: [String: [(String, Tensor)]] = [:]

    func trials(_ text: String) throws -> [Trial] {
        let spec = try spec(text)
        let compilation = Compilation(
            spec, models: spec.models.map { models[$0.name] ?? Graph() },
            tables: spec.tables.map { table in
                table.fileColumns.compactMap { name in tables[table.name]?.first { $0.0 == name }?.1 }
            })
        return try compilation.names.indices.map { try compilation.trial($0) }
    }

    func spec(_ text: String) throws -> CheckedSpec {
        let source = SourceFile(path: "test.say", text: text)
        let (tree, diagnostics) = parse(source)
        if let first = diagnostics.first(where: { $0.severity == .error }) { throw first }
        var loaded = Loaded()
        loaded.models = models.mapValues { OfferedModel($0.signature) }
        loaded.tables = tables.mapValues { columns in
            TableSignature(
                columns: columns.map { name, tensor in
                    .init(
                        name, tensor.element == .int64 ? .integer : tensor.element == .bool ? .bool : .real,
                        shape: Array(tensor.shape.dimensions.dropFirst()))
                }, rowCount: columns.first?.1.shape[0] ?? 0)
        }
        let result = check(tree, with: loaded)
        guard let spec = result.spec else { throw result.diagnostics[0] }
        return spec
    }

    /// A property over `variables` that checks `condition`.
    func trial(_ condition: String, forall variables: [String], before: String = "") throws -> Trial {
        let quantifiers = variables.map { "  forall \($0)\n" }.joined()
        return try trials("\(before)\nproperty p {\n\(quantifiers)  check \(condition)\n}\n")[0]
    }
}

extension Trial {
    /// Whether the property holds at a point.
    func holds(_ point: Double...) -> Bool { objective.margin(at: point) >= 0 }
}
