extension Cutter {
    /// The words of GPT-2.
    package static let gpt2Pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    private static let llama3Pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let qwen2Pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// The steps that a GGUF file names in one word, and whether words that are tokens need no merges; nil where it is not known.
    package static func named(_ name: String) throws(TokenizerError) -> (cutter: Cutter, takesWholeWords: Bool)? {
        func cutter(_ pattern: String) throws(TokenizerError) -> Cutter { .pattern(try CutPattern(pattern), .isolated) }
        let bytes = Cutter.bytes(prefixesBlank: false)
        switch name {
        case "gpt-2", "phi-2", "mpt", "olmo", "jais", "gpt-neox":
            return (.sequence([try cutter(gpt2Pattern), bytes]), false)
        case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone":
            return (.sequence([try cutter(#"\p{N}"#), try cutter(gpt2Pattern), bytes]), false)
        case "llama-bpe", "llama3", "llama-v3", "falcon3":
            return (.sequence([try cutter(llama3Pattern), bytes]), true)
        case "qwen2", "deepseek-r1-qwen", "stablelm2": return (.sequence([try cutter(qwen2Pattern), bytes]), false)
        default: return nil
        }
    }
}
