import Glibc
import Search

/// The greatest singular values of a layer's weights, and the edge that noise of their spread does not pass.
///
/// Source: Marchenko and Pastur, 1967: of an m x n matrix of independent numbers of deviation s the greatest is about
/// s · (√m + √n). Trained layers have values beyond it, planted or not.
package struct Spectrum: Sendable {
    package let rows, columns: Int
    /// The greatest first, at most eight.
    package let values: [Double]
    package let edge: Double

    package var beyond: Int { values.count { $0 > edge } }

    init(_ matrix: [Float], rows: Int, columns: Int, seed: UInt64) {
        (self.rows, self.columns) = (rows, columns)
        // The deviation of a bell curve with the same quartiles: few large numbers do not move it.
        let spread = Double(median(matrix.map(\.magnitude))) / 0.6744897501960817
        edge = spread * (Double(rows).squareRoot() + Double(columns).squareRoot())
        values = Self.directions(matrix, rows, columns, seed, most: 8).map(\.value)
    }

    /// The square of each row's product with the first right singular direction.
    static func firstScores(_ matrix: [Float], rows: Int, columns: Int, seed: UInt64) -> [Double] {
        guard let direction = directions(matrix, rows, columns, seed, most: 1).first?.direction else { return [] }
        return (0..<rows).map { row in
            let product = (0..<columns).reduce(0.0) { $0 + Double(matrix[row * columns + $1]) * direction[$1] }
            return product * product
        }
    }

    /// Right singular directions of the greatest values, by power iteration, each at right angles to those before.
    private static func directions(
        _ matrix: [Float], _ rows: Int, _ columns: Int, _ seed: UInt64, most: Int
    ) -> [(value: Double, direction: [Double])] {
        var random = Random(seed: seed)
        var found: [(value: Double, direction: [Double])] = []
        for _ in 0..<min(most, rows, columns) {
            var direction = (0..<columns).map { _ in random.unit() - 0.5 }
            var value = 0.0
            for _ in 0..<60 {
                for other in found {
                    let shadow = zip(direction, other.direction).reduce(0) { $0 + $1.0 * $1.1 }
                    for index in direction.indices { direction[index] -= shadow * other.direction[index] }
                }
                normalise(&direction)
                var (next, square) = ([Double](repeating: 0, count: columns), 0.0)
                for start in stride(from: 0, to: rows * columns, by: columns) {
                    var product = 0.0
                    for column in 0..<columns { product += Double(matrix[start + column]) * direction[column] }
                    square += product * product
                    for column in 0..<columns { next[column] += Double(matrix[start + column]) * product }
                }
                let last = value
                (value, direction) = (square.squareRoot(), next)
                guard abs(value - last) > 1e-6 * value else { break }
            }
            normalise(&direction)
            found.append((value, direction))
        }
        return found
    }

    private static func normalise(_ direction: inout [Double]) {
        let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for index in direction.indices { direction[index] /= max(norm, 1e-300) }
    }
}
