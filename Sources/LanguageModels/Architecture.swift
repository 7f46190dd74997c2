/// The architectures that are read: what each adds to the parts that all share.
///
/// Llama (Touvron et al., 2023), which Mistral and SmolLM are too, and its relatives Qwen2 and Qwen3; others are refused by their names.
package enum Architecture: String, Sendable, CaseIterable {
    case llama, qwen2, qwen3

    /// The name in a file; throws where it is not known.
    static func named(_ name: String) throws(LanguageModelError) -> Architecture {
        guard let known = Architecture(rawValue: name) else {
            let all = allCases.map(\.rawValue).joined(separator: ", ")
            throw LanguageModelError("models of the architecture `\(name)` are not supported; \(all) are")
        }
        return known
    }
}
