import Checker
import Compiler
import Datasets
import Diagnostics
import Tensors
import Texts

/// A column of data as the numbers that its declared type asks for: of an enum, its cases.
package struct CaseColumn {
    private let column: Dataset.Column
    private let field: SayType.Field
    private let table: CheckedTable

    package init(_ column: Dataset.Column, _ field: SayType.Field, of table: CheckedTable) {
        (self.column, self.field, self.table) = (column, field, table)
    }

    /// A text is a case's text or else its name; a number is the number of a case, unless all numbers are texts of cases.
    package var tensor: Result<Tensor, Diagnostic> {
        if case .text(let most) = field.type { return texts(most) }
        guard let enumeration else { return .success(column.tensor) }
        if let texts = column.texts { return cases(texts, of: enumeration) }
        if let words = column.words, words.allSatisfy({ enumeration.texts.contains($0) }),
            enumeration.texts != enumeration.cases
        {
            let places = words.map { Int64(enumeration.texts.firstIndex(of: $0) ?? 0) }
            return made(places)
        }
        return outside(enumeration).map { .failure($0) } ?? .success(column.tensor)
    }

    private var enumeration: SayType.Enumeration? {
        switch field.type {
        case .enumeration(let it): it
        case .tensor(let tensor): if case .enumeration(let it) = tensor.element { it } else { nil }
        default: nil
        }
    }

    /// Code points, filled up with -1.
    private func texts(_ most: Int) -> Result<Tensor, Diagnostic> {
        let words = column.texts ?? column.words ?? []
        let known = words.map { CodePoints.numbers(CodePoints.of($0), count: most) }
        let places = column.texts == nil ? Array(words.indices) : (column.tensor.integers ?? []).map { Int($0) }
        do throws(ShapeError) {
            return .success(try Tensor(Shape([places.count, most]), places.flatMap { known[$0] }))
        } catch { return .failure(Diagnostic(code: "data-outside", "\(error)", at: table.span)) }
    }

    private func cases(_ texts: [String], of enumeration: SayType.Enumeration) -> Result<Tensor, Diagnostic> {
        guard !texts.isEmpty else { return .failure(.tooManyTexts(column.name, table)) }
        let own = enumeration.texts.map { Array($0.utf8) }
        let table = texts.map { text in
            own.firstIndex(of: Array(text.utf8)) ?? enumeration.cases.firstIndex(of: text)
        }
        let places = column.tensor.integers ?? []
        if let row = places.firstIndex(where: { table[Int($0)] == nil }) {
            return .failure(.noCase(texts[Int(places[row])], row: row, column.name, enumeration, self.table))
        }
        return made(places.map { Int64(table[Int($0)] ?? 0) })
    }

    private func made(_ places: [Int64]) -> Result<Tensor, Diagnostic> {
        do throws(ShapeError) { return .success(try Tensor(column.tensor.shape, places)) } catch {
            return .failure(Diagnostic(code: "data-outside", "\(error)", at: table.span))
        }
    }

    /// The first number that is that of no case.
    private func outside(_ enumeration: SayType.Enumeration) -> Diagnostic? {
        let (values, count) = (column.tensor.doubles, Double(enumeration.cases.count))
        guard let place = values.firstIndex(where: { !(0..<count).contains($0) || $0 != $0.rounded() }) else {
            return nil
        }
        let row = place / max(1, values.count / max(1, table.rowCount))
        return Diagnostic(
            code: "data-outside",
            "row \(row) of `\(table.name)` has `\(field.name)` \(Notation.text(values[place])), and its enum has the "
                + "cases 0 to \(enumeration.cases.count - 1)", at: table.span)
    }
}

extension Dataset.Column {
    /// Texts, whole numbers and truth values as they are written: each once, or for each row.
    package var words: [String]? {
        if let texts { return texts }
        if let integers = tensor.integers { return integers.map(String.init) }
        guard case .bool(let truths) = tensor.storage else { return nil }
        return truths.map { $0 ? "true" : "false" }
    }

    /// The text of a row.
    package func text(_ row: Int) -> String? {
        guard let texts, let place = tensor.integers?[row], texts.indices.contains(Int(place)) else { return nil }
        return texts[Int(place)]
    }
}

extension Diagnostic {
    fileprivate static func noCase(
        _ text: String, row: Int, _ column: String, _ enumeration: SayType.Enumeration, _ table: CheckedTable
    ) -> Diagnostic {
        let near = suggest(text, among: enumeration.texts + enumeration.cases).map { "the nearest is \"\($0)\"" }
        let list = enumeration.texts.prefix(12).map { "\"\($0)\"" }.joined(separator: ", ")
        let rest = enumeration.texts.count > 12 ? ", ..." : ""
        return Diagnostic(
            code: "data-outside",
            "row \(row) of `\(table.name)` has \"\(text)\" in column `\(column)`, which is no case of `\(enumeration.name)`",
            at: table.span, hints: (near.map { [Hint($0)] } ?? []) + [Hint("`\(enumeration.name)` has \(list)\(rest)")])
    }

    fileprivate static func tooManyTexts(_ column: String, _ table: CheckedTable) -> Diagnostic {
        Diagnostic(
            code: "data-outside",
            "column `\(column)` of `\(table.name)` holds more different texts than an enum can have",
            at: table.span)
    }
}
