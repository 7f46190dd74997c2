import Tensors

/// Reads the elements of tensors out of an ONNX file, or out of the files beside it.
///
/// The elements are copied once, into the `Tensor`. The number of elements is what the dimensions say, and the data must
/// be exactly that long, so nothing is allocated that the file does not hold.
struct TensorElements {
    /// Reads `count` bytes from `offset` on of the file at a path relative to the model's own folder.
    let external: ExternalFiles

    func tensor(_ proto: TensorProto) throws(ModelError) -> Tensor {
        do throws(ModelError) {
            return try read(proto)
        } catch {
            throw error.inside("tensor `\(proto.name)`")
        }
    }

    private func read(_ proto: TensorProto) throws(ModelError) -> Tensor {
        let kind = try ElementKind(number: proto.elementType)
        let shape = try Self.shape(proto.dimensions)
        let storage: Tensor.Storage =
            if proto.isExternal {
                try external.withBytes(of: proto.external, count: try Self.size(shape, kind)) {
                    bytes throws(ModelError) in try Self.storage(bytes, kind, count: shape.count)
                }
            } else if let raw = proto.raw {
                try Self.storage(Self.checked(raw, shape, kind), kind, count: shape.count)
            } else {
                try Self.storage(proto.typed, kind, count: shape.count)
            }
        return try Self.checked { () throws(ShapeError) in try Tensor(shape, storage) }
    }

    /// The texts of a tensor of those, as many as its shape has.
    static func texts(_ proto: TensorProto) throws(ModelError) -> (shape: Shape, texts: [String]) {
        let shape = try shape(proto.dimensions)
        var texts: [String] = []
        for field in proto.typed where field.number == 6 { texts.append(try field.text()) }
        guard texts.count == shape.count else { throw .wrongCount(texts.count, shape.count) }
        return (shape, texts)
    }

    static func shape(_ dimensions: [Int64]) throws(ModelError) -> Shape {
        try checked { () throws(ShapeError) in try Shape(dimensions.map { Int(clamping: $0) }) }
    }

    private static func checked<Result>(_ body: () throws(ShapeError) -> Result) throws(ModelError) -> Result {
        do throws(ShapeError) { return try body() } catch { throw ModelError(error.description) }
    }

    private static func size(_ shape: Shape, _ kind: ElementKind) throws(ModelError) -> Int {
        if let bits = kind.packedBits { return (shape.count * bits + 7) / 8 }
        guard let width = kind.width else { throw .unreadable(kind) }
        return shape.count * width
    }

    private static func checked(
        _ raw: UnsafeRawBufferPointer, _ shape: Shape, _ kind: ElementKind
    ) throws(ModelError) -> UnsafeRawBufferPointer {
        let size = try size(shape, kind)
        guard raw.count == size else {
            throw ModelError("\(raw.count) bytes of data for \(kind.name)\(shape), which takes \(size)")
        }
        return raw
    }
}

extension TensorElements {
    /// Elements stored back to back, little-endian. `bytes` is a whole number of elements.
    private static func storage(
        _ bytes: UnsafeRawBufferPointer, _ kind: ElementKind, count: Int
    ) throws(ModelError) -> Tensor.Storage {
        if let small = SmallElements.storage(bytes, kind, count: count) { return small }
        return switch kind {
        case .float32: .float32(copy(bytes))
        case .float64: .float64(copy(bytes))
        case .int64: .int64(copy(bytes))
        case .uint64: try .int64(copy(bytes).map { (value: UInt64) throws(ModelError) in try signed(value) })
        case .int32: .int64(copy(bytes).map { (value: Int32) in Int64(value) })
        case .uint32: .int64(copy(bytes).map { (value: UInt32) in Int64(value) })
        case .int16: .int64(copy(bytes).map { (value: Int16) in Int64(value) })
        case .uint16: .int64(copy(bytes).map { (value: UInt16) in Int64(value) })
        case .int8: .int64(copy(bytes).map { (value: Int8) in Int64(value) })
        case .uint8: .int64(bytes.map(Int64.init))
        case .bool: .bool(bytes.map { $0 != 0 })
        case .float16: .float32(copy(bytes).map(float(half:)))
        case .bfloat16: .float32(copy(bytes).map(float(brain:)))
        default: throw .unreadable(kind)
        }
    }

