import Tensors

/// A tensor in a file of its own, as ONNX's test vectors are.
package enum TensorFile {
    /// Reads a serialised `TensorProto`. Throws if it is not one, or is of a type that no graph has.
    package static func read(_ bytes: [UInt8]) throws(ModelError) -> (name: String, tensor: Tensor) {
        try ModelError.only {
            try bytes.withUnsafeBytes { buffer in
                let proto = try TensorProto(decoding: buffer, DecodingBudget(fileSize: buffer.count))
                return (proto.name, try TensorElements(external: .none).tensor(proto))
            }
        }
    }

    /// A serialised `TensorProto` of `values`, row-major, in one of ONNX's element types by its name: `float32`, `int8`.
    ///
    /// Each value is rounded to the nearest that the type holds, and whole numbers clamped to its range. nil for types whose
    /// elements are not whole bytes, and for `bfloat16`, text and complex numbers.
    package static func bytes(named name: String, _ type: String, shape: [Int], values: [Double]) -> [UInt8]? {
        guard let kind = ElementKind.allCases.first(where: { "\($0)" == type }) else { return nil }
        var data: [UInt8] = []
        for value in values {
            guard let bytes = kind.bytes(of: value) else { return nil }
            data += bytes
        }
        var writer = WireWriter()
        for size in shape { writer.integer(1, Int64(size)) }
        writer.integer(2, kind.rawValue)
        writer.text(8, name)
        writer.data(9, data)
        return writer.bytes
    }
}

extension ElementKind {
    /// Little-endian, as raw data holds it.
    fileprivate func bytes(of value: Double) -> [UInt8]? {
        func raw<Bits: FixedWidthInteger>(_ bits: Bits) -> [UInt8] {
            withUnsafeBytes(of: bits.littleEndian, Array.init)
        }
        func whole<Number: FixedWidthInteger>(_ type: Number.Type) -> [UInt8] {
            raw(Number(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0))
        }
        switch self {
        case .float64: return raw(value.bitPattern)
        case .float32: return raw(Float(value).bitPattern)
        case .float16: return raw(Float16(value).bitPattern)
        case .bool: return [value == 0 ? 0 : 1]
        case .int8: return whole(Int8.self)
        case .int16: return whole(Int16.self)
        case .int32: return whole(Int32.self)
        case .int64: return whole(Int64.self)
        case .uint8: return whole(UInt8.self)
        case .uint16: return whole(UInt16.self)
        case .uint32: return whole(UInt32.self)
        case .uint64: return whole(UInt64.self)
        default: return nil
        }
    }
}
