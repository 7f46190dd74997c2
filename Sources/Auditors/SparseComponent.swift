import Statistics

/// Directions along few axes in which rows vary most, for each of several numbers of axes: truncated power iteration (Yuan and
/// Zhang, 2013) from the axes that vary most (diagonal thresholding: Johnstone and Lu, 2009) and from the greatest direction
/// of all.
struct SparseComponents {
    struct Component {
        let axes: Int
        /// The variance along it, of rows of variance 1.
        let variance: Double
        let direction: [Double]
    }

    /// The greatest variance along any direction, and the second greatest.
    let top, second: Double
    private let matrix: CovarianceProduct
    private let greatest: [Double]

    private static let steps = 40

    /// Numbers of axes: 1, 2, 4 and so on, and all.
    static func sizes(_ columns: Int) -> [Int] {
        var sizes = [1]
        while let last = sizes.last, last * 2 < columns { sizes.append(last * 2) }
        return columns > 1 ? sizes + [columns] : sizes
    }

    /// Of rows whose numbers have the mean 0.
    init(_ rows: FeatureRows) {
        var moments = SymmetricMatrix(width: rows.width)
        moments.add(rows)
        moments.scale(by: Double(rows.width) / max(moments.trace, .leastNormalMagnitude))
        matrix = CovarianceProduct(moments.full, width: rows.width)
        // A start with no symmetry; the same for all layers.
        let start = (0..<rows.width).map { 1 + Double($0 % 7) / 7 }
        let greatest = matrix.powered(from: start, axes: rows.width, steps: 4 * Self.steps)
        (self.greatest, top) = (greatest.direction, greatest.variance)
        second =
            matrix.powered(from: start, axes: rows.width, steps: 4 * Self.steps, away: greatest.direction).variance
    }

    /// One for each number of axes.
    var components: [Component] {
        let byVariance = (0..<matrix.width).sorted { matrix.diagonal($0) > matrix.diagonal($1) }
        // From one axis on the signs of the others follow.
        let signs = matrix.product(matrix.unit(byVariance[0]))
        return Self.sizes(matrix.width).map { axes in
            var few = [Double](repeating: 0, count: matrix.width)
            for axis in byVariance.prefix(axes) { few[axis] = signs[axis] }
            let found = [few, greatest].map { matrix.powered(from: $0, axes: axes, steps: Self.steps) }
            let best = found[0].variance >= found[1].variance ? found[0] : found[1]
            return Component(axes: axes, variance: best.variance, direction: best.direction)
        }
    }
}

/// A symmetric matrix and its products with vectors.
private struct CovarianceProduct {
    let width: Int
    private let values: [Double]

    init(_ values: [Double], width: Int) { (self.values, self.width) = (values, width) }

    func diagonal(_ place: Int) -> Double { values[place * width + place] }

    func unit(_ place: Int) -> [Double] { (0..<width).map { $0 == place ? 1 : 0 } }

    /// O(width) for each entry that is not 0.
    func product(_ vector: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: width)
        result.withUnsafeMutableBufferPointer { result in
            values.withUnsafeBufferPointer { values in
                for (row, factor) in vector.enumerated() where factor != 0 {
                    let own = values.baseAddress! + row * width
                    for column in 0..<width { result[column] += factor * own[column] }
                }
            }
        }
        return result
    }

    /// Power iteration that keeps the `axes` entries of the greatest magnitude, at right angles to `away`.
    func powered(
        from start: [Double], axes: Int, steps: Int, away: [Double]? = nil
    ) -> (direction: [Double], variance: Double) {
        var (direction, variance) = (normalised(truncated(start, axes)), 0.0)
        for _ in 0..<steps {
            var next = product(direction)
            if let away {
                let shadow = zip(next, away).reduce(0) { $0 + $1.0 * $1.1 }
                for place in next.indices { next[place] -= shadow * away[place] }
            }
            let last = variance
            variance = zip(next, direction).reduce(0) { $0 + $1.0 * $1.1 }
            guard abs(variance - last) > 1e-7 * variance else { break }
            direction = normalised(truncated(next, axes))
        }
        return (direction, variance)
    }

    private func truncated(_ vector: [Double], _ axes: Int) -> [Double] {
        guard axes < width else { return vector }
        var result = [Double](repeating: 0, count: width)
        for place in vector.indices.sorted(by: { abs(vector[$0]) > abs(vector[$1]) }).prefix(axes) {
            result[place] = vector[place]
        }
        return result
    }

    private func normalised(_ vector: [Double]) -> [Double] {
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / max(norm, 1e-300) }
    }
}
