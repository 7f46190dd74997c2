import Tensors

/// Scaled dot products of queries and keys, softmax, and the values that these weigh (ONNX Attention).
enum Attention {
    static let rules: [String: OperatorRule] = [
        "Attention": attention,
        "LinearAttention": { node in try LinearAttention(node).apply(node) },
    ]

    private static let attention: OperatorRule = { node in
        let isFlat = try node.shape(node.input(0)).rank == 3
        let (queryHeads, keyHeads) = (try node.integer("q_num_heads"), try node.integer("kv_num_heads"))
        let query = try heads(node, node.input(0), queryHeads)
        var (key, value) = (try heads(node, node.input(1), keyHeads), try heads(node, node.input(2), keyHeads))
        let past = try node.optional(4).map { try node.shape($0, axes: 4)[2] } ?? 0
        if let pastKey = node.optional(4) { key = try node.concatenate([pastKey, key], axis: 2) }
        if let pastValue = node.optional(5) { value = try node.concatenate([pastValue, value], axis: 2) }
        var scores = Scores(node, query: query, key: key, past: past)
        scores.softcap = try node.float("softcap", default: 0)
        scores.scale = try node.float("scale")
        scores.mode = try node.integer("qk_matmul_output_mode", default: 0)
        if let mask = node.optional(3) { try scores.mask(mask) }
        let lengths = node.optional(6)
        if try node.flag("is_causal") { try scores.window(left: nil, right: 0, lengths) }
        let (left, right) = (
            try node.integer("left_window_size", default: -1), try node.integer("right_window_size", default: -1)
        )
        if left >= 0 || right >= 0 {
            try scores.window(left: left < 0 ? nil : left, right: right < 0 ? nil : right, lengths)
        }
        if let lengths { try scores.limit(lengths) }
        let weights = try scores.weights()
        let result = try product(node, weights.probabilities, value)
        return [isFlat ? try joined(node, result) : result, key, value, weights.wanted]
    }

    /// [batch, sequence, heads · size] to [batch, heads, sequence, size].
    static func heads(_ node: Application, _ x: Value, _ heads: Int?) throws -> Value {
        let shape = node.shape(x)
        if shape.rank == 4 { return x }
        guard shape.rank == 3, let heads, heads > 0, shape[2] % heads == 0 else {
            throw ModelError("\(shape) in \(heads.map(String.init) ?? "an unknown number of") heads")
        }
        return try node.transpose(node.reshape(x, [shape[0], shape[1], heads, shape[2] / heads]), [0, 2, 1, 3])
    }

    /// [batch, heads, sequence, size] to [batch, sequence, heads · size].
    static func joined(_ node: Application, _ x: Value) throws -> Value {
        let shape = try node.shape(x, axes: 4)
        return try node.reshape(node.transpose(x, [0, 2, 1, 3]), [shape[0], shape[2], shape[1] * shape[3]])
    }

    /// Each head as often as there are heads of queries to share it.
    static func shared(_ node: Application, _ x: Value, among heads: Int) throws -> Value {
        let shape = node.shape(x)
        guard shape.rank == 4, shape[1] > 0, heads % shape[1] == 0 else {
            throw ModelError("\(shape) for \(heads) heads")
        }
        guard heads != shape[1] else { return x }
        let wide = try Shape([shape[0], shape[1], heads / shape[1], shape[2], shape[3]])
        let repeated = try node.expand(node.reshape(x, [shape[0], shape[1], 1, shape[2], shape[3]]), to: wide)
        return try node.reshape(repeated, [shape[0], heads, shape[2], shape[3]])
    }

    static func product(_ node: Application, _ probabilities: Value, _ value: Value) throws -> Value {
        try node.add(MatMul(), probabilities, shared(node, value, among: node.shape(probabilities)[1]))
    }
}
