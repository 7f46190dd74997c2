/// A cursor over one protocol buffer message, copying nothing.
///
/// Every read checks what is left, so no length in the file can lead outside the bytes it was made with; a reader is
/// only valid while those bytes are. Groups (wire types 3 and 4), which ONNX does not use, are refused.
/// Source: protobuf.dev/programming-guides/encoding.
struct WireReader {
    /// How a field's value is stored.
    enum Kind: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    /// One field of a message: its number and its value, undecoded.
    struct Field {
        let number: UInt32
        let kind: Kind
        /// The value's bytes: of a varint its encoding, of `bytes` what follows the length.
        let bytes: UnsafeRawBufferPointer
        /// The value of a varint; 0 for other kinds.
        let varint: UInt64
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// The next field, or nil at the end of the message.
    mutating func next() throws(ModelError) -> Field? {
        guard position < bytes.count else { return nil }
        let key = try varint()
        let number = key >> 3
        guard number > 0, number <= 0x1FFF_FFFF else { throw .malformed("field number \(number)") }
        guard let kind = Kind(rawValue: UInt8(key & 7)) else { throw .malformed("wire type \(key & 7)") }
        let start = position
        switch kind {
        case .varint:
            let value = try varint()
            return Field(number: UInt32(number), kind: kind, bytes: slice(start, position - start), varint: value)
        case .fixed64: try skip(8)
        case .fixed32: try skip(4)
        case .bytes:
            let length = try varint()
            guard length <= UInt64(bytes.count - position) else {
                throw .malformed("a length of \(length) with \(bytes.count - position) bytes left")
            }
            let content = slice(position, Int(length))
            position += Int(length)
            return Field(number: UInt32(number), kind: kind, bytes: content, varint: 0)
        }
        return Field(number: UInt32(number), kind: kind, bytes: slice(start, position - start), varint: 0)
    }

    /// A base-128 integer of at most ten bytes.
    mutating func varint() throws(ModelError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 70 else { throw .malformed("an integer of more than ten bytes") }
        }
        throw .malformed("an integer cut off by the end")
    }

    private mutating func skip(_ count: Int) throws(ModelError) {
        guard bytes.count - position >= count else { throw .malformed("a number cut off by the end") }
        position += count
    }

    private func slice(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
    }
}

extension WireReader.Field {
    /// The value as text; invalid UTF-8 is repaired, because a name is only ever compared and shown.
    func text() throws(ModelError) -> String {
        String(decoding: try message(), as: UTF8.self)
    }

    /// The value's bytes: a nested message, text or data.
    func message() throws(ModelError) -> UnsafeRawBufferPointer {
        guard kind == .bytes else { throw .wrongKind(of: number) }
        return bytes
    }

    func integer() throws(ModelError) -> Int64 {
        guard kind == .varint else { throw .wrongKind(of: number) }
        return Int64(bitPattern: varint)
    }

    func float() throws(ModelError) -> Float {
        guard kind == .fixed32 else { throw .wrongKind(of: number) }
        return Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    }

    /// Appends the value of a repeated integer field, packed or not.
    func appendIntegers(to values: inout [Int64]) throws(ModelError) {
        guard kind == .bytes else { return values.append(try integer()) }
        var reader = WireReader(bytes)
        while !reader.isAtEnd { values.append(Int64(bitPattern: try reader.varint())) }
    }

    /// How many numbers a repeated integer field holds, packed or not.
    var varintCount: Int { kind == .bytes ? bytes.count { $0 < 0x80 } : 1 }

    /// Appends the value of a repeated 32-bit float field, packed or not.
    func appendFloats(to values: inout [Float]) throws(ModelError) {
        guard kind == .bytes else { return values.append(try float()) }
        guard bytes.count.isMultiple(of: 4) else { throw .malformed("\(bytes.count) bytes of 32-bit numbers") }
        for offset in stride(from: 0, to: bytes.count, by: 4) {
            let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            values.append(Float(bitPattern: UInt32(littleEndian: bits)))
        }
    }
}

extension ModelError {
    static func malformed(_ what: String) -> ModelError {
        ModelError("not a readable ONNX file: \(what)", hint: "the file is damaged, cut short, or not ONNX")
    }

    static func wrongKind(of field: UInt32) -> ModelError {
        malformed("field \(field) is stored as something else than ONNX says")
    }
}
