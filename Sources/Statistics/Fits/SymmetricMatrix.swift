/// A symmetric matrix of which only the lower triangle is kept up to date.
package struct SymmetricMatrix {
    package let width: Int
    /// Row-major; entries above the diagonal are 0.
    package private(set) var values: [Double]

    package init(width: Int) {
        self.width = width
        values = [Double](repeating: 0, count: width * width)
    }

    package subscript(row: Int, column: Int) -> Double {
        get { values[max(row, column) * width + min(row, column)] }
        set { values[max(row, column) * width + min(row, column)] = newValue }
    }

    /// Adds the sum over rows x of weight x x'; of all alike where no weights are given. O(rows width^2).
    package mutating func add(_ rows: FeatureRows, weights: [Double]? = nil) {
        let width = width
        values.withUnsafeMutableBufferPointer { sums in
            rows.values.withUnsafeBufferPointer { features in
                for row in 0..<rows.count {
                    let x = features.baseAddress! + row * width
                    let weight = weights?[row] ?? 1
                    for i in 0..<width where x[i] != 0 {
                        let (factor, target) = (weight * x[i], sums.baseAddress! + i * width)
                        for j in 0...i { target[j] += factor * x[j] }
                    }
                }
            }
        }
    }

    package mutating func scale(by factor: Double) { for place in values.indices { values[place] *= factor } }

    package mutating func addToDiagonal(_ number: Double) { for i in 0..<width { values[i * width + i] += number } }

    package var trace: Double { (0..<width).reduce(0) { $0 + values[$1 * width + $1] } }

    /// Of all entries, those above the diagonal too.
    var sumOfSquares: Double {
        var sum = 0.0
        for i in 0..<width {
            for j in 0..<i { sum += 2 * values[i * width + j] * values[i * width + j] }
            sum += values[i * width + i] * values[i * width + i]
        }
        return sum
    }

    /// All entries, row-major.
    package var full: [Double] {
        (0..<width).flatMap { row in (0..<width).map { self[row, $0] } }
    }

    /// L with L L' = self; nil where the matrix is not positive definite beyond rounding. O(width^3).
    package func cholesky() -> LowerTriangle? {
        let floor = Double(width) * 0x1p-50 * (0..<width).reduce(0) { max($0, values[$1 * width + $1]) }
        var factor = values
        for i in 0..<width {
            for j in 0...i {
                var rest = factor[i * width + j]
                for k in 0..<j { rest -= factor[i * width + k] * factor[j * width + k] }
                if i == j {
                    guard rest > floor else { return nil }
                    factor[i * width + i] = rest.squareRoot()
                } else {
                    factor[i * width + j] = rest / factor[j * width + j]
                }
            }
        }
        return LowerTriangle(width: width, values: factor)
    }
}

/// A lower triangular matrix without a 0 on its diagonal.
package struct LowerTriangle {
    package let width: Int
    /// Row-major, 0 above the diagonal.
    package let values: [Double]

    /// x with L x = right.
    package func solve(_ right: [Double]) -> [Double] {
        var result = right
        for i in 0..<width {
            for k in 0..<i { result[i] -= values[i * width + k] * result[k] }
            result[i] /= values[i * width + i]
        }
        return result
    }

    /// x with L' x = right.
    package func solveTransposed(_ right: [Double]) -> [Double] {
        var result = right
        for i in (0..<width).reversed() {
            result[i] /= values[i * width + i]
            for k in 0..<i { result[k] -= values[i * width + k] * result[i] }
        }
        return result
    }

    /// O(width^3).
    var inverse: [Double] {
        var result = [Double](repeating: 0, count: width * width)
        for i in 0..<width {
            let own = 1 / values[i * width + i]
            for k in 0..<i {
                let factor = values[i * width + k] * own
                for j in 0...k { result[i * width + j] -= factor * result[k * width + j] }
            }
            result[i * width + i] = own
        }
        return result
    }
}
