import Diagnostics

/// A value of a TOML file and where it stands.
package struct TomlValue: Sendable {
    package enum Content: Sendable {
        case text(String)
        case integer(Int)
        case number(Double)
        case truth(Bool)
        case list([TomlValue])
        case table([TomlTable.Entry])
    }

    package let content: Content
    package let span: Span
}

/// A table of a TOML file: `[name]` or `[group.name]` and the keys below it; the one without a name holds the keys above all
/// others.
package struct TomlTable: Sendable {
    package struct Entry: Sendable {
        package let key: String
        package let keySpan: Span
        package let value: TomlValue
    }

    package let name: String
    package let span: Span
    package internal(set) var entries: [Entry] = []
}

/// Reads the part of TOML 1.0 that recipes, games and projects need: tables, also in groups and inline, bare keys, strings of
/// one line, whole numbers, floats, truth values and arrays of them. What else TOML has (dates, arrays of tables, dotted keys,
/// strings of several lines) is refused where it stands. Files of at most 1 MB, arrays and inline tables at most 16 deep.
package struct TomlReader {
    private static let limit = 1 << 20
    private static let deepest = 16

    private let source: SourceFile
    private var place = 0
    private var bytes: [UInt8] { source.bytes }

    package static func read(_ source: SourceFile) throws(Diagnostic) -> [TomlTable] {
        guard source.bytes.count <= limit else {
            throw .recipeSyntax("such a file has at most \(limit) bytes", at: Span(file: source.id, 0..<0))
        }
        var reader = TomlReader(source: source)
        return try reader.tables()
    }

    private init(source: SourceFile) { self.source = source }

    private mutating func tables() throws(Diagnostic) -> [TomlTable] {
        var tables = [TomlTable(name: "", span: Span(file: source.id, 0..<0))]
        while true {
            skip(lines: true)
            guard let byte = peek() else { return tables }
            let start = place
            if byte == UInt8(ascii: "[") {
                place += 1
                if peek() == UInt8(ascii: "[") { throw unfit("arrays of tables are not read here") }
                skip(lines: false)
                let (name, span) = try title()
                skip(lines: false)
                try expect("]")
                guard !tables.contains(where: { $0.name == name }) else {
                    throw .recipeKey("table `\(name)` is already there", at: span, hints: [])
                }
                tables.append(TomlTable(name: name, span: self.span(from: start)))
            } else {
                try entry(of: &tables[tables.count - 1].entries, depth: 0)
            }
            try endOfLine()
        }
    }

    /// `key = value`
    private mutating func entry(of entries: inout [TomlTable.Entry], depth: Int) throws(Diagnostic) {
        let (name, span) = try key()
        skip(lines: false)
        try expect("=")
        skip(lines: false)
        let value = try value(depth: depth)
        guard !entries.contains(where: { $0.key == name }) else {
            throw .recipeKey("`\(name)` is already said", at: span, hints: [])
        }
        entries.append(.init(key: name, keySpan: span, value: value))
    }

    /// `{ a = 1, b = 2 }`, on one line.
    private mutating func inlineTable(depth: Int) throws(Diagnostic) -> [TomlTable.Entry] {
        place += 1
        var entries: [TomlTable.Entry] = []
        skip(lines: false)
        while peek() != UInt8(ascii: "}") {
            try entry(of: &entries, depth: depth + 1)
            skip(lines: false)
            guard peek() == UInt8(ascii: ",") else { break }
            place += 1
            skip(lines: false)
        }
        try expect("}")
        return entries
    }

    /// A name, or two with a dot between them.
    private mutating func title() throws(Diagnostic) -> (String, Span) {
        let start = place
        while let byte = peek(), Self.isKey(byte) { place += 1 }
        guard place > start, peek() == UInt8(ascii: ".") else {
            place = start
            return try key()
        }
        place += 1
        _ = try key()
        return (String(decoding: bytes[start..<place], as: UTF8.self), span(from: start))
    }

    private mutating func key() throws(Diagnostic) -> (String, Span) {
        let start = place
        while let byte = peek(), Self.isKey(byte) { place += 1 }
        guard place > start else { throw unfit("a name is expected: letters, digits, `-` and `_`") }
        if peek() == UInt8(ascii: ".") { throw unfit("dotted names are not read here") }
        return (String(decoding: bytes[start..<place], as: UTF8.self), span(from: start))
    }

    private mutating func value(depth: Int) throws(Diagnostic) -> TomlValue {
        guard let byte = peek() else { throw unfit("a value is expected") }
        let start = place
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let text = try string(quote: byte)
            return TomlValue(content: .text(text), span: span(from: start))
        case UInt8(ascii: "["):
            guard depth < Self.deepest else { throw unfit("arrays nest more than \(Self.deepest) deep") }
            let items = try list(depth: depth)
            return TomlValue(content: .list(items), span: span(from: start))
        case UInt8(ascii: "{"):
            guard depth < Self.deepest else { throw unfit("tables nest more than \(Self.deepest) deep") }
            let entries = try inlineTable(depth: depth)
            return TomlValue(content: .table(entries), span: span(from: start))
        default:
            while let byte = peek(), Self.isWord(byte) { place += 1 }
            guard place > start else {
                throw unfit("a value is expected: a text in quotes, a number, true, false, [...], {...}")
            }
            return try word(String(decoding: bytes[start..<place], as: UTF8.self), span(from: start))
        }
    }

    private func word(_ text: String, _ span: Span) throws(Diagnostic) -> TomlValue {
        if text == "true" || text == "false" { return TomlValue(content: .truth(text == "true"), span: span) }
        let plain = text.replacing("_", with: "")
        if let integer = Int(plain) { return TomlValue(content: .integer(integer), span: span) }
        if let number = Double(plain), plain.contains(where: { "0123456789".contains($0) }), !plain.contains("x") {
            return TomlValue(content: .number(number), span: span)
        }
        throw .recipeSyntax("`\(text)` is no value: texts stand in quotes", at: span)
    }

    private mutating func list(depth: Int) throws(Diagnostic) -> [TomlValue] {
        place += 1
        var items: [TomlValue] = []
        while true {
            skip(lines: true)
            if peek() == UInt8(ascii: "]") { break }
            items.append(try value(depth: depth + 1))
            skip(lines: true)
            if peek() == UInt8(ascii: ",") { place += 1 } else { break }
        }
        try expect("]")
        return items
    }

    private mutating func string(quote: UInt8) throws(Diagnostic) -> String {
        let start = place
        place += 1
        var text: [UInt8] = []
        while let byte = peek(), byte != quote {
            guard byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") else { break }
            place += 1
            guard byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") else {
                text.append(byte)
                continue
            }
            let escapes: [Character: Character] = ["n": "\n", "t": "\t", "r": "\r", "\"": "\"", "\\": "\\"]
            guard let next = peek(), let meant = escapes[Character(UnicodeScalar(next))] else {
                throw unfit("behind `\\` stands one of n t r \" \\")
            }
            place += 1
            text += Array(String(meant).utf8)
        }
        guard peek() == quote else {
            throw .recipeSyntax("a text is still open at the end of its line", at: span(from: start))
        }
        place += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func expect(_ character: Character) throws(Diagnostic) {
        guard peek() == character.asciiValue else { throw unfit("`\(character)` is expected") }
        place += 1
    }

    private mutating func endOfLine() throws(Diagnostic) {
        skip(lines: false)
        guard let byte = peek() else { return }
        guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { throw unfit("the line ought to end") }
    }

    /// Blanks and remarks.
    private mutating func skip(lines: Bool) {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                while let byte = peek(), byte != UInt8(ascii: "\n") { place += 1 }
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || (lines && (byte == 10 || byte == 13)) {
                place += 1
            } else {
                return
            }
        }
    }

    private func peek() -> UInt8? { place < bytes.count ? bytes[place] : nil }
    private func span(from start: Int) -> Span { Span(file: source.id, start..<place) }
    private func unfit(_ message: String) -> Diagnostic {
        .recipeSyntax(message, at: Span(file: source.id, place..<min(place + 1, bytes.count)))
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 95
    }

    private static func isWord(_ byte: UInt8) -> Bool { isKey(byte) || byte == 43 || byte == 46 }
}
