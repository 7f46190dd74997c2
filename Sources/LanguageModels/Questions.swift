import Kernels

extension LanguageModel {
    /// How probable it is that `target` follows `context`.
    package struct Continuation: Sendable, Hashable {
        package let context: [Int32]
        package let target: [Int32]

        package init(context: [Int32], target: [Int32]) {
            self.context = context
            self.target = target
        }

        /// What is run: the last token predicts nothing that is asked for.
        var tokens: [Int32] { context + target.dropLast() }
    }

    /// Whether so many tokens can be run: no more than the model's context, and at least one.
    package func fits(_ count: Int) -> Bool { count > 0 && count <= configuration.context }

    /// What a model makes of a target behind its context.
    package struct Score: Sendable, Hashable {
        /// The logarithm of its probability, token after token.
        package var logProbability = 0.0
        /// Whether a greedy reply begins with it: each token the most probable one, the first of equals.
        package var isReply = true
    }

    /// Of each target behind its context, which is not empty.
    package func scores(_ continuations: [Continuation]) throws(LanguageModelError) -> [Score] {
        var scores = Array(repeating: Score(), count: continuations.count)
        try eachPrediction(continuations) { index, place, logits in
            let target = continuations[index].target[place]
            let prediction = Head.prediction(logits, configuration.vocabulary)
            scores[index].logProbability += Double(logits[Int(target)]) - prediction.logPartition
            if prediction.token != target { scores[index].isReply = false }
        }
        return scores
    }

    /// The logarithm of the probability of each target behind its context, which is not empty.
    package func logProbabilities(_ continuations: [Continuation]) throws(LanguageModelError) -> [Double] {
        try scores(continuations).map(\.logProbability)
    }

    /// The logits behind the last of the tokens, at least one: [vocabulary].
    package func logits(behind tokens: [Int32]) throws(LanguageModelError) -> [Float] {
        var result: [Float] = []
        try eachPrediction([Continuation(context: tokens, target: [0])]) { _, _, logits in
            result = Array(UnsafeBufferPointer(start: logits, count: configuration.vocabulary))
        }
        return result
    }

    /// The token that most probably follows each context, the least of equals, and its distance to the next.
    package func next(_ contexts: [[Int32]]) throws(LanguageModelError) -> [(token: Int32, margin: Float)] {
        var answers = Array(repeating: (token: Int32(0), margin: Float(0)), count: contexts.count)
        try eachPrediction(contexts.map { Continuation(context: $0, target: [0]) }) { index, _, logits in
            let prediction = Head.prediction(logits, configuration.vocabulary)
            answers[index] = (prediction.token, prediction.margin)
        }
        return answers
    }

    /// The logits behind each of the tokens, row-major: [tokens][vocabulary].
    package func logits(_ tokens: [Int32]) throws(LanguageModelError) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(tokens.count * configuration.vocabulary)
        guard let first = tokens.first else { return [] }
        try eachPrediction([Continuation(context: [first], target: tokens.dropFirst() + [0])]) { _, _, logits in
            result += UnsafeBufferPointer(start: logits, count: configuration.vocabulary)
        }
        return result
    }

    /// Calls `body` with each continuation's index, the place in its target and the logits there.
    private func eachPrediction(
        _ continuations: [Continuation], _ body: (Int, Int, UnsafeMutablePointer<Float>) -> Void
    ) throws(LanguageModelError) {
        try inTurn { () throws(LanguageModelError) in
            let prefix = try cache(sharedBy: continuations.map { $0.context[...] })
            var (first, lanes, count) = (0, [Lane](), 0)
            for (index, continuation) in continuations.enumerated() {
                let tokens = Array(continuation.tokens.dropFirst(prefix?.count ?? 0))
                let start = continuation.context.count - 1 - (prefix?.count ?? 0)
                lanes.append(Lane(prefix: prefix, tokens: tokens, kept: nil, wanted: start..<tokens.count))
                count += tokens.count
                let isLast = index + 1 == continuations.count
                guard
                    isLast || count + continuations[index + 1].tokens.count - (prefix?.count ?? 0) > Self.tokensAbreast
                else { continue }
                try predict(lanes, from: first, body)
                (first, lanes, count) = (index + 1, [], 0)
            }
        }
    }

    private func predict(
        _ lanes: [Lane], from first: Int, _ body: (Int, Int, UnsafeMutablePointer<Float>) -> Void
    ) throws(LanguageModelError) {
        let stream = try run(lanes)
        var (wanted, places, row) = ([Int](), [(Int, Int)](), 0)
        for (index, lane) in lanes.enumerated() {
            for (place, token) in lane.wanted.enumerated() {
                wanted.append(row + token)
                places.append((first + index, place))
            }
            row += lane.tokens.count
        }
        head.each(stream, wanted: wanted) { body(places[$0].0, places[$0].1, $1) }
    }
}
