import Diagnostics

/// The keys of one table of a recipe, or of another file of settings, asked for one by one; what nobody asks for is unknown.
package struct RecipeFields {
    private let table: TomlTable
    private let whole: String
    private var asked: [String] = []

    /// `whole` is what the file is, for the keys above all tables.
    package init(_ table: TomlTable, of whole: String = "the recipe") { (self.table, self.whole) = (table, whole) }

    package var span: Span { table.span }
    private var title: String { table.name.isEmpty ? whole : "[\(table.name)]" }

    package mutating func value(_ key: String) -> TomlValue? {
        asked.append(key)
        return table.entries.first { $0.key == key }?.value
    }

    /// What stands there, or an error where it has to be.
    package mutating func required(_ key: String) throws(Diagnostic) -> TomlValue {
        guard let value = value(key) else { throw .recipeMissing("\(title) does not say `\(key)`", at: table.span) }
        return value
    }

    package mutating func text(_ key: String) throws(Diagnostic) -> String? { try value(key)?.text(key) }

    package mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int? {
        try value(key)?.integer(key, in: range)
    }

    package mutating func integers(_ key: String, in range: ClosedRange<Int>) throws(Diagnostic) -> [Int]? {
        guard let value = value(key) else { return nil }
        guard case .list(let items) = value.content else {
            throw .recipeValue("`\(key)` is a list of whole numbers: [16, 32]", at: value.span)
        }
        var numbers: [Int] = []
        for item in items { numbers.append(try item.integer(key, in: range)) }
        return numbers
    }

    package mutating func number(_ key: String, in range: ClosedRange<Double>) throws(Diagnostic) -> Double? {
        try value(key)?.number(key, in: range)
    }

    package mutating func numbers(_ key: String, in range: ClosedRange<Double>) throws(Diagnostic) -> [Double]? {
        guard let value = value(key) else { return nil }
        guard case .list(let items) = value.content else {
            throw .recipeValue("`\(key)` is a list of numbers: [0.5, 0.75]", at: value.span)
        }
        var numbers: [Double] = []
        for item in items { numbers.append(try item.number(key, in: range)) }
        return numbers
    }

    package mutating func truth(_ key: String) throws(Diagnostic) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .truth(let truth) = value.content else {
            throw .recipeValue("`\(key)` is true or false", at: value.span)
        }
        return truth
    }

    /// One of these words.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _: Choice.Type
    ) throws(Diagnostic) -> Choice? where Choice.RawValue == String {
        guard let value = value(key) else { return nil }
        let word = try value.text(key)
        guard let choice = Choice(rawValue: word) else {
            let all = Choice.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw .recipeValue("`\(key)` is one of \(all)", at: value.span)
        }
        return choice
    }

    /// Called when all was asked.
    package func finish() throws(Diagnostic) {
        for entry in table.entries where !asked.contains(entry.key) {
            let near = suggest(entry.key, among: asked).map { [Hint("did you mean `\($0)`?")] } ?? []
            throw .recipeKey("\(title) has no key `\(entry.key)` here", at: entry.keySpan, hints: near)
        }
    }
}

extension TomlValue {
    package func text(_ key: String) throws(Diagnostic) -> String {
        guard case .text(let text) = content else { throw .recipeValue("`\(key)` is a text in quotes", at: span) }
        return text
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) throws(Diagnostic) -> Int {
        guard case .integer(let number) = content, range.contains(number) else {
            throw .recipeValue("`\(key)` is a whole number from \(range.lowerBound) to \(range.upperBound)", at: span)
        }
        return number
    }

    package func number(_ key: String, in range: ClosedRange<Double>) throws(Diagnostic) -> Double {
        let number: Double? =
            switch content {
            case .integer(let integer): Double(integer)
            case .number(let number): number
            default: nil
            }
        guard let number, range.contains(number) else {
            throw .recipeValue("`\(key)` is a number from \(range.lowerBound) to \(range.upperBound)", at: span)
        }
        return number
    }

    /// The entries of an inline table, as texts; numbers as they are written.
    package func assignments(_ key: String) throws(Diagnostic) -> [String: String] {
        guard case .table(let entries) = content else {
            throw .recipeValue("`\(key)` is a table: { name = \"text\" }", at: span)
        }
        var texts: [String: String] = [:]
        for entry in entries {
            texts[entry.key] =
                switch entry.value.content {
                case .integer(let number): "\(number)"
                case .number(let number): "\(number)"
                case .truth(let truth): "\(truth)"
                default: try entry.value.text(entry.key)
                }
        }
        return texts
    }

    /// One text, or a list of them.
    package func texts(_ key: String) throws(Diagnostic) -> [String] {
        guard case .list(let items) = content else { return [try text(key)] }
        var texts: [String] = []
        for item in items { texts.append(try item.text(key)) }
        return texts
    }
}
