/// The linear map of rows to targets with the least sum of squares, its own entries' squares included (ridge regression; Hoerl
/// and Kennard, 1970). There is no intercept.
package struct RidgeFit: Sendable {
    /// [targets, features], row-major.
    package let matrix: [Double]

    /// `targets` has `outputs` numbers for each row; `penalty`, above 0, is times the mean of the squares of a feature.
    /// O(rows · width · least + least³), least the lesser of rows and width.
    package init(_ rows: FeatureRows, targets: [Double], outputs: Int, penalty: Double) throws(FitFailure) {
        precondition(targets.count == rows.count * outputs, "each row has its targets")
        guard rows.count >= rows.width else {
            matrix = try Self.dual(rows, targets, outputs, penalty)
            return
        }
        var moments = SymmetricMatrix(width: rows.width)
        moments.add(rows)
        moments.addToDiagonal(penalty * moments.trace / Double(rows.width))
        guard rows.count > 0, let factor = moments.cholesky() else { throw .singular }
        var matrix: [Double] = []
        for output in 0..<outputs {
            var right = [Double](repeating: 0, count: rows.width)
            for row in 0..<rows.count {
                let target = targets[row * outputs + output]
                guard target != 0 else { continue }
                for column in 0..<rows.width { right[column] += target * rows.values[row * rows.width + column] }
            }
            matrix += factor.solveTransposed(factor.solve(right))
        }
        self.matrix = matrix
    }

    /// Of fewer rows than features X: X' (X X' + penalty)⁻¹ targets, which is the same map.
    private static func dual(
        _ rows: FeatureRows, _ targets: [Double], _ outputs: Int, _ penalty: Double
    ) throws(FitFailure) -> [Double] {
        let (count, width) = (rows.count, rows.width)
        guard count > 0 else { throw .singular }
        var products = SymmetricMatrix(width: count)
        products.add(rows.transposed)
        products.addToDiagonal(penalty * products.trace / Double(width))
        guard let factor = products.cholesky() else { throw .singular }
        return (0..<outputs).flatMap { output in
            let shares = factor.solveTransposed(factor.solve((0..<count).map { targets[$0 * outputs + output] }))
            var map = [Double](repeating: 0, count: width)
            for (row, share) in shares.enumerated() {
                for column in 0..<width { map[column] += share * rows.values[row * width + column] }
            }
            return map
        }
    }
}
