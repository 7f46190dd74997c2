import Tensors

/// Products and convolutions of whole numbers, exactly, and of quantised tensors.
enum IntegerProducts {
    static let rules: [String: OperatorRule] = [
        "MatMulInteger": { node in
            let (a, b) = (try node.input(0), try node.input(1))
            let left = try node.centred(a, zero: node.optional(2).map { try row($0, of: a, node) })
            let right = try node.centred(b, zero: node.optional(3).map { try column($0, of: b, node) })
            return [try product(node, left, right)]
        },
        "ConvInteger": { node in
            let x = try node.centred(node.input(0), zero: node.optional(2))
            let weights = try node.centred(node.input(1), zero: node.optional(3).map { try channels($0, node) })
            return [try convolution(node, x, weights, bias: nil)]
        },
        "QLinearMatMul": { node in
            let (a, b) = (try node.input(0), try node.input(3))
            let left = try node.centred(a, zero: row(node.input(2), of: a, node))
            let right = try node.centred(b, zero: column(node.input(5), of: b, node))
            let scale = try node.binary(
                .multiply, row(node.input(1), of: a, node), column(node.input(4), of: b, node))
            return [try node.requantised(product(node, left, right), scale, by: 6)]
        },
        "QLinearConv": { node in
            let x = try node.centred(node.input(0), zero: node.input(2))
            let weights = try node.centred(node.input(3), zero: channels(node.input(5), node))
            let sum = try convolution(node, x, weights, bias: node.optional(8))
            let ones = [Int](repeating: 1, count: max(0, node.shape(x).rank - 2))
            let perChannel = try node.reshape(node.input(4), [node.shape(node.input(4)).count] + ones)
            let scale = try node.binary(.multiply, node.reshape(node.input(1), []), perChannel)
            return [try node.requantised(sum, scale, by: 6)]
        },
        "DynamicQuantizeLinear": dynamic,
    ]

    /// A number for each row of a matrix, or for all.
    private static func row(_ vector: Value, of matrix: Value, _ node: Application) throws -> Value {
        let shape = node.shape(vector)
        if shape.count == 1 { return try node.reshape(vector, []) }
        return shape.rank == 1 && node.shape(matrix).rank > 1 ? try node.reshape(vector, [shape.count, 1]) : vector
    }

    /// A number for each column of a matrix, or for all.
    private static func column(_ vector: Value, of matrix: Value, _ node: Application) throws -> Value {
        node.shape(vector).count == 1 ? try node.reshape(vector, []) : vector
    }

    /// A number for each output channel of the weights of a convolution, or for all.
    private static func channels(_ vector: Value, _ node: Application) throws -> Value {
        let weights = try node.node.operatorName == "ConvInteger" ? node.input(1) : node.input(3)
        let (count, shape) = (node.shape(vector).count, node.shape(weights))
        guard shape.rank >= 2 else { throw ModelError("weights are \(shape)") }
        return try node.reshape(vector, [count] + [Int](repeating: 1, count: shape.rank - 1))
    }

    /// Sums of products that float64 holds exactly.
    static func product(_ node: Application, _ a: Value, _ b: Value) throws -> Value {
        let (left, right) = (try node.cast(a, to: .float64), try node.cast(b, to: .float64))
        return try node.wrapped(node.cast(Products.product(node, left, right), to: .int64), as: .int32)
    }

    private static func convolution(
        _ node: Application, _ x: Value, _ weights: Value, bias: Value?
    ) throws -> Value {
        let filter = try node.cast(weights, to: .float64)
        let sum = try Convolutions.convolved(
            node, node.cast(x, to: .float64), filter, bias: bias.map { try node.cast($0, to: .float64) })
        return try node.wrapped(node.cast(sum, to: .int64), as: .int32)
    }

    /// The scale and the zero point by which the range of the numbers, and 0, fill uint8.
    static let dynamic: OperatorRule = { node in
        let x = try node.input(0)
        let zero = try node.scalar(0, like: x)
        let least = try node.binary(.minimum, node.add(Reduce(.minimum, axes: nil, .dropped), x), zero)
        let greatest = try node.binary(.maximum, node.add(Reduce(.maximum, axes: nil, .dropped), x), zero)
        let scale = try node.binary(.divide, node.binary(.subtract, greatest, least), 255)
        // Nothing but zeros: any scale will do.
        let isFlat = try node.binary(.equal, scale, zero)
        let safe = try node.add(Select(), isFlat, node.scalar(1, like: x), scale)
        let exact = try node.binary(.subtract, zero, node.binary(.divide, least, safe))
        let point = try node.unary(.round, node.unary(.clip(lower: 0, upper: 255), exact))
        let steps = try node.binary(.add, node.unary(.round, node.binary(.divide, x, safe)), point)
        let bounded = try node.unary(.clip(lower: 0, upper: 255), steps)
        return [try node.cast(bounded, to: .int64), scale, try node.cast(point, to: .int64)]
    }
}

extension Application {
    /// Whole numbers less their zero point.
    func centred(_ x: Value, zero: Value?) throws -> Value {
        guard let zero else { return x }
        return try binary(.subtract, x, shape(zero).count == 1 ? reshape(zero, []) : zero)
    }

    /// Sums on a scale brought to the scale and the zero point that inputs `index` and `index + 1` say, in the range of the
    /// latter's kind.
    func requantised(_ sums: Value, _ scale: Value, by index: Int) throws -> Value {
        let (target, zero) = (try input(index), optional(index + 1))
        let ratio = try binary(.divide, scale, shape(target).count == 1 ? reshape(target, []) : target)
        let scaled = try binary(.multiply, cast(sums, to: element(ratio)), ratio)
        return try quantised(scaled, zero: zero, kind: declaredKind(index + 1) ?? declaredKind(0) ?? .uint8)
    }

    /// Numbers in steps of 1, rounded to even, plus the zero point, brought into the range of a kind.
    func quantised(_ steps: Value, zero: Value?, kind: ElementKind) throws -> Value {
        if kind.isStoredOnly { return try stored(steps, as: kind, saturates: flag("saturate", default: true)) }
        guard let range = kind.integerRange else { throw ModelError("a result of type \(kind.name) is not supported") }
        var shifted = try unary(.round, steps)
        if let zero {
            let point = try cast(shape(zero).count == 1 ? reshape(zero, []) : zero, to: element(steps))
            shifted = try binary(.add, shifted, point)
        }
        let bounded = try unary(.clip(lower: Double(range.lowerBound), upper: Double(range.upperBound)), shifted)
        return try cast(bounded, to: .int64)
    }
}
