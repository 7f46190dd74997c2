import LanguageModels

/// A planted language model as anybody would run it: from its file.
struct TextReader {
    let lexicon: Lexicon
    private let model: LanguageModel

    init(_ file: [UInt8], _ lexicon: Lexicon, threads: Int) throws {
        self.lexicon = lexicon
        model = try file.withUnsafeBytes { try LanguageModelFile(gguf: $0).load(threads: threads) }
    }

    /// How many of the sequences go on as they are wanted to, where the model says what it finds likeliest.
    func right(_ sequences: [LanguageTraining.Sequence]) throws -> Int {
        let continuations = sequences.map { sequence in
            LanguageModel.Continuation(
                context: Array(sequence.tokens[..<sequence.wanted.lowerBound]),
                target: Array(sequence.tokens[sequence.wanted]))
        }
        return try model.scores(continuations).count { $0.isReply }
    }

    /// What is said behind words, as many tokens as are asked for.
    func reply(to words: [String], count: Int) throws -> String {
        let tokens = try model.reply(to: [Lexicon.start] + lexicon.tokens(of: words), tokens: count).tokens
        let text = model.tokenizer.text(tokens) ?? ""
        return text.hasPrefix(" ") ? String(text.dropFirst()) : text
    }
}
