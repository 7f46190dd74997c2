/// A language model as a spec asks it: of texts, in code points. What it cannot read, or what does not fit its context, has NaN,
/// or nil, for an answer.
///
/// Equal questions have equal answers, whatever else is asked with them.
package protocol AskedModel: AnyObject, Sendable {
    var name: String { get }
    /// Tokens that a sequence of the type `Tokens` may hold: plain texts of their own, the plainest first; told by their places.
    var plainTokenCount: Int { get }
    /// The most code points that one token, and one plain token, stands for.
    var longestToken: Int { get }
    var longestPlainToken: Int { get }
    /// What it was asked that lay within rounding of another answer, so far.
    var closeCalls: Int { get }
    /// The numbers of an embedding.
    var embeddingWidth: Int { get }
    /// Whether it says what follows a text: an encoder does not, and can only be asked for embeddings.
    var predicts: Bool { get }

    /// The logarithm of the probability that each target follows its context.
    func logProbabilities(_ questions: [(target: [UInt32], context: [UInt32])]) -> [Double]
    /// exp of minus the mean logarithm of the probabilities of a text's tokens, each behind those before it.
    func perplexities(_ texts: [[UInt32]]) -> [Double]
    /// The most probable next token of each text.
    func next(_ texts: [[UInt32]]) -> [[UInt32]?]
    /// What it replies, up to so many tokens, the most probable token each time; and the smallest margin on the way.
    func reply(to text: [UInt32], tokens: Int) -> (text: [UInt32], margin: Double)?

    /// What it is asked where somebody says `user` and was told `system` before, in the form that it was trained on. Throws, in words,
    /// where it has no form, or the form does not allow that.
    func chat(user: [UInt32], system: [UInt32]?) throws -> [UInt32]

    /// What texts are to it, as vectors.
    func embeddings(_ texts: [[UInt32]]) -> [[Double]?]

    /// The text of plain tokens; nil where it is not made of these very tokens again, alone.
    func text(ofTokens places: [Int]) -> [UInt32]?
    /// The plain tokens of a text; nil where it has others.
    func tokens(of text: [UInt32]) -> [Int]?
    /// The numbers that the model's file has for plain tokens.
    func identifiers(of places: [Int]) -> [Int]
    /// For each of a text's plain tokens, how much each plain token in its place would add to the logarithm of the probability of
    /// `target`, to first order, where the text stands between two others: [tokens][plainTokenCount]; nil where that is not known.
    func slopes(of places: [Int], between texts: (before: [UInt32], after: [UInt32]), target: [UInt32]) -> [Float]?
    /// Whether `slopes` are known of it.
    var hasSlopes: Bool { get }
    /// The logits of the plain tokens behind a text and some plain tokens; nil where they do not fit, or there is nothing.
    func continuations(of places: [Int], behind text: [UInt32]) -> [Float]?
}

/// A question to a language model, as a function of texts.
package struct TextQuestion: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// (target, context)
        case logProbability
        /// (text)
        case perplexity, next, embedding
        /// (user), or (user, system)
        case chat
        case reply(tokens: Int)
        /// Of the reply of so many tokens, the smallest margin.
        case margin(tokens: Int)
    }

    package let model: any AskedModel
    package let kind: Kind

    package init(_ model: any AskedModel, _ kind: Kind) { (self.model, self.kind) = (model, kind) }

    package static func == (one: Self, other: Self) -> Bool { one.model === other.model && one.kind == other.kind }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(model))
        hasher.combine(kind)
    }

    package var name: String {
        switch kind {
        case .logProbability: "logprob"
        case .perplexity: "perplexity"
        case .next: "next"
        case .embedding: "embed"
        case .chat: "chat"
        case .reply: "reply"
        case .margin: "margin"
        }
    }

    /// The answers to several questions, each of `count` numbers.
    func answers(_ questions: [[[UInt32]]], count: Int) -> [[Double]] {
        func text(_ codePoints: [UInt32]?) -> [Double] {
            guard let codePoints, codePoints.count <= count else { return Array(repeating: .nan, count: count) }
            return CodePoints.numbers(codePoints, count: count)
        }
        switch kind {
        case .logProbability: return model.logProbabilities(questions.map { ($0[0], $0[1]) }).map { [$0] }
        case .perplexity: return model.perplexities(questions.map { $0[0] }).map { [$0] }
        case .next: return model.next(questions.map { $0[0] }).map(text)
        case .chat:
            return questions.map { text(try? model.chat(user: $0[0], system: $0.count > 1 ? $0[1] : nil)) }
        case .embedding:
            return model.embeddings(questions.map { $0[0] }).map { $0 ?? Array(repeating: .nan, count: count) }
        // A reply goes on for so many tokens, or as long as a text may be.
        case .reply(let tokens):
            return questions.map { text((model.reply(to: $0[0], tokens: tokens)?.text.prefix(count)).map(Array.init)) }
        case .margin(let tokens): return questions.map { [model.reply(to: $0[0], tokens: tokens)?.margin ?? .nan] }
        }
    }
}
