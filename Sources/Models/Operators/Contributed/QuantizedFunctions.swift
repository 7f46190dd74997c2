import Tensors

/// Functions of quantised tensors: taken to real numbers, computed there, and brought back.
enum QuantizedFunctions {
    static let rules: [String: OperatorRule] = [
        "QLinearAdd": binary(.add),
        "QLinearMul": binary(.multiply),
        "QLinearSigmoid": unary { node, x in try node.unary(.sigmoid, x) },
        "QLinearLeakyRelu": unary { node, x in
            try node.unary(.leakyRelu(slope: node.float("alpha", default: 0.01)), x)
        },
        "QLinearSoftmax": unary { node, x in
            let axis = try node.axis(node.integer("axis", default: -1), of: node.shape(x))
            guard try node.integer("opset", default: 13) < 13 else { return try node.add(Softmax(axis: axis), x) }
            let flat = try node.add(Rearrange.flatten(node.shape(x), axis: axis), x)
            return try node.reshape(node.add(Softmax(axis: 1), flat), node.shape(x).dimensions)
        },
        "QLinearAveragePool": unary { node, x in
            try channelsFirst(node, x) { try Pooling.averaged(node, $0) }
        },
        "QLinearGlobalAveragePool": unary { node, x in
            try channelsFirst(node, x) { moved in
                try node.add(Reduce(.mean, axes: Array(2..<(try node.shape(moved, axes: 2).rank)), .kept), moved)
            }
        },
        "QLinearReduceMean": unary { node, x in
            let axes = try node.integers("axes")
            return try node.add(
                Reduce(.mean, axes: axes, node.flag("keepdims", default: true) ? .kept : .dropped), x)
        },
        "QLinearConcat": { node in
            let groups = (node.inputs.count - 2) / 3
            guard groups > 0 else { throw ModelError("it has no input") }
            let parts = try (0..<groups).map { group in
                try node.dequantised(2 + 3 * group)
            }
            let axis = try node.axis(node.integer("axis", default: 0), of: node.shape(parts[0]))
            return [try node.requantised(node.concatenate(parts, axis: axis), by: 0)]
        },
        "QLinearWhere": { node in
            let (first, second) = (try node.dequantised(1), try node.dequantised(4))
            return [try node.requantised(node.add(Select(), node.input(0), first, second), by: 7)]
        },
        "NhwcMaxPool": { node in
            [try channelsFirst(node, node.input(0), always: true) { try Pooling.greatest(node, $0) }]
        },
    ]

    private static func unary(_ body: @escaping @Sendable (Application, Value) throws -> Value) -> OperatorRule {
        { node in [try node.requantised(body(node, node.dequantised(0)), by: 3)] }
    }

    private static func binary(_ kind: Binary.Kind) -> OperatorRule {
        { node in
            [try node.requantised(node.binary(kind, node.dequantised(0), node.dequantised(3)), by: 6)]
        }
    }

    /// With the channels in front of the spatial axes meanwhile, if they are the last.
    private static func channelsFirst(
        _ node: Application, _ x: Value, always: Bool = false, _ body: (Value) throws -> Value
    ) throws -> Value {
        guard try always || node.flag("channels_last") else { return try body(x) }
        let rank = try node.shape(x, axes: 2).rank
        let result = try body(node.transpose(x, [0, rank - 1] + Array(1..<rank - 1)))
        return try node.transpose(result, [0] + Array(2..<rank) + [1])
    }
}

extension Application {
    /// (x - zero point) · scale, of three inputs from `index` on.
    func dequantised(_ index: Int) throws -> Value {
        let scale = try reshape(input(index + 1), [])
        let centred = try self.centred(input(index), zero: optional(index + 2))
        return try binary(.multiply, cast(centred, to: element(scale)), scale)
    }

    /// On the scale and the zero point of inputs `index` and `index + 1`.
    func requantised(_ x: Value, by index: Int) throws -> Value {
        let steps = try binary(.divide, x, reshape(input(index), []))
        return try quantised(steps, zero: optional(index + 1), kind: declaredKind(index + 1) ?? integerKind)
    }
}
