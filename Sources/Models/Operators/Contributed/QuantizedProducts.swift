import Tensors

/// Products of quantised matrices, and of real ones with matrices of few bits.
enum QuantizedProducts {
    static let rules: [String: OperatorRule] = [
        "QGemm": gemm,
        "MatMulIntegerToFloat": { node in
            let left = try node.centred(node.input(0), zero: node.optional(4))
            let right = try node.centred(node.input(1), zero: node.optional(5))
            let sums = try IntegerProducts.product(node, left, right)
            let scale = try node.binary(.multiply, scalarOrRow(node, node.input(2)), scalarOrRow(node, node.input(3)))
            return [try scaled(node, sums, scale, bias: node.optional(6))]
        },
        "DynamicQuantizeMatMul": { node in
            let dynamic = try IntegerProducts.dynamic(node)
            guard let steps = dynamic[0], let scale = dynamic[1] else { throw ModelError("nothing to quantise") }
            let left = try node.centred(steps, zero: dynamic[2])
            let right = try node.centred(node.input(1), zero: node.optional(3))
            let sums = try IntegerProducts.product(node, left, right)
            let both = try node.binary(.multiply, scale, scalarOrRow(node, node.input(2)))
            return [try scaled(node, sums, both, bias: node.optional(4))]
        },
        "MatMulNBits": { node in [try narrow(node)] },
    ]

    private static func scalarOrRow(_ node: Application, _ value: Value) throws -> Value {
        node.shape(value).count == 1 ? try node.reshape(value, []) : value
    }

    private static func scaled(_ node: Application, _ sums: Value, _ scale: Value, bias: Value?) throws -> Value {
        let result = try node.binary(.multiply, node.cast(sums, to: node.element(scale)), scale)
        return try bias.map { try node.binary(.add, result, $0) } ?? result
    }

    /// alpha · A · B + C, on the scale of A · B; real, unless a scale of the result is given.
    private static let gemm: OperatorRule = { node in
        var left = try node.centred(node.input(0), zero: node.optional(2))
        var right = try node.centred(node.input(3), zero: node.optional(5))
        if try node.flag("transA") { left = try node.transpose(left, [1, 0]) }
        if try node.flag("transB") { right = try node.transpose(right, [1, 0]) }
        var sums = try IntegerProducts.product(node, left, right)
        if let bias = node.optional(6) { sums = try node.wrapped(node.binary(.add, sums, bias), as: .int32) }
        let both = try node.binary(.multiply, scalarOrRow(node, node.input(1)), scalarOrRow(node, node.input(4)))
        let scale = try node.binary(.multiply, both, node.float("alpha", default: 1))
        guard node.optional(7) != nil else { return [try scaled(node, sums, scale, bias: nil)] }
        return [try node.requantised(sums, scale, by: 7)]
    }

    /// A product with a constant matrix whose numbers are packed, so many bits each, in blocks with a scale of their own.
    private static func narrow(_ node: Application) throws -> Value {
        let x = try node.input(0)
        guard node.optional(4) == nil else { throw ModelError("an order of the rows (g_idx) is not supported") }
        let matrix = node.constant(try PackedMatrix(node).tensor(node.element(x)))
        let product = try Products.affine(node, x, matrix, node.optional(5))
        return product
    }
}
