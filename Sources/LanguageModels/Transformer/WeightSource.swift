/// Where a transformer's weights are, by the names that GGUF has for them.
struct WeightSource {
    var tensors: [String: StoredTensor] = [:]
    /// What the files call them, where that is something else.
    var names: [String: String] = [:]
    /// Whether queries, keys and values that are one matrix lie head by head.
    var interleavesHeads = false
    /// What is added to the weights of norms.
    var normOffset: Float = 0
    /// Whether the embeddings may not stand for a head that is missing.
    var needsHead = false
}

/// Makes a transformer of its weights. Every tensor's shape is checked against the configuration.
struct TransformerLoading {
    let source: WeightSource
    let configuration: Configuration
    let team: Team

    func transformer() throws(LanguageModelError) -> Transformer {
        let width = configuration.width
        let embedding = try matrix("token_embd", configuration.vocabulary, width)
        var layers: [Layer] = []
        for index in 0..<configuration.layers { layers.append(try layer("blk.\(index).")) }
        var head: Dense?
        if !configuration.seesBothWays {
            let own = source.needsHead || source.tensors["output.weight"] != nil
            let weight = own ? try matrix("output", configuration.vocabulary, width) : embedding
            head = Dense(weight: weight, bias: try bias("output", configuration.vocabulary))
        }
        return Transformer(
            configuration, embedding: embedding,
            positions: source.tensors["position_embd.weight"] == nil
                ? nil : try matrix("position_embd", configuration.context, width),
            segment: try segment(), embeddingNorm: try norm("token_embd_norm", width), layers: layers,
            outputNorm: try norm("output_norm", width), head: head)
    }

    private func segment() throws(LanguageModelError) -> Floats? {
        guard let tensor = source.tensors["token_types.weight"] else { return nil }
        guard tensor.columns == configuration.width, tensor.rows > 0 else {
            throw misshapen(tensor, "kinds of segments")
        }
        return Floats(Swift.Array(tensor.floats().prefix(configuration.width)))
    }

    private func layer(_ prefix: String) throws(LanguageModelError) -> Layer {
        let (width, size) = (configuration.width, configuration.headSize)
        let (all, shared) = (configuration.heads * size, configuration.keyHeads * size)
        let fused = source.tensors[prefix + "attn_qkv.weight"] != nil
        func part(_ name: String, _ index: Int, _ count: Int) throws(LanguageModelError) -> Dense {
            guard fused else { return try dense(prefix + name, count, width) }
            let rows = RowChoice.part(index, of: configuration, interleaved: source.interleavesHeads)
            return try dense(prefix + "attn_qkv", all + 2 * shared, width, rows: rows)
        }
        let (gate, up) = try feedForward(prefix)
        return Layer(
            attentionNorm: try norm(prefix + "attn_norm", width),
            query: try part("attn_q", 0, all), key: try part("attn_k", 1, shared),
            value: try part("attn_v", 2, shared),
            output: try dense(prefix + "attn_output", width, all),
            queryNorm: try norm(prefix + "attn_q_norm", size), keyNorm: try norm(prefix + "attn_k_norm", size),
            afterAttention: try norm(prefix + "post_attention_norm", width),
            feedForwardNorm: try norm(prefix + "ffn_norm", width),
            gate: gate, up: up,
            down: try dense(prefix + "ffn_down", width, configuration.feedForward),
            afterFeedForward: try norm(prefix + "post_ffw_norm", width),
            attentionOutputNorm: try norm(prefix + "attn_output_norm", width),
            outputNorm: try norm(prefix + "layer_output_norm", width))
    }

    /// Gates may stand before the rest in one matrix.
    private func feedForward(_ prefix: String) throws(LanguageModelError) -> (gate: Dense?, up: Dense) {
        let (size, width) = (configuration.feedForward, configuration.width)
        guard configuration.isGated else { return (nil, try dense(prefix + "ffn_up", size, width)) }
        guard source.tensors[prefix + "ffn_gate.weight"] == nil,
            source.tensors[prefix + "ffn_up.weight"]?.shape == [2 * size, width]
        else {
            return (try dense(prefix + "ffn_gate", size, width), try dense(prefix + "ffn_up", size, width))
        }
        func half(_ first: Int) throws(LanguageModelError) -> Dense {
            try dense(prefix + "ffn_up", 2 * size, width, rows: RowChoice(first..<first + size))
        }
        return (try half(0), try half(size))
    }

    private func matrix(
        _ name: String, _ rows: Int, _ columns: Int, part: RowChoice? = nil
    ) throws(LanguageModelError) -> WeightMatrix {
        guard let tensor = source.tensors[name + ".weight"] else {
            throw LanguageModelError("tensor `\(source.names[name + ".weight"] ?? name + ".weight")` is missing")
        }
        guard tensor.shape == [rows, columns] else { throw misshapen(tensor, "[\(rows), \(columns)]") }
        return try WeightMatrix(tensor, rows: part, team)
    }

    private func dense(
        _ name: String, _ rows: Int, _ columns: Int, rows part: RowChoice? = nil
    ) throws(LanguageModelError) -> Dense {
        Dense(weight: try matrix(name, rows, columns, part: part), bias: try bias(name, rows, part: part))
    }

    private func bias(_ name: String, _ count: Int, part: RowChoice? = nil) throws(LanguageModelError) -> Floats? {
        guard let numbers = try numbers(name + ".bias", count) else { return nil }
        guard let part else { return Floats(numbers) }
        return Floats((0..<part.count).map { numbers[part[$0]] })
    }

    private func norm(_ name: String, _ count: Int) throws(LanguageModelError) -> Norm? {
        guard let weight = try numbers(name + ".weight", count) else { return nil }
        return Norm(weight.map { $0 + source.normOffset }, bias: try numbers(name + ".bias", count), configuration)
    }

    private func numbers(_ name: String, _ count: Int) throws(LanguageModelError) -> [Float]? {
        guard let tensor = source.tensors[name] else { return nil }
        guard tensor.shape == [count] else { throw misshapen(tensor, "[\(count)]") }
        let numbers = tensor.floats()
        guard numbers.allSatisfy(\.isFinite) else {
            throw LanguageModelError("tensor `\(name)` holds numbers that are not finite")
        }
        return numbers
    }

    private func misshapen(_ tensor: StoredTensor, _ expected: String) -> LanguageModelError {
        LanguageModelError("tensor `\(tensor.name)` has the shape \(tensor.shape), not \(expected)")
    }
}
