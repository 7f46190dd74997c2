import Datasets

/// A config.json, as the library `transformers` writes it: what a folder of safetensors says of its transformer.
struct ConfigFile {
    let root: JsonValue
    let architecture: Architecture

    init(_ root: JsonValue) throws(LanguageModelError) {
        guard let name = root["model_type"]?.textValue else {
            throw LanguageModelError("config.json names no architecture: it has no `model_type`")
        }
        self.root = root
        architecture = try Architecture.named(name)
        guard root["quantization_config"] ?? .null == .null else {
            throw LanguageModelError(
                "quantised weights are read from GGUF files only: `quantization_config` is not supported")
        }
        for key in ["is_decoder", "add_cross_attention", "scale_attn_by_inverse_layer_idx", "qk_layernorm"]
        where root[key]?.truthValue == true { throw LanguageModelError("`\(key)` is not supported") }
    }

    /// The first of these names that is a whole number.
    private func whole(_ names: String...) -> Int? { names.lazy.compactMap { root[$0]?.wholeNumber }.first }

    private func real(_ names: String...) -> Double? { names.lazy.compactMap { root[$0]?.doubleValue }.first }

    private func size(_ name: String, _ other: String) throws(LanguageModelError) -> Int {
        guard let size = whole(name, other) else {
            throw LanguageModelError("config.json has no whole number `\(name)`")
        }
        return size
    }

    /// Whether the embeddings are the head's weights too.
    var isTied: Bool { root["tie_word_embeddings"]?.truthValue ?? architecture.isTied }

    /// The tokens that end what the model writes.
    static func endings(_ root: JsonValue?) -> [Int32] {
        let ids = root?["eos_token_id"].map { $0.wholeNumbers ?? $0.wholeNumber.map { [$0] } ?? [] } ?? []
        return ids.compactMap { Int32(exactly: $0) }.filter { $0 >= 0 }
    }

    func configuration() throws(LanguageModelError) -> Configuration {
        var it = architecture.options
        it.layers = try size("num_hidden_layers", "n_layer")
        it.width = try size("hidden_size", "n_embd")
        it.heads = try size("num_attention_heads", "n_head")
        it.keyHeads = whole("num_key_value_heads") ?? it.heads
        guard it.heads > 0, it.keyHeads > 0, (1...1 << 24).contains(it.width) else {
            throw LanguageModelError("a transformer of \(it.heads) heads and width \(it.width)")
        }
        it.headSize = whole("head_dim") ?? it.width / it.heads
        it.feedForward = whole("intermediate_size", "n_inner") ?? 4 * it.width
        it.context = try size("max_position_embeddings", "n_positions")
        it.vocabulary = try size("vocab_size", "vocab_size")
        it.epsilon = Float(real("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon") ?? 1e-5)
        it.attentionScale = 1 / Float(max(it.headSize, 1)).squareRoot()
        if let activation = try activation() { it.activation = activation }
        // Before anything is as large as they say.
        try it.check()
        if architecture.isRotary { it.rotation = try rotation(it) }
        try readOptions(&it)
        try it.check()
        return it
    }

    private func activation() throws(LanguageModelError) -> Configuration.Activation? {
        let names = ["hidden_activation", "hidden_act", "activation_function"]
        guard let name = names.lazy.compactMap({ root[$0]?.textValue }).first else { return nil }
        switch name {
        case "silu", "swish": return .silu
        case "gelu": return .gelu
        case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": return .geluTanh
        case "relu": return .relu
        default: throw LanguageModelError("the activation `\(name.prefix(80))` is not supported")
        }
    }

