/// A JSON text (RFC 8259) as a value; numbers as they are written.
///
/// Nests 64 deep at most. Memory is in proportion to the text.
package enum JsonValue: Hashable, Sendable {
    case null
    case truth(Bool)
    case number(String)
    case text(String)
    case array([JsonValue])
    case object([JsonKey: JsonValue])

    package init(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var reader = JsonReader(bytes)
        self = try reader.value(depth: 0)
        guard reader.isAtEnd else { throw DatasetError("there is more behind the JSON value") }
    }
}

/// The name of a member: letters that differ are different names, also where Unicode holds them for the same.
package struct JsonKey: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (first: JsonKey, second: JsonKey) -> Bool { first.text.utf8.elementsEqual(second.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension JsonValue {
    /// A member of an object; nil where there is none, or no object.
    package subscript(name: String) -> JsonValue? {
        guard case .object(let members) = self else { return nil }
        return members[JsonKey(name)]
    }

    package var textValue: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var truthValue: Bool? {
        guard case .truth(let truth) = self else { return nil }
        return truth
    }

    package var doubleValue: Double? {
        guard case .number(let digits) = self else { return nil }
        return Double(digits)
    }

    package var wholeNumber: Int? {
        guard case .number(let digits) = self else { return nil }
        return Int(digits)
    }

    package var elements: [JsonValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// An array of whole numbers and nothing else.
    package var wholeNumbers: [Int]? {
        guard let elements else { return nil }
        let numbers = elements.compactMap(\.wholeNumber)
        return numbers.count == elements.count ? numbers : nil
    }
}

private struct JsonReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private static let depthLimit = 64

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return position == bytes.count
        }
    }

    mutating func value(depth: Int) throws(DatasetError) -> JsonValue {
        guard depth < Self.depthLimit else { throw DatasetError("JSON nested deeper than \(Self.depthLimit)") }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth))
        case UInt8(ascii: "["): return .array(try array(depth))
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .truth(true))
        case UInt8(ascii: "f"): return try word("false", .truth(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func skipBlanks() {
        while [32, 9, 10, 13].contains(current) { position += 1 }
    }

    private mutating func accept(_ sign: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard current == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ sign: Unicode.Scalar) throws(DatasetError) {
        guard accept(sign) else { throw wrong("`\(sign)`") }
    }

    private func wrong(_ expected: String) -> DatasetError {
        DatasetError("expected \(expected) at byte \(position) of the JSON value")
    }

    private mutating func word(_ word: String, _ value: JsonValue) throws(DatasetError) -> JsonValue {
        guard bytes[position...].starts(with: word.utf8) else { throw wrong("a value") }
        position += word.utf8.count
        return value
    }

    private mutating func array(_ depth: Int) throws(DatasetError) -> [JsonValue] {
        try expect("[")
        var elements: [JsonValue] = []
        if accept("]") { return elements }
        repeat { elements.append(try value(depth: depth + 1)) } while accept(",")
        try expect("]")
        return elements
    }

    private mutating func object(_ depth: Int) throws(DatasetError) -> [JsonKey: JsonValue] {
        try expect("{")
        var members: [JsonKey: JsonValue] = [:]
        if accept("}") { return members }
        repeat {
            skipBlanks()
            let key = try text()
            try expect(":")
            guard members.updateValue(try value(depth: depth + 1), forKey: JsonKey(key)) == nil else {
                throw DatasetError("two values for the key `\(key.prefix(40))`")
            }
        } while accept(",")
        try expect("}")
        return members
    }

    private mutating func number() throws(DatasetError) -> JsonValue {
        let start = position
        while isOfNumber(current) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || isDigit(first), Double(text) != nil else {
            position = start
            throw wrong("a value")
        }
        return .number(text)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private func isOfNumber(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == 43 || byte == 45 || byte == 46 || byte == 69 || byte == 101
    }

    private mutating func text() throws(DatasetError) -> String {
        guard current == UInt8(ascii: "\"") else { throw wrong("a text") }
        position += 1
        var result: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"): result += try escape()
            case 0..<32: throw wrong("a letter")
            default: result.append(byte)
            }
        }
        throw wrong("`\"`")
    }

    private mutating func escape() throws(DatasetError) -> [UInt8] {
        let byte = current
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return try letter()
        default: throw wrong("an escape")
        }
    }

    /// `\u00e9`, or a pair of surrogates.
    private mutating func letter() throws(DatasetError) -> [UInt8] {
        var code = try hexadecimal()
        if (0xD800..<0xDC00).contains(code), bytes[min(position, bytes.count)...].starts(with: "\\u".utf8) {
            position += 2
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw wrong("the second half of a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        return Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
    }

    private mutating func hexadecimal() throws(DatasetError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw wrong("four hexadecimal digits") }
        position += 4
        return code
    }
}
