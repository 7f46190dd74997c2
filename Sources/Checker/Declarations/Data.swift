import Diagnostics
import Syntax
import Texts

extension Checker {
    /// The place of a data set in the checked spec; agrees its columns with the file's.
    func tableIndex(_ found: Found<DataDeclaration>) -> Int? {
        if let known = tableIndices[found.key] { return known }
        let table = checkTable(found)
        tableIndices[found.key] = .some(table.map { _ in tables.count })
        guard let table else { return nil }
        tables.append(table)
        return tables.count - 1
    }

    private func checkTable(_ found: Found<DataDeclaration>) -> CheckedTable? {
        let node = found.node
        guard let (fields, file) = columns(of: node.type, in: found.file) else { return nil }
        checkDuplicates(fields.map(\.name), "a column")
        let signature = loaded.tables[found.name]
        if let signature, signature.rowCount == 0 { report(.emptyTable(node)) }
        var scope = Scope(file)
        var columns: [SayType.Field] = []
        var domains: [Domain] = []
        var names: [String] = []
        for field in fields {
            guard let column = checkColumn(field, of: node, signature, in: &scope) else { continue }
            columns.append(.init(name: field.name.text, type: column.domain.type, unit: unit(of: field)))
            domains.append(column.domain)
            names.append(column.name)
        }
        guard columns.count == fields.count else { return nil }
        return CheckedTable(
            name: found.name, file: node.file?.text, columns: columns, domains: domains, fileColumns: names,
            rowCount: signature?.rowCount ?? 0, span: node.name.span)
    }

    /// The fields of the record that a row is.
    private func columns(of type: TypeExpression, in file: FileScope) -> (fields: [Field], file: FileScope)? {
        if let found = recordFields(of: type, in: file) { return found }
        if case .missing = type.base { return nil }
        if resolve(type, in: Scope(file)) != nil { report(.tableType(at: type.span)) }
        return nil
    }

    private func checkColumn(
        _ field: Field, of node: DataDeclaration, _ signature: TableSignature?, in scope: inout Scope
    ) -> (name: String, domain: Domain)? {
        let name = field.fileName?.text ?? field.name.text
        guard let signature else {
            return domain(of: field, in: scope).map { (name, $0) }
        }
        guard let column = signature.columns.first(where: { $0.name == name }) else {
            let span = field.fileName?.span ?? field.name.span
            report(.unknownColumn(name, at: span, node, signature.columns.map(\.name)))
            return nil
        }
        let dimensions = column.shape.map { SayType.Tensor.Dimension($0) }
        match(field.type, SayType(column.element.sayType, dimensions), in: &scope)
        guard let domain = domain(of: field, in: scope) else { return nil }
        if case .text = domain, column.element != .real {
            guard let length = column.longest, length <= TextGenerator.longest else {
                report(.longText(field, column))
                return nil
            }
            return isFit(domain.type, column) ? (name, .text(.lines(table: tables.count, most: max(length, 1)))) : nil
        }
        guard isFit(domain.type, column) else {
            report(.columnMismatch(field, domain.type, column))
            return nil
        }
        if domain.type == .real, let row = column.missing {
            report(.missingCell(field, column, row: row))
            return nil
        }
        return (name, domain)
    }

    private func domain(of field: Field, in scope: Scope) -> Domain? {
        if let name = freeNames(of: field.type, in: scope).first {
            report(.openSize(name, "data file"))
            return nil
        }
        return resolve(field.type, in: scope)
    }

    /// Whether a column's entries can be read as this type: an integer may stand for a Real, a truth value or an enum's case.
    private func isFit(_ type: SayType, _ column: TableSignature.Column) -> Bool {
        if type.isText { return column.shape.isEmpty && column.element != .real }
        if type.isOptional { return column.shape.isEmpty && (column.element == .real || column.element == .integer) }
        guard let element = type.element, let dimensions = type.dimensions else { return false }
        let isShapeFit =
            dimensions.map(\.size) == column.shape || dimensions.isEmpty && column.shape.allSatisfy { $0 == 1 }
        switch element {
        case .real: return isShapeFit && column.element != .text
        case .int: return isShapeFit && column.element == .integer
        // A truth value may be written as a word that is a case.
        case .enumeration: return isShapeFit && column.element != .real
        case .bool: return isShapeFit && (column.element == .integer || column.element == .bool)
        }
    }
}

extension TableSignature.Element {
    fileprivate var sayType: SayType.Tensor.Element {
        switch self {
        case .real: .real
        case .integer: .int
        case .bool: .bool
        // A text names a case: which enum's, only a declaration says.
        case .text: .int
        }
    }
}

extension Diagnostic {
    fileprivate static func emptyTable(_ node: DataDeclaration) -> Diagnostic {
        Diagnostic(.emptyTable, "the file of `\(node.name.text)` has no rows", at: node.file?.span ?? node.name.span)
    }

    fileprivate static func tableType(at span: Span) -> Diagnostic {
        Diagnostic(
            .tableType, "a row of data is a record", at: span,
            hints: [Hint("name its columns: `data test : { image: Digit, label: Label } from ...`")])
    }

    fileprivate static func unknownColumn(
        _ name: String, at span: Span, _ node: DataDeclaration, _ columns: [String]
    ) -> Diagnostic {
        let near = suggest(name, among: columns)
        let list = columns.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        let hint =
            near.map { "did you mean `\($0)`?" }
            ?? (columns.isEmpty ? "the file has no columns" : "the file has \(list)")
        return Diagnostic(
            .unknownColumn, "the file of `\(node.name.text)` has no column `\(name)`", at: span,
            labels: node.file.map { [Label("this file", at: $0.span)] } ?? [], hints: [Hint(hint)])
    }

    fileprivate static func columnMismatch(
        _ field: Field, _ type: SayType, _ column: TableSignature.Column
    ) -> Diagnostic {
        let shape = column.shape.map { "\($0)" }.joined(separator: ", ")
        return Diagnostic(
            .columnMismatch,
            "column `\(column.name)` holds \(column.element.rawValue) values of shape [\(shape)], declared is \(type.withArticle)",
            at: field.type.span, hints: advice(on: column))
    }

    private static func advice(on column: TableSignature.Column) -> [Hint] {
        guard column.element == .text else { return [] }
        if let stranger = column.stranger {
            return [Hint("row \(stranger.row) has \"\(stranger.text)\", which is no number")]
        }
        return [Hint("texts are a `Text`, or cases of an enum: `enum Job = clerk \"adm-clerical\", nurse`")]
    }

    fileprivate static func longText(_ field: Field, _ column: TableSignature.Column) -> Diagnostic {
        Diagnostic(
            .columnMismatch,
            "column `\(column.name)` has a text of \(column.longest ?? 0) code points, and \(TextGenerator.longest) are the most",
            at: field.type.span)
    }

    fileprivate static func missingCell(_ field: Field, _ column: TableSignature.Column, row: Int) -> Diagnostic {
        Diagnostic(
            .columnMismatch, "row \(row) has no number for column `\(column.name)`", at: field.type.span,
            hints: [Hint("a number that may be missing is declared `Real?`")])
    }

    static func openSize(_ name: Name, _ what: String) -> Diagnostic {
        Diagnostic(
            .unboundSize, "`\(name.text)` is not declared, and no \(what) was loaded that would tell it", at: name.span)
    }
}
