/// Writes protocol buffer messages, field by field.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func integer(_ field: Int, _ value: Int64) {
        key(field, .varint)
        varint(UInt64(bitPattern: value))
    }

    mutating func float(_ field: Int, _ value: Float) {
        key(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func data(_ field: Int, _ value: some Collection<UInt8>) {
        key(field, .bytes)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func text(_ field: Int, _ value: String) { data(field, value.utf8) }

    mutating func message(_ field: Int, _ body: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        body(&inner)
        data(field, inner.bytes)
    }

    /// The fields of a message of the same kind.
    mutating func append(_ other: WireWriter) { bytes += other.bytes }

    /// A field as it was read.
    mutating func copy(_ field: WireReader.Field) {
        switch field.kind {
        case .varint: integer(Int(field.number), Int64(bitPattern: field.varint))
        case .bytes: data(Int(field.number), field.bytes)
        case .fixed32, .fixed64:
            key(Int(field.number), field.kind)
            bytes.append(contentsOf: field.bytes)
        }
    }

    private mutating func key(_ field: Int, _ kind: WireReader.Kind) {
        varint(UInt64(field) << 3 | UInt64(kind.rawValue))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F | 0x80))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
