/// A constant tensor of an ONNX file, its elements left undecoded where they are.
struct TensorProto {
    var name = ""
    var dimensions: [Int64] = []
    /// As numbered by ONNX.
    var elementType: Int64 = 0
    /// All elements, little-endian, without gaps; may be unaligned.
    var raw: UnsafeRawBufferPointer?
    /// The elements in the field of their own type, in one or more pieces.
    var typed: [WireReader.Field] = []
    /// Where the elements are instead, if they are in another file.
    var external: [String: String] = [:]
    var isExternal = false

    init(decoding bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try budget.charge(Int64.self, count: field.bytes.count)
                try field.appendIntegers(to: &dimensions)
            case 2: elementType = try field.integer()
            case 4, 5, 6, 7, 10, 11:
                try budget.charge(WireReader.Field.self)
                typed.append(field)
            case 8: name = try field.text()
            case 9: raw = try field.message()
            case 13: try readExternalEntry(field.message(), budget)
            case 14: isExternal = try field.integer() == 1
            default: continue
            }
        }
    }

    private mutating func readExternalEntry(
        _ bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget
    ) throws(ModelError) {
        try budget.charge((String, String).self, count: 2)
        var (key, value) = ("", "")
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: key = try field.text()
            case 2: value = try field.text()
            default: continue
            }
        }
        external[key] = value
    }
}
