import Tensors

/// Products and convolutions together with what comes after them, and gates.
enum FusedProducts {
    static let rules: [String: OperatorRule] = [
        "FusedMatMul": { node in [try product(node)] },
        "TransposeMatMul": { node in [try product(node)] },
        "FusedMatMulActivation": { node in [try activated(node, product(node))] },
        "FusedGemm": { node in [try activated(node, Products.gemm(node))] },
        "FusedConv": { node in
            let sum = try Convolutions.convolved(node, node.input(0), node.input(1), bias: node.optional(2))
            return [try activated(node, node.optional(3).map { try node.binary(.add, sum, $0) } ?? sum)]
        },
        "BiasGelu": { node in
            let x = try node.binary(.add, node.input(0), node.input(1))
            return [try node.compose { try $0.gelu(x) }]
        },
        "FastGelu": { node in
            let x = try node.optional(1).map { try node.binary(.add, node.input(0), $0) } ?? node.input(0)
            return [try node.compose { try $0.geluTanh(x) }]
        },
        "QuickGelu": { node in
            let (x, alpha) = (try node.input(0), try node.float("alpha", default: 1.702))
            return [try node.compose { try $0.swish(x, beta: alpha) }]
        },
        "BiasSoftmax": biasSoftmax,
        "ExpandDims": { node in
            let x = try node.input(0)
            return [try node.add(Rearrange.unsqueeze(node.shape(x), axes: [node.whole(1, "axis")]), x)]
        },
    ]

    /// alpha · A · B, either with its last two axes exchanged.
    private static func product(_ node: Application) throws -> Value {
        guard try !node.flag("transBatchA"), try !node.flag("transBatchB") else {
            throw ModelError("exchanged batch axes are not supported")
        }
        let left = try exchanged(node, node.input(0), node.flag("transA"))
        let right = try exchanged(node, node.input(1), node.flag("transB"))
        let alpha = try node.float("alpha", default: 1)
        let scaled = alpha == 1 ? right : try node.binary(.multiply, right, alpha)
        return try Products.product(node, left, scaled)
    }

    private static func exchanged(_ node: Application, _ x: Value, _ isWanted: Bool) throws -> Value {
        let rank = node.shape(x).rank
        guard isWanted, rank > 1 else { return x }
        return try node.transpose(x, Array(0..<rank - 2) + [rank - 1, rank - 2])
    }

    private static func activated(_ node: Application, _ x: Value) throws -> Value {
        let numbers = try node.floats("activation_params")?.map(Double.init)
        func parameter(_ index: Int, _ name: String, default: Float) throws -> Double {
            if let numbers { return index < numbers.count ? numbers[index] : Double(`default`) }
            return try node.float(name, default: `default`)
        }
        let first = try parameter(0, "activation_alpha", default: 0.01)
        switch try node.text("activation", default: "") {
        case "": return x
        case "Relu": return try node.unary(.relu, x)
        case "Tanh": return try node.unary(.hyperbolicTangent, x)
        case "Sigmoid": return try node.unary(.sigmoid, x)
        case "LeakyRelu": return try node.unary(.leakyRelu(slope: first), x)
        case "Elu": return try node.unary(.elu(alpha: parameter(0, "activation_alpha", default: 1)), x)
        case "Softplus": return try node.unary(.softplus, x)
        case "Softsign": return try node.unary(.softsign, x)
        case "HardSigmoid":
            let slope = try parameter(0, "activation_alpha", default: 0.2)
            return try node.unary(
                .hardSigmoid(alpha: slope, beta: parameter(1, "activation_beta", default: 0.5)), x)
        case "Clip": return try node.unary(.clip(lower: first, upper: parameter(1, "activation_beta", default: 0)), x)
        case "Softmax":
            return try node.add(Softmax(axis: node.integer("activation_axis", default: -1)), x)
        case let name: throw ModelError("activation `\(name)` is not supported")
        }
    }

    /// All axes from `axis` on count as one.
    private static let biasSoftmax: OperatorRule = { node in
        let (x, bias) = (try node.input(0), try node.input(1))
        let axis = try node.axis(node.integer("axis", default: 1), of: node.shape(x))
        let sum = try node.binary(.add, x, bias)
        let flat = try node.add(Rearrange.flatten(node.shape(sum), axis: axis), sum)
        return [try node.reshape(node.add(Softmax(axis: 1), flat), node.shape(sum).dimensions)]
    }
}
