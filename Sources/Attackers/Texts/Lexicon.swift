import LanguageModels

/// The tokens of a small language model: the two signs that begin and end a text, letters, then whole words with the blank before them.
///
/// In a file they are a byte-level tokenizer without merges that takes words of the vocabulary as they are.
struct Lexicon: Sendable, Hashable {
    static let start: Int32 = 0
    static let end: Int32 = 1
    private static let signs = ["<s>", "</s>"]

    let letters: [Character]
    let words: [String]
    /// By text: `a` is a letter, ` a` a word.
    private let numbers: [String: Int32]

    init(letters: [Character], words: [String]) {
        (self.letters, self.words) = (letters, words)
        let all = letters.map(String.init) + words.map { " " + $0 }
        numbers = Dictionary(
            uniqueKeysWithValues: all.enumerated().map { ($0.element, Int32(Self.signs.count + $0.offset)) })
    }

    var count: Int { Self.signs.count + letters.count + words.count }

    /// The tokens of words.
    func tokens(of words: [String]) -> [Int32] { words.compactMap { numbers[" " + $0] } }

    /// The tokens of a text, letter by letter.
    func letterTokens(of text: String) -> [Int32] { text.compactMap { numbers[String($0)] } }

    func write(to file: inout GGUFWriter) {
        file.text("tokenizer.ggml.model", "gpt2")
        file.text("tokenizer.ggml.pre", "llama-bpe")
        // A blank is written as the byte-level alphabet has it.
        let blank = "\u{120}"
        let own = letters.map { $0 == " " ? blank : String($0) } + words.map { blank + $0 }
        file.texts("tokenizer.ggml.tokens", Self.signs + own)
        file.integers("tokenizer.ggml.token_type", [3, 3] + own.map { _ in 1 })
        file.texts("tokenizer.ggml.merges", [])
        file.integer("tokenizer.ggml.bos_token_id", Int(Self.start))
        file.integer("tokenizer.ggml.eos_token_id", Int(Self.end))
        file.truth("tokenizer.ggml.add_bos_token", true)
    }
}
