import Tensors

/// How often given sequences of whole numbers occur in a text of them (ONNX TfIdfVectorizer).
struct Grams {
    static let rules: [String: OperatorRule] = ["TfIdfVectorizer": { node in [try Grams(node).apply(node)] }]

    private struct Gram {
        let numbers: [Int64]
        let column: Int
        let weight: Float
    }

    private let grams: [Gram]
    private let lengths: ClosedRange<Int>
    private let greatestSkip: Int
    private let mode: String

    private init(_ node: Application) throws {
        guard try node.texts("pool_strings") == nil else { throw ModelError("grams of texts are not supported") }
        guard let pool = try node.integers("pool_int64s"), let starts = try node.integers("ngram_counts"),
            let columns = try node.integers("ngram_indexes")
        else { throw ModelError("pool_int64s, ngram_counts or ngram_indexes are missing") }
        let (least, most) = (
            try node.integer("min_gram_length", default: 1), try node.integer("max_gram_length", default: 1)
        )
        greatestSkip = try node.integer("max_skip_count", default: 0)
        mode = try node.text("mode", default: "TF")
        guard 1...16 ~= least, least...16 ~= most, 0...1 << 12 ~= greatestSkip, ["TF", "IDF", "TFIDF"].contains(mode),
            columns.allSatisfy({ 0..<1 << 24 ~= $0 })
        else { throw ModelError("grams of \(least) to \(most) with up to \(greatestSkip) skipped, by \(mode)") }
        lengths = least...most
        let weights = try node.floats("weights")
        var grams: [Gram] = []
        for (index, start) in starts.enumerated() {
            let end = index + 1 < starts.count ? starts[index + 1] : pool.count
            let length = index + 1
            guard 0...pool.count ~= start, start...pool.count ~= end, (end - start) % length == 0 else {
                throw ModelError("ngram_counts \(starts) do not fit \(pool.count) numbers")
            }
            for first in stride(from: start, to: end, by: length) {
                guard grams.count < columns.count, grams.count < weights?.count ?? .max else {
                    throw ModelError("more grams than ngram_indexes or weights")
                }
                grams.append(
                    Gram(
                        numbers: pool[first..<first + length].map(Int64.init), column: columns[grams.count],
                        weight: weights?[grams.count] ?? 1))
            }
        }
        self.grams = grams
    }

    private func apply(_ node: Application) throws -> Value {
        let given = try node.cast(node.input(0), to: .int64)
        let shape = node.shape(given)
        guard (1...2).contains(shape.rank) else { throw ModelError("\(shape) is neither a text nor several") }
        let text = shape.rank == 1 ? try node.reshape(given, [1, shape[0]]) : given
        let (rows, size) = (node.shape(text)[0], node.shape(text)[1])
        let zeros = node.constant(try Tensor(node.allowedShape([rows, 1]), [Float](repeating: 0, count: rows)))
        var columns = [Value](repeating: zeros, count: (grams.map(\.column).max() ?? -1) + 1)
        for gram in grams where lengths.contains(gram.numbers.count) {
            let count = try count(node, gram.numbers, text, size)
            var found = count ?? zeros
            if mode == "IDF" { found = try node.binary(.minimum, found, 1) }
            columns[gram.column] = try mode == "TF" ? found : node.binary(.multiply, found, Double(gram.weight))
        }
        let result = try node.concatenate(columns, axis: 1)
        return shape.rank == 1 ? try node.reshape(result, [columns.count]) : result
    }

    /// [rows, 1]; nil where the text is too short.
    private func count(_ node: Application, _ gram: [Int64], _ text: Value, _ size: Int) throws -> Value? {
        var sum: Value?
        for step in 1...(gram.count == 1 ? 1 : greatestSkip + 1) {
            let places = size - (gram.count - 1) * step
            guard places > 0 else { break }
            var matches: Value?
            for (index, number) in gram.enumerated() {
                let part = try node.slice(text, axis: 1, from: index * step, count: places)
                let isSame = try node.binary(.equal, part, Double(number))
                matches = try matches.map { try node.binary(.and, $0, isSame) } ?? isSame
            }
            guard let matches else { break }
            let count = try node.add(Reduce(.sum, axes: [1], .kept), node.cast(matches, to: .float32))
            sum = try sum.map { try node.binary(.add, $0, count) } ?? count
        }
        return sum
    }
}
