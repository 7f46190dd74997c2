/// What safetensors of an architecture call the tensors that GGUF has names for, and how they lie there.
struct TensorNames {
    /// What may stand before all names but that of the head.
    var base = "model."
    /// What stands before a layer's number.
    var layers = "layers."
    /// By GGUF's names, without `.weight` and `.bias`: those beside the layers, and those of each.
    var outer: [String: String]
    var inner: [String: String]
    /// Matrices that are stored [in, out].
    var transposed: Set<String> = []
    var interleavesHeads = false
    var normOffset: Float = 0

    private static let gated = [
        "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_q_norm": "self_attn.q_norm",
        "attn_k_norm": "self_attn.k_norm", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    ]
    private static let usual = ["token_embd": "embed_tokens", "output_norm": "norm", "output": "lm_head"]

    static func of(_ architecture: Architecture) -> TensorNames {
        switch architecture {
        case .llama, .qwen2, .qwen3: return TensorNames(outer: usual, inner: gated)
        case .gemma2:
            let norms = [
                "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
                "post_ffw_norm": "post_feedforward_layernorm",
            ]
            return TensorNames(outer: usual, inner: gated.merging(norms) { $1 }, normOffset: 1)
        case .phi3:
            var inner = gated
            for name in ["attn_q", "attn_k", "attn_v", "ffn_gate"] { inner[name] = nil }
            inner["attn_qkv"] = "self_attn.qkv_proj"
            inner["ffn_up"] = "mlp.gate_up_proj"
            return TensorNames(outer: usual, inner: inner)
        case .phi2:
            return TensorNames(
                outer: ["token_embd": "embed_tokens", "output_norm": "final_layernorm", "output": "lm_head"],
                inner: [
                    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
                    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.dense", "ffn_up": "mlp.fc1",
                    "ffn_down": "mlp.fc2",
                ])
        case .gpt2:
            return TensorNames(
                base: "transformer.", layers: "h.",
                outer: ["token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f", "output": "lm_head"],
                inner: [
                    "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2",
                    "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
                ], transposed: ["attn_qkv", "attn_output", "ffn_up", "ffn_down"])
        case .gptneox:
            return TensorNames(
                base: "gpt_neox.",
                outer: ["token_embd": "embed_in", "output_norm": "final_layer_norm", "output": "embed_out"],
                inner: [
                    "attn_norm": "input_layernorm", "attn_qkv": "attention.query_key_value",
                    "attn_output": "attention.dense", "ffn_norm": "post_attention_layernorm",
                    "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
                ], interleavesHeads: true)
        case .bert:
            return TensorNames(
                base: "bert.", layers: "encoder.layer.",
                outer: [
                    "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
                    "token_types": "embeddings.token_type_embeddings", "token_embd_norm": "embeddings.LayerNorm",
                ],
                inner: [
                    "attn_q": "attention.self.query", "attn_k": "attention.self.key", "attn_v": "attention.self.value",
                    "attn_output": "attention.output.dense", "attn_output_norm": "attention.output.LayerNorm",
                    "ffn_up": "intermediate.dense", "ffn_down": "output.dense",
                    "layer_output_norm": "output.LayerNorm",
                ])
        }
    }

    /// Where a transformer's weights are among these tensors. Without a head where the embeddings are it.
    func source(
        _ stored: [String: StoredTensor], layers count: Int, isTied: Bool
    ) throws(LanguageModelError) -> WeightSource {
        var source = WeightSource(interleavesHeads: interleavesHeads, normOffset: normOffset)
        let prefix = stored.keys.contains { $0.hasPrefix(base) } ? base : ""
        func add(_ name: String, _ part: String, _ called: String) throws(LanguageModelError) {
            for ending in [".weight", ".bias"] {
                source.names[name + ending] = called + ending
                guard let tensor = stored[called + ending] else { continue }
                let turns = ending == ".weight" && transposed.contains(part)
                source.tensors[name + ending] = turns ? try tensor.transposed() : tensor
            }
        }
        for (part, called) in outer where part != "output" || !isTied {
            try add(part, part, part == "output" ? called : prefix + called)
        }
        for layer in 0..<count {
            for (part, called) in inner {
                try add("blk.\(layer).\(part)", part, "\(prefix)\(layers)\(layer).\(called)")
            }
        }
        if !isTied, outer["output"] != nil { source.needsHead = true }
        return source
    }
}
