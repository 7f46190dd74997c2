/// A model's folder as the library `transformers` writes it, in small: the bytes of its files by their names.
package struct TinyModelFolder {
    package var config: String
    package var tokenizer: String
    package var weights: [(name: String, shape: [Int], numbers: [Float])]
    /// Besides: tokenizer_config.json and others.
    package var others: [String: String] = [:]

    /// The weights of a model of Llama's family, by the names that safetensors have.
    package init(_ model: TinyLanguageModel) {
        config = """
            {"model_type": "\(model.architecture)", "num_hidden_layers": \(model.layers), "hidden_size": \(model.width),
             "num_attention_heads": \(model.heads), "num_key_value_heads": \(model.keyHeads), "intermediate_size": \(model.feedForward),
             "max_position_embeddings": \(model.context), "vocab_size": \(model.vocabulary), "rms_norm_eps": 1e-05,
             "rope_theta": 10000.0, "tie_word_embeddings": \(model.isTied), "eos_token_id": \(model.vocabulary - 1)}
            """
        let merged = TinyLanguageModel.merges.map { $0.filter { $0 != " " } }
        let tokens = TinyLanguageModel.letters + merged + TinyLanguageModel.signs
        func quoted(_ text: String) -> String {
            "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
        }
        let added = TinyLanguageModel.signs.enumerated().map {
            #"{"id": \#(256 + merged.count + $0.offset), "content": \#(quoted($0.element)), "special": true}"#
        }
        tokenizer = """
            {"added_tokens": [\(added.joined(separator: ", "))], "decoder": {"type": "ByteLevel"},
             "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true},
               {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]},
             "model": {"type": "BPE", "vocab": {\(tokens.enumerated().map { "\(quoted($0.element)): \($0.offset)" }.joined(separator: ", "))},
              "merges": [\(TinyLanguageModel.merges.map(quoted).joined(separator: ", "))]}}
            """
        weights = model.weights.map {
            (Self.names.reduce("model." + $0.name) { $0.replacing($1.0, with: $1.1) }, $0.shape, $0.numbers)
        }
    }

    private static let names = [
        ("token_embd", "embed_tokens"), ("output_norm", "norm"), ("model.output.", "lm_head."), ("blk.", "layers."),
        ("attn_norm", "input_layernorm"), ("ffn_norm", "post_attention_layernorm"), ("attn_output", "self_attn.o_proj"),
        ("attn_q", "self_attn.q_proj"), ("attn_k", "self_attn.k_proj"), ("attn_v", "self_attn.v_proj"),
        ("ffn_gate", "mlp.gate_proj"),
        ("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj"),
    ]

    /// An encoder of random weights, of words in small letters.
    package static func encoder(seed: UInt64 = 3) -> TinyModelFolder {
        let (width, feed, layers, context) = (16, 24, 2, 40)
        let letters = (97...122).map { String(Unicode.Scalar($0)) }
        let tokens = ["[UNK]", "[CLS]", "[SEP]"] + letters + letters.map { "##" + $0 } + ["the", "##er"]
        var folder = TinyModelFolder(TinyLanguageModel())
        folder.config = """
            {"model_type": "bert", "num_hidden_layers": \(layers), "hidden_size": \(width), "num_attention_heads": 2,
             "intermediate_size": \(feed), "max_position_embeddings": \(context), "vocab_size": \(tokens.count), "hidden_act": "gelu",
             "layer_norm_eps": 1e-12}
            """
        folder.tokenizer = """
            {"normalizer": {"type": "BertNormalizer", "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2]}, "decoder": {"type": "WordPiece"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {\(tokens.enumerated().map { "\"\($0.element)\": \($0.offset)" }.joined(separator: ", "))}}}
            """
        var random = Random(state: seed)
        folder.weights = []
        func add(_ name: String, _ shape: [Int], about: Float = 0, spread: Float? = nil) {
            let spread = spread ?? 1.5 / Float(shape.last!).squareRoot()
            folder.weights.append((name, shape, (0..<shape.reduce(1, *)).map { _ in about + random.next(spread) }))
        }
        func norm(_ name: String) {
            add(name + ".weight", [width], about: 1, spread: 0.1)
            add(name + ".bias", [width], spread: 0.1)
        }
        func dense(_ name: String, _ rows: Int, _ columns: Int) {
            add(name + ".weight", [rows, columns])
            add(name + ".bias", [rows], spread: 0.3)
        }
        add("embeddings.word_embeddings.weight", [tokens.count, width], spread: 1)
        add("embeddings.position_embeddings.weight", [context, width], spread: 0.5)
        add("embeddings.token_type_embeddings.weight", [2, width], spread: 0.5)
        norm("embeddings.LayerNorm")
        for layer in 0..<layers {
            let prefix = "encoder.layer.\(layer)."
            for part in ["query", "key", "value"] { dense(prefix + "attention.self." + part, width, width) }
            dense(prefix + "attention.output.dense", width, width)
            norm(prefix + "attention.output.LayerNorm")
            dense(prefix + "intermediate.dense", feed, width)
            dense(prefix + "output.dense", width, feed)
            norm(prefix + "output.LayerNorm")
        }
        return folder
    }

    /// By name. More than one file of weights makes an index, and spreads them in turn.
    package func files(shards: Int = 1) -> [String: [UInt8]] {
        var files = ["config.json": Array(config.utf8), "tokenizer.json": Array(tokenizer.utf8)]
        for (name, text) in others { files[name] = Array(text.utf8) }
        guard shards > 1 else {
            files["model.safetensors"] = Self.safetensors(weights)
            return files
        }
        var places: [String] = []
        for shard in 0..<shards {
            let own = weights.enumerated().filter { $0.offset % shards == shard }.map(\.element)
            let name = "model-\(shard + 1)-of-\(shards).safetensors"
            files[name] = Self.safetensors(own)
            places += own.map { "\"\($0.name)\": \"\(name)\"" }
        }
        files["model.safetensors.index.json"] = Array("{\"weight_map\": {\(places.joined(separator: ", "))}}".utf8)
        return files
    }

    private static func safetensors(_ tensors: [(name: String, shape: [Int], numbers: [Float])]) -> [UInt8] {
        var (described, data) = (["\"__metadata__\": {\"format\": \"pt\"}"], [UInt8]())
        for (name, shape, numbers) in tensors {
            let start = data.count
            for number in numbers { withUnsafeBytes(of: number.bitPattern.littleEndian) { data += $0 } }
            described.append(
                "\"\(name)\": {\"dtype\": \"F32\", \"shape\": \(shape), \"data_offsets\": [\(start), \(data.count)]}")
        }
        let header = Array("{\(described.joined(separator: ", "))}".utf8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header + data
    }
}
