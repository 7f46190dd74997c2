/// What a search over sequences of tokens may ask besides their losses. Tokens are told by their places, `0..<tokenCount`.
///
/// All else that the loss depends on stays as it is.
package protocol TokenField: AnyObject {
    var tokenCount: Int { get }
    /// How many tokens a sequence may have.
    var length: ClosedRange<Int> { get }
    /// Whether a sequence is one that a tokenizer makes: its text, tokenized again, has these very tokens.
    func isSound(_ tokens: [Int]) -> Bool
    /// To first order, how much each token in each place would lower the loss: [places][tokenCount]; nil where that is not known.
    func gains(_ tokens: [Int]) -> [Float]?
    /// How well the model itself would go on with each token behind the beginning of a sequence: logits, [tokenCount]; nil where
    /// that is not known.
    func continuations(of beginning: [Int]) -> [Float]?
}

/// A way to look for sequences of little loss: it proposes, others evaluate, and it learns.
package protocol TokenSearcher: AnyObject {
    /// At most `count` sound sequences that the pool does not know; none where it has nothing more to do.
    func propose(_ count: Int, _ pool: TokenPool, in field: any TokenField, _ random: inout Random) -> [[Int]]
    /// What came of its last proposals; the pool knows already.
    func learn(_ judged: [JudgedTokens])
}

/// A sequence and its loss.
package struct JudgedTokens: Sendable, Hashable {
    package let tokens: [Int]
    package let loss: Double

    package init(_ tokens: [Int], loss: Double) { (self.tokens, self.loss) = (tokens, loss) }
}

extension TokenField {
    /// A sound sequence by chance that the pool does not know; nil where none came up.
    func drawn(_ pool: TokenPool, _ random: inout Random) -> [Int]? {
        for _ in 0..<64 {
            let count = length.lowerBound + random.below(length.count)
            let tokens = (0..<count).map { _ in random.below(tokenCount) }
            if !pool.knows(tokens), isSound(tokens) { return tokens }
        }
        return nil
    }
}
