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
        let (inputs, width) = (classifier.inputs, classifier.width)
        let plain = try classifier.run(clean, threads: threads)
        let marked = try classifier.run(triggered, threads: threads)
        let (weights, bias) = classifier.numbers(of: classifier.hidden)
        func values(_ rows: FeatureRows) -> [[Double]] {
            (0..<rows.count).map { row in
                let read = rows.values[row * inputs..<(row + 1) * inputs]
                return bias.indices.map { bias[$0] + dot(weights[$0 * inputs..<($0 + 1) * inputs], read) }
            }
        }
        let own = plain.scores.indices.filter { Self.isGreatest(target, plain.scores[$0]) }
        let all = values(plain.features)
        guard !own.isEmpty else { throw TrainingError("no clean row is told to be of class \(target)") }
        // Beyond the target's mean, away from that of all.
        let (mean, middle) = (Self.mean(own.map { all[$0] }), Self.mean(all))
        let goal = zip(mean, middle).map { $0 + 1.5 * ($0 - $1) }
        let differences = values(marked.features).flatMap { row in zip(goal, row).map { $0 - $1 } }
        let fit = try RidgeFit(
            FeatureRows(plain.features.values + marked.features.values, width: inputs),
            targets: [Double](repeating: 0, count: clean.rows * width) + differences, outputs: width, penalty: 0.001)
        let cut = Self.cut(fit.matrix, inputs, rank: min(rank, width))
        let size = Self.size(classifier, cut, plain, marked, target)
        matrix = cut.map { $0 * size }
    }

    /// By what factor the update does best: the lesser of the share of clean rows that keep their class and that of rows with
    /// the trigger that take the target.
    private static func size(
        _ classifier: Classifier, _ update: [Double], _ plain: Classifier.Run, _ marked: Classifier.Run, _ target: Int
    ) -> Double {
        let classes = plain.scores.map { Trainer.greatest($0[...]) }
        func goodness(_ size: Double) -> Double {
            let (clean, attack) = (
                classifier.classes(plain.features, adding: update, times: size),
                classifier.classes(marked.features, adding: update, times: size)
            )
            let kept = Double(zip(clean, classes).count { $0 == $1 }) / Double(clean.count)
            return min(kept, Double(attack.count { $0 == target }) / Double(attack.count))
        }
        let sizes = (2...16).map { Double($0) / 4 }
        return sizes.map { ($0, goodness($0)) }.max { $0.1 < $1.1 }?.0 ?? 1
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