    private func readOptions(_ it: inout Configuration) throws(LanguageModelError) {
        switch architecture {
        case .gptneox where root["use_parallel_residual"]?.truthValue == false: it.wiring = .normFirst
        case .gemma2:
            it.embeddingScale = Float(it.width).squareRoot()
            it.attentionScale = 1 / Float(real("query_pre_attn_scalar") ?? Double(it.headSize)).squareRoot()
            it.attentionCap = Float(real("attn_logit_softcapping") ?? 0)
            it.logitCap = Float(real("final_logit_softcapping") ?? 0)
        case .gpt2 where root["scale_attn_weights"]?.truthValue == false: it.attentionScale = 1
        case .bert where root["position_embedding_type"]?.textValue ?? "absolute" != "absolute":
            throw LanguageModelError("positions that are not absolute are not supported for BERT")
        default: break
        }
        it.windows = try windows(it.layers)
    }

    /// How many positions back each layer sees.
    private func windows(_ layers: Int) throws(LanguageModelError) -> [Int] {
        let window = whole("sliding_window") ?? 0
        if window > 0, let types = root["layer_types"]?.elements, !types.isEmpty {
            var windows: [Int] = []
            for type in types {
                switch type.textValue {
                case "sliding_attention": windows.append(window)
                case "full_attention": windows.append(0)
                default: throw LanguageModelError("`layer_types` names a kind of layer that is not supported")
                }
            }
            guard windows.count == layers else { throw LanguageModelError("`layer_types` does not name each layer's") }
            return windows
        }
        switch architecture {
        case .gemma2: return [window, 0]
        case .llama, .phi3: return [window]
        default:
            guard root["use_sliding_window"]?.truthValue != true else {
                throw LanguageModelError("`use_sliding_window` is not supported without `layer_types`")
            }
            return [0]
        }
    }

    // MARK: positions

    private func rotation(_ it: Configuration) throws(LanguageModelError) -> Configuration.Rotation {
        let parameters = root["rope_parameters"] ?? .null
        let part =
            real("rotary_pct", "partial_rotary_factor") ?? parameters["partial_rotary_factor"]?.doubleValue
            ?? (architecture == .gptneox ? 0.25 : architecture == .phi2 ? 0.5 : 1)
        guard part > 0, part <= 1 else { throw LanguageModelError("positions turn \(part) of a head") }
        var rotation = Configuration.Rotation(numbers: Int(Double(it.headSize) * part))
        rotation.base = real("rope_theta", "rotary_emb_base") ?? parameters["rope_theta"]?.doubleValue ?? 10000
        let scaling = root["rope_scaling"].flatMap { $0 == .null ? nil : $0 } ?? parameters
        let kind = scaling["rope_type"]?.textValue ?? scaling["type"]?.textValue ?? "default"
        switch kind {
        case "default": break
        case "linear":
            let factor = try factor("factor", scaling)
            rotation.factors = Array(repeating: factor, count: max(rotation.numbers, 0) / 2)
        case "llama3": rotation.factors = try bands(rotation, scaling)
        default: throw LanguageModelError("positions scaled as `\(kind.prefix(80))` are not supported")
        }
        return rotation
    }

    private func factor(_ name: String, _ scaling: JsonValue) throws(LanguageModelError) -> Double {
        guard let factor = scaling[name]?.doubleValue, factor > 0, factor.isFinite else {
            throw LanguageModelError("positions scaled by no `\(name)`")
        }
        return factor
    }

    /// Llama 3's: slow turns are divided by the factor, fast ones are left alone, those between lie between.
    private func bands(
        _ rotation: Configuration.Rotation, _ scaling: JsonValue
    ) throws(LanguageModelError) -> [Double] {
        let (whole, low) = (try factor("factor", scaling), try factor("low_freq_factor", scaling))
        let (high, original) = (
            try factor("high_freq_factor", scaling), try factor("original_max_position_embeddings", scaling)
        )
        guard high > low else { throw LanguageModelError("positions scaled between \(low) and \(high)") }
        return rotation.rates.map { rate in
            let turns = original * rate / (2 * Double.pi)
            if turns < low { return whole }
            if turns > high { return 1 }
            let share = (turns - low) / (high - low)
            return 1 / ((1 - share) / whole + share)
        }
    }
}
