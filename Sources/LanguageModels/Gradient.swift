import Kernels

extension LanguageModel {
    /// How a continuation's logarithm changes with the embeddings of the tokens `watched`, all in its context.
    package struct Slopes: Sendable {
        package let logProbability: Double
        /// [watched][vocabulary]: to first order, what each token there would add, were it put in place of 0.
        package let scores: [Float]
    }

    /// Whether `slopes` are known for this architecture.
    package var hasGradient: Bool { Backward.isKnown(configuration) }

    /// The gradient by one-hot tokens (Zou et al., 2023, section 2.2), of a continuation whose tokens fit the context; nil where none
    /// is known, or where more than `tokensAbreast` tokens lie between the first that is watched and the end.
    package func slopes(of continuation: Continuation, watched: Range<Int>) throws(LanguageModelError) -> Slopes? {
        guard hasGradient, !watched.isEmpty, watched.upperBound <= continuation.context.count else { return nil }
        return try inTurn { () throws(LanguageModelError) in
            let first = min(watched.lowerBound, continuation.context.count - 1)
            let prefix = try cache(sharedBy: [continuation.context[...first]])
            let done = prefix?.count ?? 0
            let tokens = Array(continuation.tokens.dropFirst(done))
            guard tokens.count <= Self.tokensAbreast else { return nil }
            let record = Record()
            forward.record = record
            defer { forward.record = nil }
            let wanted = continuation.context.count - 1 - done..<tokens.count
            let stream = try run([Lane(prefix: prefix, tokens: tokens, kept: nil, wanted: wanted)])
            let (sum, gout) = headGradient(stream, wanted, continuation.target)
            let gradient = Backward(forward: forward, record: record).run(gout.rows)
            let watchedRows = watched.lowerBound - done..<watched.upperBound - done
            return Slopes(logProbability: sum, scores: scores(gradient, watchedRows))
        }
    }

    /// Σ log p(target), and its gradient by the rows of the stream.
    private func headGradient(_ stream: Rows, _ wanted: Range<Int>, _ target: [Int32]) -> (Double, HeldRows) {
        let vocabulary = configuration.vocabulary
        let slopes = HeldRows(wanted.count, vocabulary)
        var sum = 0.0
        head.each(stream, wanted: Array(wanted)) { index, logits in
            let prediction = Head.prediction(logits, vocabulary)
            sum += Double(logits[Int(target[index])]) - prediction.logPartition
            let (row, cap) = (slopes.rows[index], configuration.logitCap)
            // The slope of a bound by tanh, by what it gave.
            for token in 0..<vocabulary { row[token] = cap > 0 ? 1 - (logits[token] / cap) * (logits[token] / cap) : 1 }
            gs_probabilities_f32(vocabulary, prediction.logPartition, logits)
            for token in 0..<vocabulary {
                row[token] *= (token == Int(target[index]) ? 1 : 0) - logits[token]
            }
        }
        let gout = HeldRows(forward.count, configuration.width)
        gout.clear(forward.count)
        guard let weight = transformer.head?.weight else { return (sum, gout) }
        let part = Rows(start: gout.rows[wanted.lowerBound], width: gout.width, stride: gout.stride)
        forward.products.multiplyTransposed(
            weight, slopes.rows, count: wanted.count, into: part, packed: forward.packed(vocabulary, rows: wanted.count)
        )
        return (sum, gout)
    }

    private func scores(_ gradient: HeldRows, _ watched: Range<Int>) -> [Float] {
        let vocabulary = configuration.vocabulary
        let out = HeldRows(watched.count, transformer.embedding.rows)
        let rows = Rows(start: gradient.rows[watched.lowerBound], width: gradient.width, stride: gradient.stride)
        let embedding = Dense(weight: transformer.embedding, bias: nil)
        forward.products.multiply(
            [(embedding, out.rows)], rows, count: watched.count,
            packed: forward.packed(configuration.width, rows: watched.count))
        var scores: [Float] = []
        scores.reserveCapacity(watched.count * vocabulary)
        withExtendedLifetime((gradient, out)) {
            for row in 0..<watched.count { scores += UnsafeBufferPointer(start: out.rows[row], count: vocabulary) }
        }
        return scores
    }
}
