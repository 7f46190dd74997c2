import Tensors

/// Attention without softmax: a state `[batch, heads, size of keys, size of values]` that is renewed token by token.
struct LinearAttention {
    private enum Rule: String {
        case linear, gated, delta
        case gatedDelta = "gated_delta"
        var isGated: Bool { self == .gated || self == .gatedDelta }
        var isDelta: Bool { self == .delta || self == .gatedDelta }
    }

    private let rule: Rule
    private let query, key, value: Value
    private let scale: Double
    private let heads, queryHeads, batch, length, keySize, valueSize: Int
    private static let greatestLength = 4096

    init(_ node: Application) throws {
        let name = try node.text("update_rule", default: "gated_delta")
        guard let rule = Rule(rawValue: name) else { throw ModelError("update_rule `\(name)` is unknown") }
        self.rule = rule
        let (queryHeads, heads) = (try node.integer("q_num_heads"), try node.integer("kv_num_heads"))
        query = try Attention.heads(node, node.input(0), queryHeads)
        key = try Attention.heads(node, node.input(1), heads)
        value = try Attention.heads(node, node.input(2), heads)
        let shape = node.shape(key)
        (batch, self.heads, length, keySize) = (shape[0], shape[1], shape[2], shape[3])
        (self.queryHeads, valueSize) = (node.shape(query)[1], node.shape(value)[3])
        guard length <= Self.greatestLength else { throw ModelError("a sequence of \(length) steps is too long") }
        let stated = try node.float("scale", default: 0)
        scale = stated == 0 ? 1 / Double(node.shape(query)[3]).squareRoot() : stated
    }

    func apply(_ node: Application) throws -> [Value?] {
        var state =
            try node.optional(3)
            ?? node.expand(
                node.scalar(0, like: key), to: node.allowedShape([batch, heads, keySize, valueSize]))
        let decay = try rule.isGated ? node.unary(.exponential, factor(node, 4, "decay")) : nil
        let rate = try rule.isDelta ? factor(node, 5, "beta") : nil
        var results: [Value] = []
        for time in 0..<length {
            func step(_ x: Value) throws -> Value { try node.slice(x, axis: 2, from: time, count: 1) }
            // [batch, heads, keys, 1] and [batch, heads, 1, values].
            let own = try node.transpose(step(key), [0, 1, 3, 2])
            var new = try step(value)
            if let decay { state = try node.binary(.multiply, state, node.transpose(step(decay), [0, 1, 3, 2])) }
            if let rate {
                let known = try node.add(MatMul(), step(key), state)
                new = try node.binary(.multiply, step(rate), node.binary(.subtract, new, known))
            }
            state = try node.binary(.add, state, node.binary(.multiply, own, new))
            let shared = try Attention.shared(node, state, among: queryHeads)
            results.append(try node.binary(.multiply, node.add(MatMul(), step(query), shared), scale))
        }
        return [try Attention.joined(node, node.concatenate(results, axis: 2)), state]
    }

    /// One number for each head and step, or for each element of a key, as `[batch, heads, length, 1 or size of keys]`.
    private func factor(_ node: Application, _ index: Int, _ name: String) throws -> Value {
        guard let given = node.optional(index) else { throw ModelError("`\(name)` is missing") }
        let size = node.shape(given).dimensions.last ?? 0
        guard size != 1 else { return try node.reshape(given, [batch, 1, length, 1]) }
        return try Attention.heads(node, given, heads)
    }
}
