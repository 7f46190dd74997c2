import Kernels

extension LanguageModel {
    /// What a text's embedding is made of: `configuration.width` numbers of the last layer, after its norm; of all tokens the mean,
    /// of the first one (BERT's `[CLS]`) or of the last one, as `configuration.pooling` says. No length is taken out of it.
    ///
    /// Each sequence fits the context, and is not empty.
    package func embeddings(_ sequences: [[Int32]]) throws(LanguageModelError) -> [[Float]] {
        try inTurn { () throws(LanguageModelError) in
            var (result, rest) = ([[Float]](), sequences[...])
            while !rest.isEmpty {
                var (lanes, count) = ([Lane](), 0)
                while let next = rest.first, lanes.isEmpty || count + next.count <= Self.tokensAbreast {
                    lanes.append(Lane(prefix: nil, tokens: next, kept: nil, wanted: 0..<0))
                    count += next.count
                    rest = rest.dropFirst()
                }
                let stream = try run(lanes)
                var row = 0
                for lane in lanes {
                    result.append(pooled(stream, row..<row + lane.tokens.count))
                    row += lane.tokens.count
                }
            }
            return result
        }
    }

    private func pooled(_ stream: Rows, _ rows: Range<Int>) -> [Float] {
        func numbers(_ row: Int) -> UnsafeBufferPointer<Float> { .init(start: stream[row], count: stream.width) }
        switch configuration.pooling {
        case .first: return Array(numbers(rows.lowerBound))
        case .last: return Array(numbers(rows.upperBound - 1))
        case .mean:
            var sums = Array(repeating: 0.0, count: stream.width)
            for row in rows { for (number, value) in numbers(row).enumerated() { sums[number] += Double(value) } }
            return sums.map { Float($0 / Double(rows.count)) }
        }
    }
}
