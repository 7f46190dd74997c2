/// A GGUF file, versions 2 and 3: what it says of itself, and where its tensors are.
///
/// Copies nothing but names; valid while its bytes are. Bounded: 65,536 entries and as many tensors, names of 1 KB, lists no
/// longer than the file has bytes for, no lists of lists; every offset is checked. Big-endian files are refused.
/// Source: github.com/ggml-org/ggml/blob/master/docs/gguf.md.
package struct GGUFFile {
    /// What an entry says.
    enum Value {
        case integer(Int)
        case real(Double)
        case truth(Bool)
        /// Where its bytes are.
        case text(Range<Int>)
        case texts([Range<Int>])
        /// Numbers, the size of one, and where they start.
        case numbers(NumberType, count: Int, at: Int)
    }

    enum NumberType: UInt32 {
        case uint8 = 0
        case int8 = 1
        case uint16 = 2
        case int16 = 3
        case uint32 = 4
        case int32 = 5
        case float32 = 6
        case bool = 7
        case uint64 = 10
        case int64 = 11
        case float64 = 12

        var size: Int {
            switch self {
            case .uint8, .int8, .bool: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            }
        }
    }

    private static let mostEntries = 1 << 16
    private static let longestName = 1 << 10
    private static let mostDimensions = 4

    package let version: Int
    package let tensors: [String: StoredTensor]
    private let entries: [String: Value]
    private let bytes: UnsafeRawBufferPointer

    /// Whether the bytes begin as a GGUF file does.
    package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: "GGUF".utf8) }

    package init(_ bytes: UnsafeRawBufferPointer) throws(LanguageModelError) {
        guard Self.recognises(bytes) else { throw LanguageModelError("not a GGUF file") }
        self.bytes = bytes
        var cursor = ByteCursor(bytes)
        _ = try cursor.skip(4)
        let version = try cursor.number(UInt32.self)
        guard version == 2 || version == 3 else {
            throw LanguageModelError(
                version.byteSwapped <= 3
                    ? "a big-endian GGUF file: only little-endian ones are read"
                    : "version \(version) of GGUF is not known; 2 and 3 are")
        }
        self.version = Int(version)
        let tensorCount = try cursor.count("tensors", atMost: Self.mostEntries)
        let entryCount = try cursor.count("entries", atMost: Self.mostEntries)
        var entries: [String: Value] = [:]
        for _ in 0..<entryCount {
            let name = try Self.name(&cursor)
            let value = try Self.value(of: name, &cursor)
            guard entries.updateValue(value, forKey: name) == nil else {
                throw LanguageModelError("two entries `\(name)`")
            }
        }
        self.entries = entries
        tensors = try Self.tensors(tensorCount, &cursor, alignment: Self.alignment(entries))
    }

    private static func alignment(_ entries: [String: Value]) throws(LanguageModelError) -> Int {
        guard case .integer(let alignment) = entries["general.alignment"] ?? .integer(32) else { return 32 }
        guard alignment > 0, alignment <= 1 << 16, alignment.nonzeroBitCount == 1 else {
            throw LanguageModelError("`general.alignment` is \(alignment), no power of 2 up to 65536")
        }
        return alignment
    }

    private static func name(_ cursor: inout ByteCursor) throws(LanguageModelError) -> String {
        let count = try cursor.count("bytes of a name", atMost: longestName)
        return String(decoding: cursor.bytes[try cursor.skip(count)], as: UTF8.self)
    }

    private static func value(of name: String, _ cursor: inout ByteCursor) throws(LanguageModelError) -> Value {
        let kind = try cursor.number(UInt32.self)
        switch kind {
        case 8: return .text(try text(&cursor))
        case 9: return try list(name, &cursor)
        default:
            guard let type = NumberType(rawValue: kind) else {
                throw LanguageModelError("entry `\(name)`: type \(kind) is not known")
            }
            return number(type, cursor.bytes, at: try cursor.skip(type.size).lowerBound)
        }
    }

    private static func text(_ cursor: inout ByteCursor) throws(LanguageModelError) -> Range<Int> {
        try cursor.skip(try cursor.count("bytes of a text", atMost: cursor.left))
    }

    private static func list(_ name: String, _ cursor: inout ByteCursor) throws(LanguageModelError) -> Value {
        let kind = try cursor.number(UInt32.self)
        let count = try cursor.count("elements of `\(name)`", atMost: cursor.left)
        if kind == 8 {
            guard count <= cursor.left / 8 else {
                throw LanguageModelError("entry `\(name)`: \(count) texts do not fit")
            }
            var texts: [Range<Int>] = []
            texts.reserveCapacity(count)
            for _ in 0..<count { texts.append(try text(&cursor)) }
            return .texts(texts)
        }
        guard let type = NumberType(rawValue: kind) else {
            throw LanguageModelError("entry `\(name)`: a list of type \(kind) is not read")
        }
        return .numbers(type, count: count, at: try cursor.skip(count * type.size).lowerBound)
    }

    private static func number(_ type: NumberType, _ bytes: UnsafeRawBufferPointer, at place: Int) -> Value {
        func raw<Number: FixedWidthInteger>(_: Number.Type) -> Number {
            Number(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Number.self))
        }
        switch type {
        case .uint8: return .integer(Int(raw(UInt8.self)))
        case .int8: return .integer(Int(raw(Int8.self)))
        case .uint16: return .integer(Int(raw(UInt16.self)))
        case .int16: return .integer(Int(raw(Int16.self)))
        case .uint32: return .integer(Int(raw(UInt32.self)))
        case .int32: return .integer(Int(raw(Int32.self)))
        case .uint64: return .integer(Int(clamping: raw(UInt64.self)))
        case .int64: return .integer(Int(raw(Int64.self)))
        case .bool: return .truth(raw(UInt8.self) != 0)
        case .float32: return .real(Double(Float(bitPattern: raw(UInt32.self))))
        case .float64: return .real(Double(bitPattern: raw(UInt64.self)))
        }
    }

    private static func tensors(
        _ count: Int, _ cursor: inout ByteCursor, alignment: Int
    ) throws(LanguageModelError) -> [String: StoredTensor] {
        var described: [(name: String, format: WeightFormat, shape: [Int], offset: UInt64)] = []
        for _ in 0..<count {
            let name = try name(&cursor)
            let dimensions = try cursor.number(UInt32.self)
            guard dimensions <= mostDimensions else {
                throw LanguageModelError("tensor `\(name)` has \(dimensions) dimensions")
            }
            var shape: [Int] = []
            for _ in 0..<dimensions { shape.insert(try cursor.count("a size of `\(name)`", atMost: 1 << 40), at: 0) }
            let number = try cursor.number(UInt32.self)
            guard let format = WeightFormat(number: number) else {
                throw LanguageModelError("tensor `\(name)`: numbers stored as type \(number) are not read")
            }
            described.append((name, format, shape, try cursor.number(UInt64.self)))
        }
        let start = (cursor.position + alignment - 1) / alignment * alignment
        let data = UnsafeRawBufferPointer(rebasing: cursor.bytes[min(start, cursor.bytes.count)...])
        var tensors: [String: StoredTensor] = [:]
        for (name, format, shape, offset) in described {
            let tensor = try StoredTensor(name: name, format: format, shape: shape, in: data, at: offset)
            guard tensors.updateValue(tensor, forKey: name) == nil else {
                throw LanguageModelError("two tensors `\(name)`")
            }
        }
        return tensors
    }
}

extension GGUFFile {
    package func text(_ name: String) -> String? {
        guard case .text(let range)? = entries[name] else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    package func integer(_ name: String) -> Int? {
        guard case .integer(let number)? = entries[name] else { return nil }
        return number
    }

    package func real(_ name: String) -> Double? {
        switch entries[name] {
        case .real(let number)?: number
        case .integer(let number)?: Double(number)
        default: nil
        }
    }

    package func truth(_ name: String) -> Bool? {
        guard case .truth(let truth)? = entries[name] else { return nil }
        return truth
    }

    /// The texts of a list: their bytes.
    package func texts(_ name: String) -> [UnsafeRawBufferPointer]? {
        guard case .texts(let ranges)? = entries[name] else { return nil }
        return ranges.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    }

    /// The numbers of a list.
    package func numbers(_ name: String) -> [Double]? {
        guard case .numbers(let type, let count, let start)? = entries[name] else { return nil }
        return (0..<count).map {
            switch Self.number(type, bytes, at: start + $0 * type.size) {
            case .integer(let number): Double(number)
            case .real(let number): number
            case .truth(let truth): truth ? 1 : 0
            default: 0
            }
        }
    }

    /// The names of all entries, sorted.
    package var names: [String] { entries.keys.sorted() }
}
