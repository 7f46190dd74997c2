/// Little-endian numbers, one behind the other, never past the end.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var left: Int { bytes.count - position }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(LanguageModelError) -> Number {
        let size = MemoryLayout<Number>.size
        guard left >= size else { throw LanguageModelError("it ends within a number, at byte \(position)") }
        defer { position += size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// A number that counts what follows: at most `limit`.
    mutating func count(_ what: String, atMost limit: Int) throws(LanguageModelError) -> Int {
        let place = position
        let count = try number(UInt64.self)
        guard count <= UInt64(limit) else {
            throw LanguageModelError("\(what): \(count), at byte \(place), are more than \(limit)")
        }
        return Int(count)
    }

    /// Where the next `count` bytes are.
    mutating func skip(_ count: Int) throws(LanguageModelError) -> Range<Int> {
        guard count >= 0, count <= left else {
            throw LanguageModelError("\(count) bytes are to follow byte \(position), where \(left) are left")
        }
        defer { position += count }
        return position..<position + count
    }
}
