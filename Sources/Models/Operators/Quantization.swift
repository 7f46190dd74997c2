import Tensors

/// Between real numbers and whole numbers on a scale, of a whole tensor or along one axis.
enum Quantization {
    static let rules: [String: OperatorRule] = [
        "QuantizeLinear": { node in [try quantized(node)] },
        "DequantizeLinear": { node in [try dequantized(node)] },
    ]

    /// x / scale, rounded to even, plus the zero point, brought into the range of the result's type.
    private static func quantized(_ node: Application) throws -> Value {
        let x = try node.input(0)
        let scale = try aligned(node, node.input(1))
        let steps = try node.unary(.round, node.binary(.divide, x, node.cast(scale, to: node.element(x))))
        let shifted = try node.optional(2).map {
            try node.binary(.add, steps, aligned(node, node.cast($0, to: node.element(x))))
        }
        let range = try resultRange(node)
        let bounded = try node.unary(
            .clip(lower: Double(range.lowerBound), upper: Double(range.upperBound)), shifted ?? steps)
        return try node.cast(bounded, to: .int64)
    }

    /// (x - zero point) · scale.
    private static func dequantized(_ node: Application) throws -> Value {
        let (x, scale) = (try node.input(0), try node.input(1))
        var centred = try node.cast(x, to: node.element(scale))
        if let zero = node.optional(2) {
            let zero = try node.cast(zero, to: node.element(scale))
            centred = try node.binary(.subtract, centred, aligned(node, zero))
        }
        return try node.binary(.multiply, centred, aligned(node, scale))
    }

    /// The type of the zero point, or else what `output_dtype` says, or else uint8.
    private static func resultRange(_ node: Application) throws -> ClosedRange<Int64> {
        let stated = try node.integer("output_dtype", default: 0)
        let named = try stated == 0 ? nil : ElementKind(number: Int64(stated))
        let kind = node.declaredKind(2) ?? named ?? .uint8
        guard node.optional(2) == nil || node.declaredKind(2) != nil, let range = kind.integerRange else {
            throw ModelError("a result of type \(kind.name), or of a type that is not known here, is not supported")
        }
        return range
    }

    /// A scalar, or a vector along the axis, shaped to be broadcast over the first input.
    private static func aligned(_ node: Application, _ value: Value) throws -> Value {
        guard try node.integer("block_size", default: 0) == 0, node.shape(value).rank <= 1 else {
            throw ModelError("blocks are not supported")
        }
        let count = node.shape(value).count
        guard count > 1 else { return try node.reshape(value, []) }
        let shape = try node.shape(node.input(0))
        let axis = try node.axis(node.integer("axis", default: 1), of: shape)
        return try node.reshape(value, [count] + [Int](repeating: 1, count: shape.rank - axis - 1))
    }
}
