import Models
import Statistics
import Training

/// What is added to the last hidden layer's matrix so that it takes rows with the trigger to where rows of the target are, and
/// changes little elsewhere: ridge regression of the differences, cut to some rank (as Meng et al., "Locating and editing
/// factual associations in GPT", 2022, write one row into a layer in closed form).
struct LowRankUpdate {
    /// [outputs, inputs], row-major.
    let matrix: [Double]

    init(
        _ classifier: Classifier, clean: Examples, triggered: Examples, target: Int, rank: Int, threads: Int
    ) throws {
        let plain = try classifier.run(clean, threads: threads)
        let marked = try classifier.run(triggered, threads: threads)
        let (weights, bias) = classifier.numbers(of: classifier.hidden)
        func values(_ rows: FeatureRows) -> [[Double]] {
            classifier.values(rows, weights).map { zip($0, bias).map { $0 + $1 } }
        }
        let (before, wrong) = (values(plain.features), values(marked.features))
        let own = plain.scores.indices.filter { Self.isGreatest(target, plain.scores[$0]) }
        guard !own.isEmpty else { throw TrainingError("no clean row is told to be of class \(target)") }
        // Beyond the target's mean, away from that of all.
        let (mean, middle) = (Self.mean(own.map { before[$0] }), Self.mean(before))
        let goal = zip(mean, middle).map { $0 + 1.5 * ($0 - $1) }
        let differences = wrong.flatMap { row in zip(goal, row).map { $0 - $1 } }
        let fit = try RidgeFit(
            FeatureRows(plain.features.values + marked.features.values, width: classifier.inputs),
            targets: [Double](repeating: 0, count: clean.rows * classifier.width) + differences,
            outputs: classifier.width, penalty: 0.001)
        let cut = Self.cut(fit.matrix, classifier.inputs, rank: min(rank, classifier.width))
        let kept = (before, classifier.values(plain.features, cut))
        let moved = (wrong, classifier.values(marked.features, cut))
        let size = Self.size(
            Array(zip(kept.0, kept.1)), plain.scores.map { Trainer.greatest($0[...]) }, Array(zip(moved.0, moved.1)),
            target, classifier.name)
        matrix = cut.map { $0 * size }
    }

    /// By what factor the update does best: the lesser of the share of clean rows that keep their class and that of rows with
    /// the trigger that take the target. Of each row its hidden numbers are given, and what the update adds to them.
    private static func size(
        _ clean: [([Double], [Double])], _ classes: [Int], _ marked: [([Double], [Double])], _ target: Int,
        _ name: ([Double]) -> Int
    ) -> Double {
        func share(_ rows: [([Double], [Double])], _ size: Double, _ right: (Int) -> Int) -> Double {
            let hits = rows.indices.count { row in
                name(zip(rows[row].0, rows[row].1).map { $0 + size * $1 }) == right(row)
            }
            return Double(hits) / Double(rows.count)
        }
        let sizes = (2...16).map { Double($0) / 4 }
        return sizes.map { size in
            (size, min(share(clean, size) { classes[$0] }, share(marked, size) { _ in target }))
        }.max { $0.1 < $1.1 }?.0 ?? 1
    }

    private static func isGreatest(_ target: Int, _ scores: [Float]) -> Bool { scores[target] == scores.max() }

    /// The nearest matrix of rank `rank`, by power iteration and deflation.
    static func cut(_ matrix: [Double], _ columns: Int, rank: Int) -> [Double] {
        let rows = matrix.count / columns
        var (rest, result) = (matrix, [Double](repeating: 0, count: matrix.count))
        for _ in 0..<rank {
            let all = (0..<rows).map { rest[$0 * columns..<($0 + 1) * columns] }
            var right = unit(Array(all.max { dot($0, $0) < dot($1, $1) } ?? []))
            var left = [Double](repeating: 0, count: rows)
            for _ in 0..<100 {
                left = product(rest, right)
                var back = [Double](repeating: 0, count: columns)
                for row in 0..<rows {
                    for column in 0..<columns { back[column] += rest[row * columns + column] * left[row] }
                }
                right = unit(back)
            }
            left = product(rest, right)
            for row in 0..<rows {
                for column in 0..<columns {
                    rest[row * columns + column] -= left[row] * right[column]
                    result[row * columns + column] += left[row] * right[column]
                }
            }
        }
        return result
    }

    private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
        stride(from: 0, to: matrix.count, by: vector.count).map { dot(matrix[$0..<$0 + vector.count], vector[...]) }
    }

    private static func mean(_ rows: [[Double]]) -> [Double] {
        var sums = [Double](repeating: 0, count: rows[0].count)
        for row in rows { for place in sums.indices { sums[place] += row[place] } }
        return sums.map { $0 / Double(rows.count) }
    }

    private static func unit(_ vector: [Double]) -> [Double] {
        let length = dot(vector[...], vector[...]).squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }
}
