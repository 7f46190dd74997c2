import Tensors

/// What stands between the layers of a network.
enum Activations {
    static let rules: [String: OperatorRule] = [
        "Relu": Elementwise.unary(.relu),
        "Sigmoid": Elementwise.unary(.sigmoid),
        "Softplus": Elementwise.unary(.softplus),
        "Softsign": Elementwise.unary(.softsign),
        "LeakyRelu": parameterised { .leakyRelu(slope: try $0.float("alpha", default: 0.01)) },
        "Elu": parameterised { .elu(alpha: try $0.float("alpha", default: 1)) },
        "Selu": parameterised { node in
            .selu(
                alpha: try node.float("alpha", default: 1.67326319217681884765625),
                gamma: try node.float("gamma", default: 1.05070102214813232421875))
        },
        "HardSigmoid": parameterised { node in
            .hardSigmoid(alpha: try node.float("alpha", default: 0.2), beta: try node.float("beta", default: 0.5))
        },
        "HardSwish": composed { graph, x, _ in try graph.hardSwish(x) },
        "Mish": composed { graph, x, _ in try graph.mish(x) },
        "Celu": composed { graph, x, node in try graph.celu(x, alpha: node.float("alpha", default: 1)) },
        "Swish": composed { graph, x, node in try graph.swish(x, beta: node.float("alpha", default: 1)) },
        "Gelu": composed { graph, x, node in
            try node.text("approximate", default: "none") == "tanh" ? graph.geluTanh(x) : graph.gelu(x)
        },
        "PRelu": { node in
            let slope = try slopes(node)
            return [try node.compose { try $0.parametricRelu(node.input(0), slope: slope) }]
        },
        "ThresholdedRelu": thresholdedRelu,
        "Shrink": shrink,
        "Clip": clip,
        "Softmax": { node in [try softmax(node, .plain)] },
        "LogSoftmax": { node in [try softmax(node, .logarithm)] },
        "Hardmax": { node in [try overAxis(node) { try hardmax(node, $0, axis: $1) }] },
        "Dropout": dropout,
    ]

    /// Before version 7 one for each channel, axis 1; since then broadcast from the last axis.
    private static func slopes(_ node: Application) throws -> Value {
        let (shape, slope) = (node.shape(try node.input(0)), try node.input(1))
        guard node.version < 7, shape.rank > 1, node.shape(slope).dimensions == [shape[1]] else { return slope }
        return try node.reshape(slope, [shape[1]] + [Int](repeating: 1, count: shape.rank - 2))
    }

    private static func parameterised(_ kind: @escaping @Sendable (Application) throws -> Unary.Kind) -> OperatorRule {
        { node in [try node.unary(kind(node), node.input(0))] }
    }

    private static func composed(
        _ body: @escaping @Sendable (inout Graph, Value, Application) throws -> Value
    ) -> OperatorRule {
        { node in
            let x = try node.input(0)
            return [try node.compose { try body(&$0, x, node) }]
        }
    }

    /// x where x > alpha, else 0.
    private static let thresholdedRelu: OperatorRule = { node in
        let x = try node.input(0)
        let passes = try node.binary(.greater, x, node.float("alpha", default: 1))
        return [try node.add(Select(), passes, x, node.scalar(0, like: x))]
    }

    /// x + bias below -lambd, x - bias above lambd, else 0.
    private static let shrink: OperatorRule = { node in
        let x = try node.input(0)
        let (threshold, bias) = (try node.float("lambd", default: 0.5), try node.float("bias", default: 0))
        let isLow = try node.binary(.less, x, -threshold)
        let isHigh = try node.binary(.greater, x, threshold)
        let high = try node.add(Select(), isHigh, node.binary(.subtract, x, bias), node.scalar(0, like: x))
        return [try node.add(Select(), isLow, node.binary(.add, x, bias), high)]
    }

    /// Bounds are attributes before version 11, and inputs that may be left out since.
    private static let clip: OperatorRule = { node in
        let x = try node.input(0)
        if let lower = node.optional(1), node.tensor(lower) == nil { return [try clipped(node, x)] }
        if let upper = node.optional(2), node.tensor(upper) == nil { return [try clipped(node, x)] }
        let lower = try node.float("min") ?? bound(node, 1, "min") ?? -.infinity
        let upper = try node.float("max") ?? bound(node, 2, "max") ?? .infinity
        // Where the bounds cross, ONNX gives the upper one.
        return [try node.unary(.clip(lower: min(lower, upper), upper: upper), x)]
    }

    private static func bound(_ node: Application, _ index: Int, _ name: String) throws -> Double? {
        node.optional(index) == nil ? nil : try node.number(index, name)
    }

    private static func clipped(_ node: Application, _ x: Value) throws -> Value {
        let raised = try node.optional(1).map { try node.binary(.maximum, x, $0) } ?? x
        return try node.optional(2).map { try node.binary(.minimum, raised, $0) } ?? raised
    }

    private static func softmax(_ node: Application, _ kind: Softmax.Kind) throws -> Value {
        try overAxis(node) { try node.add(Softmax(axis: $1, kind), $0) }
    }

    /// Before version 13 all axes from `axis` on count as one.
    private static func overAxis(_ node: Application, _ body: (Value, Int) throws -> Value) throws -> Value {
        let x = try node.input(0)
        let axis = try node.integer("axis", default: node.version < 13 ? 1 : -1)
        guard node.version < 13 else { return try body(x, node.axis(axis, of: node.shape(x))) }
        let flat = try node.add(Rearrange.flatten(node.shape(x), axis: axis), x)
        return try node.reshape(body(flat, 1), node.shape(x).dimensions)
    }

    /// 1 where the largest element along the axis is, else 0.
    private static func hardmax(_ node: Application, _ x: Value, axis: Int) throws -> Value {
        let place = try node.add(ArgExtremum(.max, axis: axis, .kept), x)
        let size = node.shape(x)[axis]
        var dimensions = node.shape(x).dimensions.map { _ in 1 }
        dimensions[axis] = size
        let places = try Tensor(Shape(dimensions), (0..<size).map(Int64.init))
        return try node.cast(node.binary(.equal, place, node.constant(places)), to: node.element(x))
    }

    /// Does nothing when a model is used; the mask, if wanted, is all true.
    private static let dropout: OperatorRule = { node in
        let x = try node.input(0)
        if let training = try node.optionalConstant(2, "training_mode"), training.doubles.contains(1),
            try node.optionalConstant(1, "ratio")?.doubles.first ?? 0.5 != 0
        {
            throw ModelError("dropout in training mode draws random numbers; only inference is supported")
        }
        return [x, try node.expand(node.constant(.scalar(true)), to: node.shape(x))]
    }
}
