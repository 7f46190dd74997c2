import LanguageModels
import Tokenizers

/// What is looked for: tokens between two contexts, behind which a language model goes on with a target.
package struct PromptQuery: Sendable {
    /// Before the free tokens; these and the free ones are at least one.
    package var before: [Int32]
    /// Between the free tokens and the target.
    package var after: [Int32]
    /// At least one token.
    package var target: [Int32]
    /// How many tokens are free.
    package var length: ClosedRange<Int>
    /// Tokens that may stand there, at least one.
    package var allowed: [Int32]
    /// Whether only sequences count whose text is tokenized to these very tokens again; otherwise all do.
    package var soundness = Soundness.roundTrip

    package enum Soundness: Sendable { case roundTrip, any }

    package init(
        before: [Int32] = [], after: [Int32] = [], target: [Int32], length: ClosedRange<Int>, allowed: [Int32]
    ) {
        self.before = before
        self.after = after
        self.target = target
        self.length = length
        self.allowed = allowed
    }

    /// Whether the text of these tokens is tokenized to them again, or need not be.
    package func isSound(_ tokens: [Int32], _ tokenizer: Tokenizer) -> Bool {
        guard soundness == .roundTrip else { return true }
        guard let text = tokenizer.text(tokens) else { return false }
        return (try? tokenizer.encode(text, .bare)) == tokens
    }

    /// The tokens that are texts of their own: no control characters, no special and added ones; the plainest first.
    package static func plainTokens(of tokenizer: Tokenizer) -> [Int32] { PlainTokens(tokenizer).ids }
}

/// A sequence of free tokens, and what the model makes of it.
package struct Prompt: Sendable, Hashable {
    package let tokens: [Int32]
    /// -log p(target | before, tokens, after), summed over the target's tokens.
    package let loss: Double
    /// Whether the greedy reply begins with the target.
    package let isReply: Bool

    package init(tokens: [Int32], loss: Double, isReply: Bool) {
        (self.tokens, self.loss, self.isReply) = (tokens, loss, isReply)
    }
}
