import Tensors

/// What is made of a model's scores at the end.
enum PostTransform: String, CaseIterable {
    case none = "NONE"
    case softmax = "SOFTMAX"
    case logistic = "LOGISTIC"
    case softmaxOfNonzero = "SOFTMAX_ZERO"
    case probit = "PROBIT"

    init(_ node: Application) throws {
        let name = try node.text("post_transform", default: "NONE")
        guard let known = PostTransform(rawValue: name) else {
            throw ModelError("post_transform `\(name)` is unknown")
        }
        self = known
    }

    /// Scores `[rows, classes]`, each row transformed.
    func apply(_ node: Application, _ scores: Value) throws -> Value {
        switch self {
        case .none: scores
        case .softmax: try node.add(Softmax(axis: 1), scores)
        case .logistic: try node.unary(.sigmoid, scores)
        case .softmaxOfNonzero: try softmaxOfNonzero(node, scores)
        case .probit: try probit(node, scores)
        }
    }

    /// The scores of two classes from that of the second one.
    func ofTwo(_ node: Application, _ score: Value) throws -> Value {
        let opposite = try node.unary(.negate, score)
        switch self {
        case .logistic:
            return try node.concatenate([apply(node, opposite), apply(node, score)], axis: 1)
        default: return try node.concatenate([opposite, score], axis: 1)
        }
    }

    /// The scores of two classes from one that is the probability of the second.
    func ofProbability(_ node: Application, _ score: Value) throws -> Value {
        guard self != .logistic else { return try ofTwo(node, score) }
        return try node.concatenate([node.binary(.subtract, node.scalar(1, like: score), score), score], axis: 1)
    }

    /// Softmax among the scores that are not 0; the others stay about 0.
    private func softmaxOfNonzero(_ node: Application, _ scores: Value) throws -> Value {
        let greatest = try node.add(Reduce(.maximum, axes: [1], .kept), scores)
        let isNonzero = try node.binary(.greater, node.unary(.absolute, scores), 1e-7)
        let exponentials = try node.unary(.exponential, node.binary(.subtract, scores, greatest))
        let rest = try node.binary(.multiply, scores, node.unary(.exponential, node.unary(.negate, greatest)))
        let counted = try node.add(Select(), isNonzero, exponentials, node.scalar(0, like: scores))
        let sum = try node.add(Reduce(.sum, axes: [1], .kept), counted)
        return try node.binary(.divide, node.add(Select(), isNonzero, exponentials, rest), sum)
    }

    /// The inverse of the normal distribution by Winitzki's approximation of erf^-1 with a = 0.147, as ONNX Runtime has it.
    private func probit(_ node: Application, _ scores: Value) throws -> Value {
        let x = try node.binary(.subtract, node.binary(.multiply, scores, 2), 1)
        let one = try node.scalar(1, like: x)
        let logarithm = try node.unary(
            .logarithm, node.binary(.multiply, node.binary(.subtract, one, x), node.binary(.add, x, 1)))
        let a = Double(Float(0.147))
        let v = try node.binary(.add, node.binary(.multiply, logarithm, 0.5), 2 / (Double(Float(3.14159)) * a))
        let inner = try node.binary(
            .subtract, node.binary(.multiply, v, v), node.binary(.multiply, logarithm, 1 / a))
        let root = try node.unary(.squareRoot, node.binary(.subtract, node.unary(.squareRoot, inner), v))
        let isNegative = try node.binary(.less, x, 0)
        let signed = try node.add(Select(), isNegative, node.unary(.negate, root), root)
        return try node.binary(.multiply, signed, Double(Float(1.41421356)))
    }
}
