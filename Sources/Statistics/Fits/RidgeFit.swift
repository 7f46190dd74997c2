/// The linear map of rows to targets with the least sum of squares, its own entries' squares included (ridge regression; Hoerl
/// and Kennard, 1970). There is no intercept.
package struct RidgeFit: Sendable {
    /// [targets, features], row-major.
    package let matrix: [Double]

    /// `targets` has `outputs` numbers for each row; `penalty`, above 0, is times the mean of the squares of a feature.
    /// O(rows · width² + width³).
    package init(_ rows: FeatureRows, targets: [Double], outputs: Int, penalty: Double) throws(FitFailure) {
        precondition(targets.count == rows.count * outputs, "each row has its targets")
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
}
