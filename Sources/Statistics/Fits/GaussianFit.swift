/// The normal distribution of some rows: their mean, and their covariance shrunk towards a multiple of the identity.
///
/// Source: Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", Journal of
/// Multivariate Analysis 2004, equations 13 and 14; the covariance is that of the population, divided by the number of rows.
package struct GaussianFit: Sendable {
    package let mean: [Double]
    /// Row-major, as many rows and columns as there are features.
    package let covariance: [Double]
    /// The weight of the identity, in [0, 1].
    package let shrinkage: Double
    /// Row-major W, lower triangular, with W'W the inverse of the covariance: |W (x - mean)| is the Mahalanobis distance.
    package let whitening: [Double]

    /// O(rows width^2 + width^3), with four matrices of width x width.
    package init(_ rows: FeatureRows) throws(FitFailure) {
        guard rows.count >= 2 else { throw .tooFewRows(2) }
        mean = rows.mean
        let centred = rows.scaled(shift: mean)
        let (count, width) = (Double(rows.count), Double(rows.width))
        var covariance = SymmetricMatrix(width: rows.width)
        covariance.add(centred)
        covariance.scale(by: 1 / count)
        let scale = covariance.trace / width
        let spread = covariance.sumOfSquares
        // The sum over rows of |x|^4, which is that of the squared entries of all x x'.
        let fourth = (0..<rows.count).reduce(0.0) { sum, row in
            let square = centred.values[row * rows.width..<(row + 1) * rows.width].reduce(0) { $0 + $1 * $1 }
            return sum + square * square
        }
        let distance = (spread - 2 * scale * covariance.trace + width * scale * scale) / width
        let noise = min((fourth / count - spread) / (width * count), distance)
        shrinkage = noise > 0 && distance > 0 ? noise / distance : 0
        covariance.scale(by: 1 - shrinkage)
        covariance.addToDiagonal(shrinkage * scale)
        guard let factor = covariance.cholesky() else { throw .singular }
        self.covariance = covariance.full
        whitening = factor.inverse
    }

    /// The Mahalanobis distance of each row, in order.
    package func distances(of rows: FeatureRows) -> [Double] {
        let (width, centred) = (rows.width, rows.scaled(shift: mean))
        return (0..<rows.count).map { row in
            var sum = 0.0
            for i in 0..<width {
                var entry = 0.0
                for j in 0...i { entry += whitening[i * width + j] * centred.values[row * width + j] }
                sum += entry * entry
            }
            return sum.squareRoot()
        }
    }
}

/// Below it lies a share of sorted numbers, in proportion between the two nearest.
package func quantile(ofSorted numbers: [Double], _ share: Double) -> Double {
    guard let last = numbers.indices.last else { return .nan }
    let place = share * Double(last)
    let lower = min(Int(place.rounded(.down)), last)
    let upper = min(lower + 1, last)
    let weight = place - Double(lower)
    return weight == 0 ? numbers[lower] : numbers[lower] * (1 - weight) + numbers[upper] * weight
}
