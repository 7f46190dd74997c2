import Tensors

/// Sums brought to a common mean and spread, and embeddings.
enum FusedNormalizations {
    static let rules: [String: OperatorRule] = [
        "SkipLayerNormalization": { node in
            var sum = try node.binary(.add, node.input(0), node.input(1))
            if let bias = node.optional(4) { sum = try node.binary(.add, sum, bias) }
            let result = try normalized(node, sum, scale: node.input(2), bias: node.optional(3))
            return [result, nil, nil, sum]
        },
        "SkipSimplifiedLayerNormalization": { node in
            var sum = try node.binary(.add, node.input(0), node.input(1))
            if let bias = node.optional(3) { sum = try node.binary(.add, sum, bias) }
            let result = try Normalization.rootMeanSquare(
                node, sum, axes: [node.shape(sum).rank - 1], scale: node.input(2), usual: 1e-12)
            return [result.value, nil, nil, sum]
        },
        "EmbedLayerNormalization": embedded,
    ]

    private static func normalized(_ node: Application, _ x: Value, scale: Value, bias: Value?) throws -> Value {
        let result = try Normalization.normalized(
            node, x, axes: [node.shape(x).rank - 1], epsilon: node.float("epsilon", default: 1e-12))
        let scaled = try node.binary(.multiply, result.value, scale)
        return try bias.map { try node.binary(.add, scaled, $0) } ?? scaled
    }

    /// Rows of words, places and segments, added up and brought to a common mean and spread; and how many of each text count.
    private static let embedded: OperatorRule = { node in
        let words = try node.input(0)
        let shape = node.shape(words)
        guard shape.rank == 2 else { throw ModelError("input_ids are \(shape), not [batch, sequence]") }
        var sum = try node.rows(of: node.input(2), axis: 0, words)
        let places =
            try node.optional(8)
            ?? node.constant(Tensor(Shape([1, shape[1]]), (0..<shape[1]).map(Int64.init)))
        sum = try node.binary(.add, sum, node.rows(of: node.input(3), axis: 0, places))
        if let segments = node.optional(1) {
            sum = try node.binary(.add, sum, node.rows(of: node.input(4), axis: 0, segments))
        }
        let result = try normalized(node, sum, scale: node.input(5), bias: node.optional(6))
        let lengths =
            try node.optional(7).map { try node.add(Reduce(.sum, axes: [1], .dropped), $0) }
            ?? node.constant(Tensor(Shape([shape[0]]), [Int64](repeating: 0, count: shape[0])))
        return [result, lengths, sum]
    }
}
