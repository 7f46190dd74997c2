import Glibc

/// Cells whose others are tried one token at a time.
///
/// Attention weighs what stands at positions, and weights add up to 1. So a sequence is right if for every output o but the
/// greatest token m the sum over positions of e^score·(base[q, o] - base[q, m] + values[t, o] - values[t, m]) is below 0. With q and
/// the positions of others fixed, that sum is linear in what stands at them: it is a weighted mean of the sums in which one
/// token stands at all of them. So if those are all below 0, every mixture is (the convexity of Gross et al., 2024, section
/// 4.2). Which positions the others take matters through the sum of their weights alone, in which it is linear again: the
/// least and the greatest sum are looked at.
struct MixtureBound {
    enum Outputs {
        /// By itself: O(v⁴·k).
        case each
        /// So many groups of them, of each the greatest of every part: O(v³·k).
        case groups(Int)
    }

    private let tables: AttentionTables
    private let outputs: Outputs
    private let weights: PositionWeights

    init(_ tables: AttentionTables, _ outputs: Outputs) {
        (self.tables, self.outputs) = (tables, outputs)
        weights = PositionWeights(tables)
    }

    /// Nil where it was cancelled.
    func cells(_ isCancelled: () -> Bool) -> (cells: Cells, operations: Double)? {
        let v = tables.vocabulary
        var cells = Cells(tables)
        var operations = 0.0
        for m in 0..<v {
            guard !isCancelled() else { return nil }
            let spread = tables.placeSpread(m)
            // What a token adds to each output beyond what it adds to m.
            let gains = (0...m).map { t in tables.others(than: m).map { tables.gain(t, $0, over: m) } }
            let most = gains.map { grouped($0) }
            for q in 0...m {
                let start = tables.others(than: m).map {
                    tables.base[q * v + $0] - tables.base[q * v + m] + spread[$0]
                }
                insertAlone(&cells, q, m, start, gains)
                switch outputs {
                case .each: operations += fill(&cells, q, m, start, gains)
                case .groups: operations += fill(&cells, q, m, grouped(start), most)
                }
            }
            operations += Double((m + 1) * v)
        }
        return (cells, operations)
    }

    /// The greatest of each group of neighbouring outputs.
    private func grouped(_ numbers: [Double]) -> [Double] {
        guard case .groups(let count) = outputs else { return numbers }
        let size = max(1, (numbers.count + count - 1) / count)
        return stride(from: 0, to: numbers.count, by: size).map { first in
            numbers[first..<min(first + size, numbers.count)].max() ?? 0
        }
    }

    private func insertAlone(_ cells: inout Cells, _ q: Int, _ m: Int, _ start: [Double], _ gains: [[Double]]) {
        let row = weights.rows[q]
        let isRight = start.indices.allSatisfy { o in
            let asking = row.own.times(start[o] + gains[q][o])
            let greatest = row.content[m].times(start[o] + gains[m][o])
            return isBelow(asking, row.all * greatest, 0)
        }
        if isRight { cells.insertAlone(query: q, greatest: m) }
    }

    private func fill(_ cells: inout Cells, _ q: Int, _ m: Int, _ start: [Double], _ gains: [[Double]]) -> Double {
        let row = weights.rows[q]
        let most = cells.mostOthers(query: q, greatest: m)
        guard most > 0, m > 0 else { return 0 }
        let asking = start.indices.map { row.own.times(start[$0] + gains[q][$0]) }
        let greatest = start.indices.map { row.content[m].times(start[$0] + gains[m][$0]) }
        for k in 0..<m {
            let added = start.indices.map { row.content[k].times(start[$0] + gains[k][$0]) }
            for others in 1...most {
                // The weights of the others' positions, and of those that are left.
                let left = row.least.count - 1 - others
                let ends = [(row.least[others], row.greatest[left]), (row.greatest[others], row.least[left])]
                let isRight = start.indices.allSatisfy { o in
                    ends.allSatisfy { isBelow(asking[o], $0.1 * greatest[o], $0.0 * added[o]) }
                }
                if isRight { cells.insert(k, in: Cells.Name(query: q, greatest: m, others: others)) }
            }
        }
        return Double(m * start.count * (1 + 4 * most))
    }
}

/// Whether a sum is below 0, whatever its rounding.
@inline(__always)
func isBelow(_ a: Double, _ b: Double, _ c: Double) -> Bool {
    a + b + c < -0x1p-40 * (a.magnitude + b.magnitude + c.magnitude)
}

extension AttentionTables {
    /// All outputs but one.
    func others(than m: Int) -> [Int] { (0..<vocabulary).filter { $0 != m } }

    /// What a token adds to an output beyond what it adds to m.
    func gain(_ token: Int, _ output: Int, over m: Int) -> Double {
        values[token * vocabulary + output] - values[token * vocabulary + m]
    }

    /// For each output the most that positions add to it beyond what they add to m, with the errors of both.
    func placeSpread(_ m: Int) -> [Double] {
        (0..<vocabulary).map { o in
            let most = (0..<positions).map { placeValues[$0 * vocabulary + o] - placeValues[$0 * vocabulary + m] }.max()
            return (most ?? 0) + outputErrors[o] + outputErrors[m]
        }
    }
}

/// e^score, by query: of each token, of the query itself, and of positions.
struct PositionWeights {
    /// Between which numbers a weight lies.
    struct Factor {
        let least, most: Double

        /// The most that the weight makes of a number.
        @inline(__always)
        func times(_ number: Double) -> Double { number * (number > 0 ? most : least) }

        init(_ score: Double, error: Double) {
            // What is too small for a number is still something.
            least = exp(score - error) * (1 - 0x1p-48)
            most = max(exp(score + error), 0x1p-1000) * (1 + 0x1p-48)
        }
    }

    struct Row {
        /// By token.
        let content: [Factor]
        let own: Factor
        /// What is taken from the scores of positions before they are raised.
        let middle: Double
        /// The weights of all positions but the query's together, and the least and the greatest of so many of them.
        let all: Double
        let least, greatest: [Double]
    }

    let rows: [Row]

    init(_ tables: AttentionTables) {
        let (v, others) = (tables.vocabulary, tables.positions - 1)
        rows = (0..<v).map { q in
            let scores = tables.content[(q * v)..<((q + 1) * v)]
            let places = tables.places[(q * others)..<((q + 1) * others)]
            let middle = places.max() ?? 0
            let top = max(scores.max() ?? 0, tables.own[q] - middle)
            let sorted = places.map { exp($0 - middle) }.sorted()
            func sums(_ weights: [Double]) -> [Double] {
                weights.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
            }
            return Row(
                content: scores.map { Factor($0 - top, error: tables.scoreErrors[q]) },
                own: Factor(tables.own[q] - middle - top, error: tables.scoreErrors[q]),
                middle: middle, all: sorted.reduce(0, +), least: sums(sorted), greatest: sums(sorted.reversed()))
        }
    }
}
