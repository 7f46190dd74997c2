import Datasets
import Tensors

/// A spec to begin with for a model of a table: one input for each column, or columns of texts.
struct TableSpec {
    /// A column of the table, an input of the model.
    private struct Column {
        let port: ModelDeclaration.Port
        let type: String
        let isMissing: Bool
        /// In the data, where it is there.
        let data: Dataset.Column?

        var isReal: Bool { port.element.isReal && port.texts == nil && port.isScalar }
        var isCase: Bool { port.texts != nil && port.isScalar }
    }

    private let declaration: ModelDeclaration
    private let modelPath: String
    private let dataPath: String?
    private let columns: [Column]
    /// The texts that are the answers, among the columns of the data.
    private let label: Dataset.Column?

    /// nil where the model takes no table. Paths are as the spec is to have them.
    init?(_ declaration: ModelDeclaration, from modelPath: String, _ data: (path: String, columns: [Dataset.Column])?) {
        let isTable =
            declaration.inputs.contains { $0.texts != nil }
            || declaration.inputs.count > 1 && declaration.inputs.allSatisfy { $0.shape.reduce(1, *) == 1 }
        guard isTable, !declaration.outputs.isEmpty else { return nil }
        (self.declaration, self.modelPath, dataPath) = (declaration, modelPath, data?.path)
        let found = data?.columns ?? []
        columns = declaration.inputs.map { port in
            let column = found.first { $0.name == port.fileName || $0.name == port.name }
            let isMissing = column?.missing != nil
            return Column(port: port, type: Self.type(port, column, isMissing), isMissing: isMissing, data: column)
        }
        let used = Set(columns.compactMap { $0.data?.name })
        let answers = declaration.outputs.first { $0.texts != nil }?.texts
        label = found.first { column in
            guard let texts = column.texts, let answers else { return false }
            return !used.contains(column.name) && Set(texts).isSubset(of: answers)
        }
    }

    private static func type(_ port: ModelDeclaration.Port, _ column: Dataset.Column?, _ isMissing: Bool) -> String {
        guard port.texts == nil, port.element != .bool else { return port.type }
        let plain = port.isScalar ? (port.element.isReal ? "Real" : "Int") : port.type
        let known = column.flatMap { NumberRange(spanning: $0.tensor.doubles, of: port.element) }
        let range = known ?? (port.element == .int64 ? .unknownWhole : .unknown)
        return "\(plain)\(isMissing ? "?" : "") in \(range.text)"
    }

    func text() -> String {
        let properties = self.properties.joined(separator: "\n\n")
        var parts = ["// A first spec: change ranges and properties to what the model is meant to do."]
        if properties.contains("rising(") { parts.append("use std.tabular") }
        if !declaration.enums.entries.isEmpty {
            parts.append(declaration.enums.entries.map(\.line).joined(separator: "\n"))
        }
        let isKnown = columns.allSatisfy { !$0.port.element.isReal || $0.port.texts != nil || $0.data != nil }
        let remark =
            isKnown
            ? "" : "// Nothing says which numbers the model is given: say it here, or begin with `--data FILE`.\n"
        parts.append(remark + "type Row = {\n" + columns.map { "  \(field($0, $0.type))\n" }.joined() + "}")
        parts.append([modelLine, dataLines].compactMap(\.self).joined(separator: "\n"))
        return (parts + [properties]).joined(separator: "\n\n") + "\n"
    }

    private func field(_ column: Column, _ type: String) -> String { column.port.text(type: type) }

    private var modelLine: String {
        let outputs = declaration.outputs.map { $0.text(type: $0.type) }.joined(separator: ", ")
        return "model net : (row: Row) -> (\(outputs)) from \"\(modelPath)\""
    }

    /// Rows may lie outside of the ranges, and have a label besides.
    private var dataLines: String? {
        guard let dataPath, columns.allSatisfy({ $0.data != nil }) else { return nil }
        let fields = columns.map { column in
            column.port.name + ": " + bare(column.type)
                + (column.port.name == column.data?.name ? "" : " at \"\(column.data?.name ?? "")\"")
        }
        let name = declaration.outputs.first { $0.texts != nil }?.type ?? ""
        let own = label.map { ["label: \(name)" + ($0.name == "label" ? "" : " at \"\($0.name)\"")] } ?? []
        let plain = columns.map { "\($0.port.name): \(bare($0.type))" } + (label == nil ? [] : ["label: \(name)"])
        let values = columns.map { "\($0.port.name): row.\($0.port.name)" }
        return """
            data rows : { \((fields + own).joined(separator: ", ")) } from "\(dataPath)"
            func known(row: { \(plain.joined(separator: ", ")) }) -> Row = { \(values.joined(separator: ", ")) }
            """
    }