    /// Elements stored in a field of their own kind: `float_data`, `int32_data` (for everything of up to 32 bits),
    /// `int64_data`, `double_data`, `uint64_data`.
    private static func storage(_ fields: [WireReader.Field], _ kind: ElementKind, count: Int) throws(ModelError)
        -> Tensor.Storage
    {
        let number = try field(of: kind)
        let fields = fields.filter { $0.number == number }
        switch kind {
        case .float32: return .float32(try numbers(fields, count, UInt32.self).map(Float.init(bitPattern:)))
        case .float64: return .float64(try numbers(fields, count, UInt64.self).map(Double.init(bitPattern:)))
        default:
            var integers: [Int64] = []
            integers.reserveCapacity(min(count, fields.reduce(0) { $0 + $1.bytes.count }))
            for field in fields { try field.appendIntegers(to: &integers) }
            let bytes = kind.packedBits.map { (count * $0 + 7) / 8 } ?? count
            guard integers.count == bytes else { throw .wrongCount(integers.count, count) }
            if kind.packedBits != nil || kind.isStoredOnly {
                let packed = integers.map { UInt8(truncatingIfNeeded: $0) }
                let small = packed.withUnsafeBytes { SmallElements.storage($0, kind, count: count) }
                if let small { return small }
            }
            return try storage(integers, kind)
        }
    }

    private static func storage(_ integers: [Int64], _ kind: ElementKind) throws(ModelError) -> Tensor.Storage {
        switch kind {
        case .bool: return .bool(integers.map { $0 != 0 })
        case .float16: return .float32(integers.map { float(half: UInt16(truncatingIfNeeded: $0)) })
        case .bfloat16: return .float32(integers.map { float(brain: UInt16(truncatingIfNeeded: $0)) })
        case .uint64:
            return .int64(try integers.map { value throws(ModelError) in try signed(UInt64(bitPattern: value)) })
        default:
            // Protocol buffers store a negative int32 sign-extended to 64 bits, so the value is already right.
            guard let range = kind.integerRange else { throw .unreadable(kind) }
            guard let outside = integers.first(where: { !range.contains($0) }) else { return .int64(integers) }
            throw ModelError("\(outside) is not a \(kind.name)")
        }
    }

    private static func field(of kind: ElementKind) throws(ModelError) -> UInt32 {
        switch kind {
        case .float32: 4
        case .int32, .int16, .int8, .uint16, .uint8, .bool, .float16, .bfloat16, .int2, .uint2, .int4, .uint4,
            .float4e2m1,
            .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0:
            5
        case .int64: 7
        case .float64: 10
        case .uint32, .uint64: 11
        default: throw .unreadable(kind)
        }
    }

    /// The words of fixed-width fields, packed or not.
    private static func numbers<Word: FixedWidthInteger & BitwiseCopyable>(
        _ fields: [WireReader.Field], _ count: Int, _ type: Word.Type
    ) throws(ModelError) -> [Word] {
        let size = MemoryLayout<Word>.size
        for field in fields where field.kind == .varint || !field.bytes.count.isMultiple(of: size) {
            throw .wrongKind(of: field.number)
        }
        let found = fields.reduce(0) { $0 + $1.bytes.count } / size
        guard found == count else { throw .wrongCount(found, count) }
        return fields.flatMap { copy($0.bytes) as [Word] }
    }

    private static func copy<Element: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [Element] {
        // ONNX stores little-endian, which is how every platform that Swift supports keeps numbers in memory.
        let count = bytes.count / MemoryLayout<Element>.size
        return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes.prefix(count * MemoryLayout<Element>.size)))
            initialized = count
        }
    }

    private static func signed(_ value: UInt64) throws(ModelError) -> Int64 {
        guard let value = Int64(exactly: value) else { throw ModelError("\(value) is too large: it exceeds int64") }
        return value
    }

    /// IEEE 754 binary16, exactly.
    static func float(half bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Float(bits & 0x3FF)
        switch exponent {
        case 0: return sign * fraction * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
        }
    }

    private static func float(brain bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}

extension ModelError {
    fileprivate static func unreadable(_ kind: ElementKind) -> ModelError {
        ModelError("constants of type \(kind.name) are not supported")
    }

    fileprivate static func wrongCount(_ found: Int, _ expected: Int) -> ModelError {
        ModelError("\(found) elements of data for \(expected) elements of its shape")
    }
}
