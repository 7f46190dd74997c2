import Tensors

/// An activation of a recurrent layer, by the name and the parameters that ONNX gives it.
struct Activator {
    private let name: String
    private let alpha: Double?
    private let beta: Double?
    /// The argument is brought into -limit...limit before.
    private let limit: Double?

    /// The activations of one direction.
    static func all(_ node: Application, direction: Int, defaults: [String]) throws -> [Activator] {
        let names = try node.texts("activations") ?? defaults + defaults
        let (alphas, betas) = (try node.floats("activation_alpha"), try node.floats("activation_beta"))
        let limit = try node.float("clip")
        let first = direction * defaults.count
        guard names.count >= first + defaults.count else {
            throw ModelError("\(names.count) activations are fewer than the layer has")
        }
        return try (first..<first + defaults.count).map { index in
            func parameter(_ values: [Float]?) -> Double? {
                values.flatMap { index < $0.count ? Double($0[index]) : nil }
            }
            return try Activator(name: names[index], alpha: parameter(alphas), beta: parameter(betas), limit: limit)
        }
    }

    private init(name: String, alpha: Double?, beta: Double?, limit: Double?) throws {
        self.name = name.lowercased()
        self.alpha = alpha
        self.beta = beta
        self.limit = limit
        guard Self.known.contains(self.name) else { throw ModelError("activation `\(name)` is unknown") }
    }

    private static let known: Set = [
        "relu", "tanh", "sigmoid", "affine", "leakyrelu", "thresholdedrelu", "scaledtanh", "hardsigmoid", "elu",
        "softsign", "softplus",
    ]

    /// `isLimited`: ONNX Runtime limits the arguments of gates, not what becomes of a memory.
    func apply(_ node: Application, _ argument: Value, isLimited: Bool = true) throws -> Value {
        let limit = isLimited ? self.limit : nil
        let x = try limit.map { try node.unary(.clip(lower: -abs($0), upper: abs($0)), argument) } ?? argument
        switch name {
        case "relu": return try node.unary(.relu, x)
        case "tanh": return try node.unary(.hyperbolicTangent, x)
        case "leakyrelu": return try node.unary(.leakyRelu(slope: alpha ?? 0.01), x)
        case "hardsigmoid": return try node.unary(.hardSigmoid(alpha: alpha ?? 0.2, beta: beta ?? 0.5), x)
        case "elu": return try node.unary(.elu(alpha: alpha ?? 1), x)
        case "softsign": return try node.unary(.softsign, x)
        case "softplus": return try node.unary(.softplus, x)
        case "affine": return try scaled(node, x, by: alpha ?? 1, plus: beta ?? 0)
        case "scaledtanh":
            let inner = try node.binary(.multiply, x, beta ?? 1)
            return try node.binary(.multiply, node.unary(.hyperbolicTangent, inner), alpha ?? 1)
        case "thresholdedrelu":
            let passes = try node.binary(.greater, x, alpha ?? 1)
            return try node.add(Select(), passes, x, node.scalar(0, like: x))
        default: return try node.unary(.sigmoid, x)
        }
    }

    private func scaled(_ node: Application, _ x: Value, by factor: Double, plus offset: Double) throws -> Value {
        try node.binary(.add, node.binary(.multiply, x, factor), offset)
    }
}
