extension Configuration {
    /// What a GGUF file says of its transformer.
    init(_ file: GGUFFile) throws(LanguageModelError) {
        guard let name = file.text("general.architecture") else {
            throw LanguageModelError("the file names no architecture")
        }
        let architecture = try Architecture.named(name)
        self = architecture.options
        func size(_ key: String) throws(LanguageModelError) -> Int {
            guard let size = file.integer("\(name).\(key)") else {
                throw LanguageModelError("entry `\(name).\(key)` is missing, or no whole number")
            }
            return size
        }
        layers = try size("block_count")
        width = try size("embedding_length")
        heads = try size("attention.head_count")
        keyHeads = file.integer("\(name).attention.head_count_kv") ?? heads
        guard heads > 0, keyHeads > 0 else { throw LanguageModelError("a transformer of no heads") }
        headSize = file.integer("\(name).attention.key_length") ?? width / heads
        guard file.integer("\(name).attention.value_length") ?? headSize == headSize else {
            throw LanguageModelError("keys and values of different sizes are not supported")
        }
        feedForward = try size("feed_forward_length")
        context = try size("context_length")
        vocabulary = file.tensors["token_embd.weight"]?.rows ?? 0
        let norm = "\(name).attention.layer_norm_"
        epsilon = Float(file.real(norm + "rms_epsilon") ?? file.real(norm + "epsilon") ?? 1e-5)
        attentionScale = 1 / Float(headSize).squareRoot()
        if architecture.isRotary { try readRotation(file, name) }
        try readOptions(file, architecture)
        try check()
    }

    private mutating func readOptions(_ file: GGUFFile, _ architecture: Architecture) throws(LanguageModelError) {
        let name = architecture.rawValue
        let window = file.integer("\(name).attention.sliding_window") ?? 0
        switch architecture {
        case .llama: rotation?.pairing = .neighbours
        case .gptneox where file.truth("gptneox.use_parallel_residual") == false: wiring = .normFirst
        case .gemma2:
            embeddingScale = Float(width).squareRoot()
            attentionCap = Float(file.real("gemma2.attn_logit_softcapping") ?? 50)
            logitCap = Float(file.real("gemma2.final_logit_softcapping") ?? 30)
            // The file does not say how scores are scaled: the one of 46 layers, 27B, does it by width.
            if layers == 46 { attentionScale = 1 / Float(width / heads).squareRoot() }
            windows = [window > 0 ? window : 4096, 0]
        case .phi3:
            guard file.tensors["rope_factors_long.weight"] == nil else {
                throw LanguageModelError("positions scaled as `longrope` are not supported")
            }
            windows = [window]
        default: break
        }
        if let number = file.integer("\(name).pooling_type"), number > 0 {
            guard let known = [1: Pooling.mean, 2: .first, 3: .last][number] else {
                throw LanguageModelError("embeddings pooled by way \(number) are not supported")
            }
            pooling = known
        }
        if architecture != .gemma2, architecture != .phi3, window > 0 {
            throw LanguageModelError("`\(name).attention.sliding_window` is not supported")
        }
        if (file.integer("\(name).expert_count") ?? 0) > 0 {
            throw LanguageModelError("`\(name).expert_count` is not supported")
        }
    }

    private mutating func readRotation(_ file: GGUFFile, _ name: String) throws(LanguageModelError) {
        var rotation = Rotation(numbers: file.integer("\(name).rope.dimension_count") ?? headSize)
        rotation.base = file.real("\(name).rope.freq_base") ?? 10000
        let kind = file.text("\(name).rope.scaling.type") ?? "none"
        switch kind {
        case "none": break
        case "linear":
            let factor = file.real("\(name).rope.scaling.factor") ?? 1
            guard factor > 0, factor.isFinite, rotation.numbers > 0 else {
                throw LanguageModelError("positions are divided by \(factor)")
            }
            rotation.factors = Array(repeating: factor, count: min(rotation.numbers, 1 << 12) / 2)
        default: throw LanguageModelError("positions scaled as `\(kind)` are not supported")
        }
        if let factors = file.tensors["rope_freqs.weight"]?.floats() {
            guard factors.count == rotation.numbers / 2, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw LanguageModelError("tensor `rope_freqs.weight` does not fit the positions")
            }
            rotation.factors = factors.map(Double.init)
        }
        self.rotation = rotation
    }
}
