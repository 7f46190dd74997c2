import Tensors

/// Pairs of elements turned by an angle that depends on where they stand in a sequence.
enum RotaryEmbedding {
    static let rules: [String: OperatorRule] = ["RotaryEmbedding": { node in [try embedded(node)] }]

    /// ONNX says where tokens stand in its last input; ONNX Runtime's own operator in its second.
    private static func embedded(_ node: Application) throws -> Value {
        let isContributed = node.node.domain == "com.microsoft"
        let x = try node.input(0)
        let (cosines, sines) = (try node.input(isContributed ? 2 : 1), try node.input(isContributed ? 3 : 2))
        let places = isContributed ? try node.input(1) : node.optional(3)
        guard try node.float("scale", default: 1) == 1, try !node.flag("is_packed_batching") else {
            throw ModelError("a scale, or packed batches, are not supported")
        }
        let width = try node.integer("rotary_embedding_dim", default: 0)
        return try turned(
            node, x, cosines, sines, places: places, heads: node.integer("num_heads", default: 0), width: width,
            isInterleaved: node.flag("interleaved"))
    }

    /// `x` is [batch, heads, sequence, size] or [batch, sequence, heads · size]; the tables have a row for each place.
    static func turned(
        _ node: Application, _ x: Value, _ cosines: Value, _ sines: Value, places: Value?, heads given: Int, width: Int,
        isInterleaved: Bool
    ) throws -> Value {
        let shape = node.shape(x)
        let half = node.shape(cosines).dimensions.last ?? 0
        // Where neither heads nor width are said, the tables are as wide as half a head.
        let heads = given > 0 ? given : shape.rank == 3 && half > 0 ? shape[2] / (2 * half) : 1
        let split = try Attention.heads(node, x, heads)
        let (length, size) = (node.shape(split)[2], node.shape(split)[3])
        let turning = width > 0 ? width : size
        guard turning % 2 == 0, turning <= size else { throw ModelError("\(turning) of \(size) elements to turn") }
        let cosine = try table(node, cosines, places, batch: shape[0], length, turning / 2)
        let sine = try table(node, sines, places, batch: shape[0], length, turning / 2)
        let part = try node.slice(split, axis: 3, from: 0, count: turning)
        let order = isInterleaved ? interleaved(turning) : Array(0..<turning)
        let halves = try picked(node, part, order)
        let (first, second) = (
            try node.slice(halves, axis: 3, from: 0, count: turning / 2),
            try node.slice(halves, axis: 3, from: turning / 2, count: turning / 2)
        )
        let left = try node.binary(
            .subtract, node.binary(.multiply, cosine, first), node.binary(.multiply, sine, second))
        let right = try node.binary(
            .add, node.binary(.multiply, sine, first), node.binary(.multiply, cosine, second))
        var back = order
        for (place, source) in order.enumerated() { back[source] = place }
        var parts = [try picked(node, node.concatenate([left, right], axis: 3), back)]
        if turning < size { parts.append(try node.slice(split, axis: 3, from: turning, count: size - turning)) }
        let result = try node.concatenate(parts, axis: 3)
        return shape.rank == 3 ? try Attention.joined(node, result) : result
    }

    /// Even places, then odd ones.
    private static func interleaved(_ count: Int) -> [Int] {
        Array(stride(from: 0, to: count, by: 2)) + Array(stride(from: 1, to: count, by: 2))
    }

    private static func picked(_ node: Application, _ x: Value, _ order: [Int]) throws -> Value {
        guard order != Array(order.indices) else { return x }
        let index = try Tensor(Shape([order.count]), order.map(Int64.init))
        return try node.add(Rearrange.gather(node.shape(x), axis: 3, index: index), x)
    }

    /// [batch or 1, 1, length, half].
    private static func table(
        _ node: Application, _ table: Value, _ places: Value?, batch: Int, _ length: Int, _ half: Int
    ) throws -> Value {
        var rows = table
        if let places {
            let rank = node.shape(places).rank
            var index = places
            if node.shape(places).count == 1, rank == 1 {
                // Only where the first token stands.
                let steps = try Tensor(Shape([1, length]), (0..<length).map(Int64.init))
                index = try node.binary(.add, node.reshape(places, [1, 1]), node.constant(steps))
            }
            rows = try node.rows(of: table, axis: 0, index)
        }
        guard node.shape(rows).rank == 3, node.shape(rows)[1] == length, node.shape(rows)[2] >= half else {
            throw ModelError("a table of \(node.shape(table)) for \(length) places and \(half) angles")
        }
        let narrow = try node.slice(rows, axis: 2, from: 0, count: half)
        return try node.reshape(narrow, [node.shape(rows)[0], 1, length, half])
    }
}
