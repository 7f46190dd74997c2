import Glibc

/// Logistic regression with an L2 penalty: the chance that a row is marked is 1 / (1 + exp(-(weights x + bias))).
///
/// Features are brought to mean 0 and deviation 1 first (one that does not vary stays as it is), so that units do not
/// matter to the penalty, and the weights are told for the features as they are. It minimises
/// the sum over rows of -log(chance of its mark) + penalty / 2 |weights|^2, the bias being free, by Newton's method with
/// halved steps (Boyd and Vandenberghe, "Convex Optimization", algorithm 9.5).
package struct LogisticFit: Sendable {
    package let weights: [Double]
    package let bias: Double
    /// Steps of Newton's method.
    package let steps: Int

    private static let mostSteps = 200

    /// O(rows width^2 + width^3) a step, with three matrices of (width + 1) x (width + 1).
    package init(_ rows: FeatureRows, marked: [Bool], penalty: Double = 1) throws(FitFailure) {
        guard rows.count >= 2 else { throw .tooFewRows(2) }
        guard marked.contains(true), marked.contains(false) else { throw .oneClass }
        let mean = rows.mean
        let deviation = Self.deviations(rows.scaled(shift: mean))
        let problem = Problem(rows.scaled(shift: mean, by: deviation).withOnes, marked, penalty)
        var (point, value, steps) = ([Double](repeating: 0, count: rows.width + 1), problem.value(at: nil), 0)
        while true {
            let (gradient, hessian) = problem.slopes(at: point)
            guard let factor = hessian.cholesky() else { throw .noMinimum }
            let move = factor.solveTransposed(factor.solve(gradient))
            // Half of it is by how much the quadratic model expects the value to fall.
            let decrement = zip(gradient, move).reduce(0) { $0 + $1.0 * $1.1 }
            guard decrement > 1e-22 * (1 + value) else { break }
            guard steps < Self.mostSteps else { throw .noMinimum }
            var (length, hasMoved) = (1.0, false)
            for _ in 0..<60 where !hasMoved {
                let next = zip(point, move).map { $0 - length * $1 }
                let nextValue = problem.value(at: next)
                if nextValue <= value - 0.25 * length * decrement || (length == 1 && decrement < 1e-12 * (1 + value)) {
                    (point, value, hasMoved) = (next, nextValue, true)
                }
                length /= 2
            }
            steps += 1
            guard hasMoved else { break }
        }
        let scaled = point.dropLast()
        weights = zip(scaled, deviation).map { $0 / $1 }
        bias = point[rows.width] - zip(weights, mean).reduce(0) { $0 + $1.0 * $1.1 }
        self.steps = steps
    }

    /// Of centred columns; 1 of one that does not vary.
    private static func deviations(_ rows: FeatureRows) -> [Double] {
        var squares = [Double](repeating: 0, count: rows.width)
        for (place, value) in rows.values.enumerated() { squares[place % rows.width] += value * value }
        return squares.map { $0 > 0 ? ($0 / Double(rows.count)).squareRoot() : 1 }
    }
}

/// The penalised loss, whose last coordinate is the bias.
private struct Problem {
    let rows: FeatureRows
    let marked: [Bool]
    let penalty: Double

    init(_ rows: FeatureRows, _ marked: [Bool], _ penalty: Double) {
        (self.rows, self.marked, self.penalty) = (rows, marked, penalty)
    }

    /// nil stands for the origin.
    func value(at point: [Double]?) -> Double {
        guard let point else { return Double(rows.count) * log(2) }
        let weights = point.dropLast().reduce(0) { $0 + $1 * $1 }
        return (0..<rows.count).reduce(0.5 * penalty * weights) { sum, row in
            let margin = marked[row] ? score(row, point) : -score(row, point)
            // log(1 + exp(-margin)) without overflow.
            return sum + max(-margin, 0) + log1p(exp(-margin.magnitude))
        }
    }

    func slopes(at point: [Double]) -> (gradient: [Double], hessian: SymmetricMatrix) {
        var gradient = point.map { $0 * penalty }
        gradient[rows.width - 1] = 0
        var weights = [Double](repeating: 0, count: rows.count)
        for row in 0..<rows.count {
            let chance = 1 / (1 + exp(-score(row, point)))
            let error = chance - (marked[row] ? 1 : 0)
            // Where all chances are certain the Hessian has rounding alone to stand on.
            weights[row] = max(chance * (1 - chance), 0x1p-60)
            for column in 0..<rows.width { gradient[column] += error * rows.values[row * rows.width + column] }
        }
        var hessian = SymmetricMatrix(width: rows.width)
        hessian.add(rows, weights: weights)
        for column in 0..<(rows.width - 1) { hessian[column, column] += penalty }
        return (gradient, hessian)
    }

    private func score(_ row: Int, _ point: [Double]) -> Double {
        var sum = 0.0
        for column in 0..<rows.width { sum += rows.values[row * rows.width + column] * point[column] }
        return sum
    }
}

extension FeatureRows {
    /// A last column of ones.
    fileprivate var withOnes: FeatureRows {
        var result: [Double] = []
        result.reserveCapacity(count * (width + 1))
        for row in 0..<count {
            result += values[row * width..<(row + 1) * width]
            result.append(1)
        }
        return FeatureRows(result, width: width + 1)
    }
}
