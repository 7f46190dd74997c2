extension Configuration {
    /// What a GGUF file says of its transformer.
    init(_ file: GGUFFile) throws(LanguageModelError) {
        guard let name = file.text("general.architecture") else {
            throw LanguageModelError("the file names no architecture")
        }
        let architecture = try Architecture.named(name)
        self.init(architecture: name)
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
        epsilon = Float(file.real("\(name).attention.layer_norm_rms_epsilon") ?? 1e-5)
        attentionScale = 1 / Float(headSize).squareRoot()
        try readRotation(file, name)
        if architecture == .llama { rotation?.pairing = .neighbours }
        for key in ["expert_count", "attention.sliding_window"] where (file.integer("\(name).\(key)") ?? 0) > 0 {
            throw LanguageModelError("`\(name).\(key)` is not supported")
        }
        try check()
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
