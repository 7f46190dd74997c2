import Tensors

/// Between real numbers and whole numbers on a scale, of a whole tensor, along one axis or of each block of an axis.
enum Quantization {
    static let rules: [String: OperatorRule] = [
        "QuantizeLinear": { node in [try quantized(node)] },
        "DequantizeLinear": { node in [try dequantized(node)] },
    ]

    /// x / scale, rounded to even, plus the zero point, brought into the range of the result's type.
    private static func quantized(_ node: Application) throws -> Value {
        let x = try node.input(0)
        let scale = try node.cast(aligned(node, node.input(1)), to: node.element(x))
        let zero = try node.optional(2).map { try aligned(node, $0) }
        return try node.quantised(node.binary(.divide, x, scale), zero: zero, kind: resultKind(node))
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
    private static func resultKind(_ node: Application) throws -> ElementKind {
        let stated = try node.integer("output_dtype", default: 0)
        let named = try stated == 0 ? nil : ElementKind(number: Int64(stated))
        let kind = node.declaredKind(2) ?? named ?? .uint8
        guard node.optional(2) == nil || node.declaredKind(2) != nil else {
            throw ModelError("a result whose type is not known here is not supported")
        }
        return kind
    }

    /// A scalar, a vector along the axis, or one number for each block of the axis, shaped to be broadcast over the first
    /// input.
    private static func aligned(_ node: Application, _ value: Value) throws -> Value {
        let (shape, own) = (try node.shape(node.input(0)), node.shape(value))
        let block = try node.integer("block_size", default: 0)
        guard block <= Shape.maximumCount else { throw ModelError("blocks of \(block)") }
        guard own.count > 1 || block > 0 else { return try node.reshape(value, []) }
        let axis = try node.axis(node.integer("axis", default: 1), of: shape)
        guard block > 0 else {
            guard own.rank == 1 else { throw ModelError("\(own) numbers along one axis of \(shape)") }
            return try node.reshape(value, [own.count] + [Int](repeating: 1, count: shape.rank - axis - 1))
        }
        guard own.rank == shape.rank, own[axis] == (shape[axis] + block - 1) / block else {
            throw ModelError("\(own) numbers for blocks of \(block) along axis \(axis) of \(shape)")
        }
        try node.allow(elements: shape.count)
        let index = try Tensor(Shape([shape[axis]]), (0..<shape[axis]).map { Int64($0 / block) })
        return try node.add(Rearrange.gather(own, axis: axis, index: index), value)
    }
}
