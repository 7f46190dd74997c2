import Tensors

/// Elements of 8 bits and fewer, several of which may share a byte, from the units on.
enum SmallElements {
    /// nil for kinds that are none of these. `bytes` holds at least `count` elements.
    static func storage(_ bytes: UnsafeRawBufferPointer, _ kind: ElementKind, count: Int) -> Tensor.Storage? {
        if let bits = kind.packedBits {
            let codes = (0..<count).map { place in
                bytes[place * bits / 8] >> UInt8(place * bits % 8) & (1 << UInt8(bits) - 1)
            }
            if kind == .float4e2m1 { return .float32(codes.map { number($0, exponentBits: 2, places: 1, bias: 1) }) }
            let half = Int64(1) << (bits - 1)
            return .int64(codes.map { kind.isSigned && Int64($0) >= half ? Int64($0) - 2 * half : Int64($0) })
        }
        switch kind {
        case .float8e4m3fn:
            return .float32(bytes.map { $0 & 0x7F == 0x7F ? .nan : number($0, exponentBits: 4, places: 3, bias: 7) })
        case .float8e5m2:
            return .float32(bytes.map(half))
        case .float8e4m3fnuz:
            return .float32(bytes.map { $0 == 0x80 ? .nan : number($0, exponentBits: 4, places: 3, bias: 8) })
        case .float8e5m2fnuz:
            return .float32(bytes.map { $0 == 0x80 ? .nan : number($0, exponentBits: 5, places: 2, bias: 16) })
        case .float8e8m0:
            return .float32(
                bytes.map { $0 == 255 ? .nan : Float(sign: .plus, exponent: Int($0) - 127, significand: 1) })
        default: return nil
        }
    }

    /// The upper half of a float16.
    private static func half(_ code: UInt8) -> Float { TensorElements.float(half: UInt16(code) << 8) }

    /// Sign, exponent and fraction, from the front.
    private static func number(_ code: UInt8, exponentBits: Int, places: Int, bias: Int) -> Float {
        let isNegative = code >> UInt8(exponentBits + places) & 1 == 1
        let exponent = Int(code >> UInt8(places)) & (1 << exponentBits - 1)
        let fraction = Int(code) & (1 << places - 1)
        let digits = Float(exponent == 0 ? fraction : fraction + 1 << places)
        let size = digits * Float(sign: .plus, exponent: max(exponent, 1) - bias - places, significand: 1)
        return isNegative ? -size : size
    }
}
