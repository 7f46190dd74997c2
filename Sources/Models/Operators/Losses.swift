import Tensors

/// How far scores of classes, `[batch, classes, ...]`, are from the right ones.
enum Losses {
    static let rules: [String: OperatorRule] = [
        "NegativeLogLikelihoodLoss": { node in [try loss(node, of: node.input(0))] },
        "SoftmaxCrossEntropyLoss": { node in
            let logarithms = try node.add(Softmax(axis: 1, .logarithm), node.input(0))
            return [try loss(node, of: logarithms), logarithms]
        },
    ]

    /// The negative of what the right class scores, weighed by class; classes to be ignored weigh nothing.
    private static func loss(_ node: Application, of scores: Value) throws -> Value {
        let (target, shape) = (try node.cast(node.input(1), to: .int64), node.shape(scores))
        guard shape.rank > 1, node.shape(target).dimensions == [shape[0]] + shape.dimensions.dropFirst(2) else {
            throw ModelError("classes \(node.shape(target)) for scores \(shape)")
        }
        let ignored = try node.integer("ignore_index")
        let isIgnored = try ignored.map { try node.binary(.equal, target, Double($0)) }
        let zero = try node.scalar(0, like: scores)
        // Any class will do where none counts.
        let known = try isIgnored.map { try node.add(Select(), $0, node.scalar(0, like: target), target) } ?? target
        let column = try node.add(Rearrange.unsqueeze(node.shape(known), axes: [1]), known)
        let places = try Places.along(node, column, 1, in: shape)
        let found = try node.reshape(
            node.add(GatherRows(), node.reshape(scores, [shape.count]), places), node.shape(target).dimensions)
        var weights = try node.optional(2).map { try node.add(GatherRows(), $0, known) }
        if let isIgnored {
            weights = try node.add(Select(), isIgnored, zero, weights ?? node.scalar(1, like: scores))
        }
        let negative = try node.unary(.negate, found)
        let losses = try weights.map { try node.binary(.multiply, negative, $0) } ?? negative
        switch try node.text("reduction", default: "mean") {
        case "none": return losses
        case "sum": return try node.add(Reduce(.sum, axes: nil, .dropped), losses)
        case "mean":
            guard let weights else { return try node.add(Reduce(.mean, axes: nil, .dropped), losses) }
            let sum = try node.add(Reduce(.sum, axes: nil, .dropped), losses)
            return try node.binary(.divide, sum, node.add(Reduce(.sum, axes: nil, .dropped), weights))
        case let reduction: throw ModelError("reduction `\(reduction)` is unknown")
        }
    }
}
