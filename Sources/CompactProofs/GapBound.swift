import Glibc

/// Cells whose others are all at least so much smaller than the greatest token: O(v²·k·log v).
///
/// With a the weight of the greatest token, the logit of output o exceeds that of m by at most base[q, o] - base[q, m] +
/// a·(values[m, o] - values[m, m]) + (1 - a)·W, where W bounds what any other token adds to one output beyond another (Gross et al.,
/// 2024, section 4.3: one gap for each query, greatest token and count; mean + diff over queries).
struct GapBound {
    private let tables: AttentionTables
    private let gaps: ScoreGaps
    private let base: BaseSpread
    private let weights: PositionWeights
    /// By query and gap: the greatest score of tokens up to one; by token: the most that tokens up to it add.
    private let runningScores: [Double]
    private let spreads, runningSpreads: [Double]

    init(_ tables: AttentionTables, _ gaps: ScoreGaps, _ base: BaseSpread) {
        (self.tables, self.gaps, self.base) = (tables, gaps, base)
        weights = PositionWeights(tables)
        let v = tables.vocabulary
        runningScores = (0..<v).flatMap { q in
            (0..<v).map { gaps.scores[q * v + $0] }.reduce(into: [Double]()) { $0.append(max($0.last ?? $1, $1)) }
        }
        spreads = (0..<v).map { t in
            let row = tables.values[(t * v)..<((t + 1) * v)]
            return (row.max() ?? 0) - (row.min() ?? 0)
        }
        runningSpreads = spreads.reduce(into: []) { $0.append(max($0.last ?? $1, $1)) }
    }

    /// Nil where it was cancelled.
    func cells(_ isCancelled: () -> Bool) -> (cells: Cells, operations: Double)? {
        let v = tables.vocabulary
        var cells = Cells(tables)
        var operations = gaps.operations + base.operations + Double(3 * v * v)
        for m in 0..<v {
            guard !isCancelled() else { return nil }
            let spread = tables.placeSpread(m)
            let gains = tables.others(than: m).map { tables.gain(m, $0, over: m) }
            let start = tables.others(than: m).map { base.mean[$0] - base.mean[m] + spread[$0] }
            for others in 0...max(0, tables.positions - 1) {
                let askers = (0...m).filter { others <= cells.mostOthers(query: $0, greatest: m) }
                guard !askers.isEmpty, others == 0 || m > 0 else { continue }
                // Any number will do here; near the weights that there are it costs least.
                let middle = askers.reduce(0) { $0 + weight($1, m, others, upTo: m - 1) } / Double(askers.count)
                let line = Line(start, gains, at: middle)
                operations += Double(v * 3 + askers.count * 20)
                for q in askers {
                    if others == 0 {
                        if excess(q, m, 0, upTo: -1, line) { cells.insertAlone(query: q, greatest: m) }
                        continue
                    }
                    var (right, wrong) = (-1, m)
                    while wrong - right > 1 {
                        let token = (right + wrong) / 2
                        operations += 20
                        if excess(q, m, others, upTo: token, line) { right = token } else { wrong = token }
                    }
                    for token in stride(from: 0, through: right, by: 1) {
                        cells.insert(token, in: Cells.Name(query: q, greatest: m, others: others))
                    }
                }
            }
        }
        return (cells, operations)
    }

    /// At most how much outputs gain on m, as a function of the weight of the greatest token, but for what hangs on the query.
    private struct Line {
        let middle, atMiddle: Double
        let least, most: Double

        init(_ start: [Double], _ gains: [Double], at middle: Double) {
            self.middle = middle
            atMiddle = zip(start, gains).map { $0 + middle * $1 }.max() ?? 0
            (least, most) = (gains.min() ?? 0, gains.max() ?? 0)
        }

        func at(_ weight: Double) -> Double { atMiddle + (weight - middle) * (weight < middle ? least : most) }
    }

    /// Whether no output gains on m, with so many others up to a token.
    private func excess(_ q: Int, _ m: Int, _ others: Int, upTo token: Int, _ line: Line) -> Bool {
        let least = weight(q, m, others, upTo: token)
        var added = q == m ? 0 : spreads[q]
        if token >= 0 { added = max(added, runningSpreads[token]) }
        // Linear between these.
        return [least, max(least, min(1, line.middle)), 1].allSatisfy { weight in
            isBelow(line.at(weight), base.ranges[q], (1 - weight) * added)
        }
    }

    /// At least what the greatest token is given, with so many others up to a token.
    private func weight(_ q: Int, _ m: Int, _ others: Int, upTo token: Int) -> Double {
        let (v, row, error) = (tables.vocabulary, weights.rows[q], gaps.errors[q])
        let score = gaps.scores[q * v + m]
        let left = row.least[row.least.count - 1 - others]
        // What stands at the query itself, by the same scores.
        let own = gaps.scores[q * v + q] - score + tables.own[q] - tables.content[q * v + q] - row.middle
        let asking = exp(own + (q == m ? -error : error))
        let other = token < 0 ? 0 : row.greatest[others] * exp(runningScores[q * v + token] - score + error)
        let greatest = q == m ? left + asking : left
        let rest = (q == m ? 0 : asking) + other
        guard greatest > 0, greatest < .infinity, rest < .infinity else { return 0 }
        return max(0, greatest / (greatest + rest) - 0x1p-44)
    }
}
