import Tensors

/// Between real numbers and whole numbers on a scale.
enum Quantization {
    static let rules: [String: OperatorRule] = [
        "DequantizeLinear": { node in [try dequantized(node)] }
    ]

    /// (x - zero point) · scale, per tensor or along one axis.
    private static func dequantized(_ node: Application) throws -> Value {
        let (x, scale) = (try node.input(0), try node.input(1))
        guard try node.integer("block_size", default: 0) == 0 else { throw ModelError("blocks are not supported") }
        let element = node.element(scale)
        let shape = node.shape(x)
        let axis = try node.shape(scale).count > 1 ? node.axis(node.integer("axis", default: 1), of: shape) : 0
        func aligned(_ value: Value) throws -> Value {
            let count = node.shape(value).count
            return try node.reshape(value, count > 1 ? [count] + [Int](repeating: 1, count: shape.rank - axis - 1) : [])
        }
        var centred = try node.cast(x, to: element)
        if let zero = node.optional(2) {
            centred = try node.binary(.subtract, centred, aligned(node.cast(zero, to: element)))
        }
        return try node.binary(.multiply, centred, aligned(scale))
    }
}
