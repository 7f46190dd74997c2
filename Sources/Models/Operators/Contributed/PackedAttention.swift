import Tensors

/// Attention as ONNX Runtime's optimiser writes it: queries, keys and values in one product, masks in several forms.
enum PackedAttention {
    static let rules: [String: OperatorRule] = [
        "Attention": attention,
        "MultiHeadAttention": multiHead,
        "GroupQueryAttention": groupQuery,
    ]

    /// Queries, keys and values are one product of the input; `past` and `present` hold keys and values together.
    private static let attention: OperatorRule = { node in
        let heads = try node.integer("num_heads", default: 0)
        guard try !node.flag("do_rotary"), try !node.flag("past_present_share_buffer"), heads > 0 else {
            throw ModelError("turned or shared keys, or an attention without heads, are not supported")
        }
        var all = try Products.product(node, node.input(0), node.input(1))
        if let bias = node.optional(2) { all = try node.binary(.add, all, bias) }
        let width = node.shape(all).dimensions.last ?? 0
        let sizes = try node.integers("qkv_hidden_sizes") ?? [Int](repeating: width / 3, count: 3)
        guard sizes.count == 3, sizes.reduce(0, +) == width, sizes.allSatisfy({ $0 > 0 && $0 % heads == 0 }) else {
            throw ModelError("\(width) numbers as queries, keys and values of \(sizes) in \(heads) heads")
        }
        var start = 0
        let parts = try sizes.map { size in
            defer { start += size }
            return try Attention.heads(node, node.slice(all, axis: 2, from: start, count: size), heads)
        }
        var (key, value) = (parts[1], parts[2])
        if let past = node.optional(4) {
            func part(_ index: Int) throws -> Value {
                let own = try node.slice(past, axis: 0, from: index, count: 1)
                return try node.reshape(own, Array(node.shape(past).dimensions.dropFirst()))
            }
            (key, value) = (
                try node.concatenate([part(0), key], axis: 2), try node.concatenate([part(1), value], axis: 2)
            )
        }
        let result = try attended(
            node, parts[0], key, value, mask: node.optional(3), added: node.optional(5),
            past: node.optional(4).map { node.shape($0)[3] } ?? 0)
        guard node.node.outputs.count > 1 else { return [result.output] }
        let present = try [key, value].map { try node.reshape($0, [1] + node.shape($0).dimensions) }
        return [result.output, try node.concatenate(present, axis: 0)]
    }

    private static let multiHead: OperatorRule = { node in
        let heads = try node.integer("num_heads", default: 0)
        var (query, key, value) = try parts(node)
        if let bias = node.optional(3) {
            var start = 0
            func added(_ x: Value) throws -> Value {
                let size = node.shape(x).dimensions.last ?? 0
                defer { start += size }
                guard node.shape(x).rank == 3 else { throw ModelError("a bias beside keys that are split already") }
                return try node.binary(.add, x, node.slice(bias, axis: 0, from: start, count: size))
            }
            (query, key, value) = (try added(query), try added(key), try added(value))
        }
        query = try Attention.heads(node, query, heads)
        (key, value) = (try Attention.heads(node, key, heads), try Attention.heads(node, value, heads))
        if let past = node.optional(6) { key = try node.concatenate([past, key], axis: 2) }
        if let past = node.optional(7) { value = try node.concatenate([past, value], axis: 2) }
        let result = try attended(
            node, query, key, value, mask: node.optional(4), added: node.optional(5),
            past: node.optional(6).map { node.shape($0)[2] } ?? 0)
        return [result.output, key, value, result.scores]
    }

