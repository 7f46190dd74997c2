/// How much more the greatest token is attended to than others, by what scores are made of.
struct ScoreGaps {
    /// [v, v] by query and token, but for something that is the same for all tokens.
    let scores: [Double]
    /// [v] by query: how far the difference of two computed scores may lie from that of two numbers here.
    let errors: [Double]
    let operations: Double

    /// All scores, each by itself: O(v²·d).
    init(exact tables: AttentionTables) {
        scores = tables.content
        errors = tables.scoreErrors.map { 2 * $0 }
        operations = Double(tables.vocabulary * tables.vocabulary * tables.scoreFactors.depth)
    }

    /// The part of rank one that is largest, the mean over queries of what is left, and a bound of the rest: O(v² + v·d).
    ///
    /// The rest is a product A·Bᵀ, of which Σ_k |A[q, k]|·(max_t B[t, k] - min_t B[t, k]) bounds the difference of two
    /// entries of a row (Gross et al., 2024, appendix: max row diff, and mean + diff).
    init(lowRank tables: AttentionTables) {
        let (v, factors) = (tables.vocabulary, tables.scoreFactors)
        let queries = Rows(factors.queries, factors.depth)
        var keys = Rows(factors.keys, factors.depth)
        let direction = Self.rightDirection(queries, keys)
        let depthwise = keys.combined(direction)
        let first = (0..<v).map { queries.product($0, depthwise) }
        for t in 0..<v { for k in 0..<keys.depth { keys[t, k] -= direction[t] * depthwise[k] } }
        let mean = queries.mean
        let ranges = keys.ranges
        scores = (0..<(v * v)).map { first[$0 / v] * direction[$0 % v] + keys.product($0 % v, mean) }
        let size = (scores.lazy.map(\.magnitude).max() ?? 0) * 0x1p-40
        errors = (0..<v).map { q in
            2 * tables.scoreErrors[q] + queries.spread(q, around: mean, ranges) * (1 + 0x1p-40) + size
        }
        operations = Double(v * v * 2 + v * factors.depth * (2 * Self.rounds + 6))
    }

    private static let rounds = 32

    /// The right singular vector of A·Bᵀ to its largest singular value, by power iteration: any direction is sound.
    private static func rightDirection(_ left: Rows, _ right: Rows) -> [Double] {
        var direction = (0..<right.count).map { 1 + Double($0) / Double(right.count) }
        for _ in 0..<rounds {
            let image = right.combined(direction)
            let rows = (0..<left.count).map { left.product($0, image) }
            let back = left.combined(rows)
            direction = (0..<right.count).map { right.product($0, back) }
            let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 0, norm.isFinite else { return [Double](repeating: 0, count: right.count) }
            direction = direction.map { $0 / norm }
        }
        return direction
    }
}

/// How far what stands at the query moves outputs apart, beyond the mean over queries.
struct BaseSpread {
    /// [v] by output.
    let mean: [Double]
    /// [v] by query: the most by which two outputs may differ from their means in opposite directions.
    let ranges: [Double]
    let operations: Double

    /// All of the base: O(v²).
    init(exact tables: AttentionTables) {
        let v = tables.vocabulary
        let rows = Rows(tables.base, v)
        mean = rows.mean
        ranges = (0..<v).map { [mean] q in
            let gaps = (0..<v).map { rows[q, $0] - mean[$0] }
            return (gaps.max() ?? 0) - (gaps.min() ?? 0)
        }
        operations = Double(v * v * 2)
    }

    /// The mean over queries, and a bound of the rest, without making the base: O(v·d). Nil where it is not read from a matrix.
    init?(lowRank tables: AttentionTables) {
        guard let readout = tables.readout else { return nil }
        let v = tables.vocabulary
        mean = Rows(tables.base, v).mean
        let residual = Rows(readout.residual, readout.depth)
        let (middle, wide) = (residual.mean, Rows(readout.weights, readout.depth).ranges)
        ranges = (0..<v).map { residual.spread($0, around: middle, wide) * (1 + 0x1p-40) }
        operations = Double(v * readout.depth * 4)
    }
}

/// A matrix by rows.
struct Rows {
    private var numbers: [Double]
    let depth: Int

    init(_ numbers: [Double], _ depth: Int) { (self.numbers, self.depth) = (numbers, depth) }

    var count: Int { numbers.count / depth }

    subscript(row: Int, column: Int) -> Double {
        get { numbers[row * depth + column] }
        set { numbers[row * depth + column] = newValue }
    }

    var mean: [Double] { combined([Double](repeating: 1 / Double(count), count: count)) }

    /// The difference of the greatest and the least entry of each column.
    var ranges: [Double] {
        (0..<depth).map { column in
            let entries = (0..<count).map { self[$0, column] }
            return (entries.max() ?? 0) - (entries.min() ?? 0)
        }
    }

    func product(_ row: Int, _ vector: [Double]) -> Double {
        (0..<depth).reduce(0) { $0 + self[row, $1] * vector[$1] }
    }

    /// Σ of the rows, each times a number.
    func combined(_ factors: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: depth)
        for row in 0..<count { for column in 0..<depth { result[column] += factors[row] * self[row, column] } }
        return result
    }

    func spread(_ row: Int, around middle: [Double], _ ranges: [Double]) -> Double {
        (0..<depth).reduce(0) { $0 + (self[row, $1] - middle[$1]).magnitude * ranges[$1] }
    }
}
