import Kernels
import Tokenizers

extension LanguageModel {
    /// What a model replies: the most probable token, again and again.
    package struct Reply: Sendable, Hashable {
        package let tokens: [Int32]
        /// The smallest distance, along it, of the largest logit to the next.
        package let smallestMargin: Float
    }

    /// Up to `count` tokens behind `prompt`, which is not empty; fewer where the model ends its reply, or its context.
    package func reply(to prompt: [Int32], tokens count: Int) throws(LanguageModelError) -> Reply {
        try inTurn { () throws(LanguageModelError) in
            let room = min(count, configuration.context - prompt.count)
            guard room > 0 else { return Reply(tokens: [], smallestMargin: .infinity) }
            let before = try cache(sharedBy: [prompt[...]])
            let own = try makeCache(capacity: prompt.count - (before?.count ?? 0) + room)
            var (tokens, margin) = ([Int32](), Float.infinity)
            var rest = Array(prompt.dropFirst(before?.count ?? 0))
            while tokens.count < room {
                let wanted = rest.count - 1..<rest.count
                let stream = try run([Lane(prefix: before, tokens: rest, kept: own, wanted: wanted)])
                var next: Int32 = 0
                head.each(stream, wanted: [rest.count - 1]) { _, logits in
                    let prediction = Head.prediction(logits, configuration.vocabulary)
                    next = prediction.token
                    margin = min(margin, prediction.margin)
                }
                if endings.contains(next) { break }
                tokens.append(next)
                rest = [next]
            }
            return Reply(tokens: tokens, smallestMargin: margin)
        }
    }

    /// Tokens that end a reply.
    private var endings: Set<Int32> { Set(tokenizer.endings) }
}