    /// Several heads of queries share one of keys; a query attends to what comes before it. All texts of a batch are equally
    /// long, as the length of the keys that were kept says.
    private static let groupQuery: OperatorRule = { node in
        let (heads, keyHeads) = (
            try node.integer("num_heads", default: 0), try node.integer("kv_num_heads", default: 0)
        )
        guard heads > 0, keyHeads > 0, heads % keyHeads == 0 else {
            throw ModelError("\(heads) heads share \(keyHeads)")
        }
        let (query, key, value) = try groupParts(node, heads: heads, keyHeads: keyHeads)
        let past = try node.optional(3).map { try node.shape($0, axes: 4)[2] } ?? 0
        let length = node.shape(query)[1]
        guard try node.whole(6, "total_sequence_length") == past + length else {
            throw ModelError("keys kept in a buffer that is longer than they are, are not supported")
        }
        let lengths = try node.constant(5, "seqlens_k").doubles
        guard lengths.allSatisfy({ $0 == Double(past + length - 1) }) else {
            throw ModelError("texts of different lengths in a batch are not supported")
        }
        func turned(_ x: Value, _ heads: Int) throws -> Value {
            let split = try Attention.heads(node, x, heads)
            guard try node.flag("do_rotary") else { return split }
            let places = try Tensor(Shape([1, length]), (0..<length).map { Int64(past + $0) })
            return try RotaryEmbedding.turned(
                node, split, node.input(7), node.input(8), places: node.constant(places), heads: heads,
                width: 2 * (node.shape(node.input(7)).dimensions.last ?? 0),
                isInterleaved: node.flag("rotary_interleaved"))
        }
        var (keys, values) = (try turned(key, keyHeads), try Attention.heads(node, value, keyHeads))
        if past > 0 {
            keys = try node.concatenate([node.input(3), keys], axis: 2)
            values = try node.concatenate([node.input(4), values], axis: 2)
        }
        var scores = Attention.Scores(node, query: try turned(query, heads), key: keys, past: past)
        let scale = try node.float("scale", default: 0)
        scores.scale = scale == 0 ? nil : scale
        scores.softcap = try node.float("softcap", default: 0)
        if let added = node.optional(10) { try scores.add(added) }
        let window = try node.integer("local_window_size", default: -1)
        try scores.window(left: window > 0 ? window - 1 : nil, right: 0, nil)
        let output = try Attention.product(node, scores.weights().probabilities, values)
        return [try Attention.joined(node, output), keys, values]
    }

    /// Three inputs, or one that holds the heads of queries, keys and values one behind the other.
    private static func groupParts(
        _ node: Application, heads: Int, keyHeads: Int
    ) throws -> (query: Value, key: Value, value: Value) {
        let query = try node.input(0)
        guard node.optional(1) == nil else { return (query, try node.input(1), try node.input(2)) }
        let width = node.shape(query).dimensions.last ?? 0
        let size = width / (heads + 2 * keyHeads)
        func part(_ start: Int, _ count: Int) throws -> Value {
            try node.slice(query, axis: 2, from: start * size, count: count * size)
        }
        return (try part(0, heads), try part(heads, keyHeads), try part(heads + keyHeads, keyHeads))
    }

    /// Three inputs, or one that holds all of [batch, sequence, heads, 3, size], or keys and values together.
    private static func parts(_ node: Application) throws -> (Value, Value, Value) {
        let query = try node.input(0)
        func unpacked(_ x: Value) throws -> [Value] {
            let shape = node.shape(x)
            return try (0..<shape[3]).map { part in
                try node.reshape(
                    node.slice(x, axis: 3, from: part, count: 1), [shape[0], shape[1], shape[2] * shape[4]])
            }
        }
        if node.shape(query).rank == 5 {
            let all = try unpacked(query)
            guard all.count == 3 else { throw ModelError("\(node.shape(query)) holds no queries, keys and values") }
            return (all[0], all[1], all[2])
        }
        let key = try node.input(1)
        if node.shape(key).rank == 5 {
            let all = try unpacked(key)
            guard all.count == 2 else { throw ModelError("\(node.shape(key)) holds no keys and values") }
            return (query, all[0], all[1])
        }
        return (query, key, try node.input(2))
    }

    /// A mask is a length for each batch, truth values by key, or by query and key; what it bars scores far lower, but is
    /// not barred entirely.
    private static func attended(
        _ node: Application, _ query: Value, _ key: Value, _ value: Value, mask: Value?, added: Value?, past: Int
    ) throws -> (output: Value, scores: Value) {
        var scores = Attention.Scores(node, query: query, key: key, past: past)
        let scale = try node.float("scale", default: 0)
        scores.scale = scale == 0 ? nil : scale
        if let added { try scores.add(added) }
        if let mask {
            let (shape, keys) = (node.shape(mask), node.shape(key)[2])
            let opened: Value
            switch shape.rank {
            case 1 where shape.count == node.shape(query)[0]:
                let places = node.constant(try Tensor(Shape([keys]), (0..<keys).map(Int64.init)))
                opened = try node.binary(.less, places, node.reshape(mask, [shape.count, 1, 1, 1]))
            case 2: opened = try node.reshape(node.binary(.greater, mask, 0), [shape[0], 1, 1, shape[1]])
            case 3: opened = try node.reshape(node.binary(.greater, mask, 0), [shape[0], 1, shape[1], shape[2]])
            default: throw ModelError("a mask of \(shape) is not supported")
            }
            let filter = try node.float("mask_filter_value", default: -10_000)
            let zero = try node.scalar(0, like: query)
            try scores.add(node.add(Select(), opened, zero, node.scalar(filter, like: query)))
        }
        if try node.flag("unidirectional") { try scores.window(left: nil, right: 0, nil) }
        let weights = try scores.weights()
        return (try Attention.joined(node, Attention.product(node, weights.probabilities, value)), weights.wanted)
    }
}
