/// The architectures that are read: what each adds to the parts that all share. Their names are GGUF's.
///
/// Llama (Touvron et al., 2023), which Mistral and SmolLM are too, and its relatives Qwen2 and Qwen3; GPT-2 (Radford et al., 2019);
/// GPT-NeoX (Black et al., 2022), which Pythia is; Gemma 2 (Gemma Team, 2024); Phi-2 and Phi-3 (Abdin et al., 2024); and as an
/// encoder BERT (Devlin et al., 2019). Others are refused by their names.
package enum Architecture: String, Sendable, CaseIterable {
    case llama, qwen2, qwen3, gpt2, gptneox, gemma2, phi2, phi3, bert

    /// What config.json calls them, where that is another name.
    private static let others = ["mistral": Architecture.llama, "gpt_neox": .gptneox, "phi": .phi2]

    /// The name in a file; throws where it is not known.
    static func named(_ name: String) throws(LanguageModelError) -> Architecture {
        guard let known = Architecture(rawValue: name) ?? others[name] else {
            let all = allCases.map(\.rawValue).joined(separator: ", ")
            throw LanguageModelError("models of the architecture `\(name.prefix(80))` are not supported; \(all) are")
        }
        return known
    }

    /// Whether positions turn queries and keys; else they are learned.
    var isRotary: Bool { self != .gpt2 && self != .bert }

    /// Whether the embeddings are the head's weights too, where a file does not say.
    var isTied: Bool { self == .gpt2 || self == .gemma2 }

    /// Everything that the architecture says by itself; sizes are a file's.
    var options: Configuration {
        var options = Configuration(architecture: rawValue)
        switch self {
        case .llama, .qwen2, .qwen3, .phi3: break
        case .gemma2: options.activation = .geluTanh
        case .gpt2: (options.normalisation, options.activation, options.isGated) = (.layer, .geluTanh, false)
        case .phi2:
            (options.normalisation, options.activation, options.isGated) = (.layer, .geluTanh, false)
            options.wiring = .parallel
        case .gptneox:
            (options.normalisation, options.activation, options.isGated) = (.layer, .gelu, false)
            options.wiring = .parallel
        case .bert:
            (options.normalisation, options.activation, options.isGated) = (.layer, .gelu, false)
            (options.wiring, options.seesBothWays) = (.normLast, true)
            options.pooling = .mean
        }
        return options
    }
}
