/// Where a transformer's weights come from, by the names that GGUF has for them.
protocol WeightSource {
    func tensor(_ name: String) throws(LanguageModelError) -> StoredTensor?
    /// The parts of one stored matrix: an architecture may have queries, keys and values in one.
    func rows(_ name: String, of configuration: Configuration) throws(LanguageModelError) -> Range<Int>?
}

extension GGUFFile: WeightSource {
    func tensor(_ name: String) -> StoredTensor? { tensors[name] }

    func rows(_ name: String, of configuration: Configuration) -> Range<Int>? { nil }
}

/// Makes a transformer of its weights. Every tensor's shape is checked against the configuration.
struct TransformerLoading {
    let source: any WeightSource
    let configuration: Configuration
    let team: Team

    func transformer() throws(LanguageModelError) -> Transformer {
        let width = configuration.width
        let embedding = try matrix("token_embd", configuration.vocabulary, width)
        var layers: [Layer] = []
        for index in 0..<configuration.layers { layers.append(try layer("blk.\(index).")) }
        var head: Dense?
        if !configuration.seesBothWays {
            let own = try source.tensor("output.weight") != nil
            let weight = own ? try matrix("output", configuration.vocabulary, width) : embedding
            head = Dense(weight: weight, bias: try bias("output", configuration.vocabulary))
        }
        return Transformer(
            configuration, embedding: embedding,
            positions: try source.tensor("position_embd.weight") == nil
                ? nil : try matrix("position_embd", configuration.context, width),
            segment: try segment(), embeddingNorm: try norm("token_embd_norm", width), layers: layers,
            outputNorm: try norm("output_norm", width), head: head)
    }

    private func segment() throws(LanguageModelError) -> Floats? {
        guard let tensor = try source.tensor("token_types.weight") else { return nil }
        guard tensor.columns == configuration.width, tensor.rows > 0 else {
            throw misshapen(tensor, "kinds of segments")
        }
        return Floats(Swift.Array(tensor.floats().prefix(configuration.width)))
    }

    private func layer(_ prefix: String) throws(LanguageModelError) -> Layer {
        let (width, size) = (configuration.width, configuration.headSize)
        let (all, shared) = (configuration.heads * size, configuration.keyHeads * size)
        let fused = try source.tensor(prefix + "attn_qkv.weight") != nil
        func part(_ name: String, _ first: Int, _ count: Int) throws(LanguageModelError) -> Dense {
            guard fused else { return try dense(prefix + name, count, width) }
            return try dense(prefix + "attn_qkv", all + 2 * shared, width, rows: first..<first + count)
        }
        let hasGate = configuration.isGated
        return Layer(
            attentionNorm: try norm(prefix + "attn_norm", width),
            query: try part("attn_q", 0, all), key: try part("attn_k", all, shared),
            value: try part("attn_v", all + shared, shared),
            output: try dense(prefix + "attn_output", width, all),
            queryNorm: try norm(prefix + "attn_q_norm", size), keyNorm: try norm(prefix + "attn_k_norm", size),
            afterAttention: try norm(prefix + "post_attention_norm", width),
            feedForwardNorm: try norm(prefix + "ffn_norm", width),
            gate: hasGate ? try dense(prefix + "ffn_gate", configuration.feedForward, width) : nil,
            up: try dense(prefix + "ffn_up", configuration.feedForward, width),
            down: try dense(prefix + "ffn_down", width, configuration.feedForward),
            afterFeedForward: try norm(prefix + "post_ffw_norm", width),
            attentionOutputNorm: try norm(prefix + "attn_output_norm", width),
            outputNorm: try norm(prefix + "layer_output_norm", width))
    }

    private func matrix(
        _ name: String, _ rows: Int, _ columns: Int, part: Range<Int>? = nil
    ) throws(LanguageModelError) -> WeightMatrix {
        guard let tensor = try source.tensor(name + ".weight") else {
            throw LanguageModelError("tensor `\(name).weight` is missing")
        }
        guard tensor.shape == [rows, columns] else { throw misshapen(tensor, "[\(rows), \(columns)]") }
        return try WeightMatrix(tensor, rows: part, team)
    }

    private func dense(
        _ name: String, _ rows: Int, _ columns: Int, rows part: Range<Int>? = nil
    ) throws(LanguageModelError) -> Dense {
        Dense(weight: try matrix(name, rows, columns, part: part), bias: try bias(name, rows, part: part))
    }

    private func bias(_ name: String, _ count: Int, part: Range<Int>? = nil) throws(LanguageModelError) -> Floats? {
        guard let numbers = try numbers(name + ".bias", count) else { return nil }
        return Floats(Swift.Array(numbers[part ?? 0..<count]))
    }

    private func norm(_ name: String, _ count: Int) throws(LanguageModelError) -> Norm? {
        guard let weight = try numbers(name + ".weight", count) else { return nil }
        return Norm(weight, bias: try numbers(name + ".bias", count), configuration)
    }

    private func numbers(_ name: String, _ count: Int) throws(LanguageModelError) -> [Float]? {
        guard let tensor = try source.tensor(name) else { return nil }
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