    private func bare(_ type: String) -> String {
        type.firstRange(of: " in ").map { String(type[..<$0.lowerBound]) } ?? type
    }

    // MARK: - Properties

    private var hasData: Bool { dataLines != nil }

    /// The decision, or the number, that the model gives.
    private func answer(_ row: String) -> String {
        guard let label = declaration.outputs.first(where: { $0.texts != nil }) else { return scored(row) ?? "" }
        return part(label, row)
    }

    private func part(_ output: ModelDeclaration.Port, _ row: String) -> String {
        "net(\(row))" + (declaration.outputs.count > 1 ? ".\(output.name)" : "")
    }

    private var decides: Bool { declaration.outputs.contains { $0.texts != nil } || scores?.isScalar == false }

    private var scores: ModelDeclaration.Port? { declaration.outputs.first { $0.element.isReal } }

    private func scored(_ row: String) -> String? {
        scores.map { $0.isScalar ? part($0, row) + entry(of: $0) : "argmax(\(part($0, row)))" }
    }

    private func same(_ first: String, _ second: String) -> String {
        decides
            ? "check \(answer(first)) == \(answer(second))" : "check abs(\(answer(first)) - \(answer(second))) <= 1e-6"
    }

    private var properties: [String] {
        var texts: [String] = []
        if hasData, label != nil {
            texts.append(
                property(
                    "accurate", "nine rows in ten get their label",
                    ["check rate(row in rows : \(answer("known(row)")) == row.label) >= 0.9"]))
        }
        texts += columns.filter(\.isCase).map(indifferent)
        texts += columns.filter { $0.isReal && !$0.isMissing }.map(rises).compactMap(\.self)
        texts += columns.filter(\.isMissing).map(missing)
        if texts.isEmpty {
            texts.append(property("kept", "the answer is a number", ["forall a: Row", same("a", "a")]))
        }
        return texts
    }

    /// Counterfactual fairness.
    private func indifferent(_ column: Column) -> String {
        let name = column.port.name
        return property(
            "fair_to_\(name)", "the answer does not depend on \(name)",
            ["forall a: Row, other: \(column.port.type)", same("a", "a with { \(name): other }")])
    }

    private func rises(_ column: Column) -> String? {
        guard let scores else { return nil }
        let (name, part) = (column.port.name, entry(of: scores))
        return property(
            "rises_with_\(name)",
            scores.isScalar
                ? "a greater \(name) does not lower the answer"
                : "a greater \(name) does not make the first answer less likely",
            [
                "forall a: Row, more: \(column.type)",
                "check rising(a.\(name), more, \(self.part(scores, "a"))\(part), "
                    + "\(self.part(scores, "a with { \(name): more }"))\(part))",
            ])
    }

    /// The subscript of its first entry; empty of what is no tensor.
    private func entry(of port: ModelDeclaration.Port) -> String { port.shape.isEmpty ? "" : "[\(first(of: port))]" }

    private func first(of port: ModelDeclaration.Port) -> String {
        guard let labels = port.labels, let entry = declaration.enums.entries.first(where: { $0.texts == labels })
        else {
            return Array(repeating: "0", count: port.shape.count).joined(separator: ", ")
        }
        return entry.cases[0]
    }

    private func missing(_ column: Column) -> String {
        let name = column.port.name
        return property(
            "known_\(name)", "to leave \(name) out changes nothing",
            [
                "forall a: Row, other: \(column.type)", "assume is_missing(other)",
                same("a", "a with { \(name): other }"),
            ])
    }

    private func property(_ name: String, _ title: String, _ clauses: [String]) -> String {
        "property \(name) \"\(title)\" {\n" + clauses.map { "  \($0)\n" }.joined() + "}"
    }
}

extension ModelDeclaration.Port {
    /// Whether a row has one value of it.
    fileprivate var isScalar: Bool { shape.allSatisfy { $0 == 1 } }
}
