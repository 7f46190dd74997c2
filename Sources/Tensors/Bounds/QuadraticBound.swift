/// A lower bound of a number over a box that is quadratic: constant + linear · u + uᵀ · square · u, where u is a point of
/// the box with each coordinate scaled to -1...1.
///
/// `least` bounds it from below whatever its curvature: a part that is convex by construction is replaced by a tangent
/// plane where it is nearly least, and the rest by minus the sum of its magnitudes, which loses nothing where it has rank
/// one (Adjiman et al., "A global optimization method, αBB", 1998, shifts by a diagonal instead).
package struct QuadraticBound: Sendable {
    package let dimension: Int
    package internal(set) var constant = -Double.infinity
    package internal(set) var linear: [Double]
    /// Symmetric, row by row.
    package internal(set) var square: [Double]
    /// Whether there is curvature at all.
    package internal(set) var isCurved = false
    /// A bound on the magnitudes of everything that was summed up.
    package internal(set) var size = 0.0

    package init(dimension: Int) {
        self.dimension = dimension
        linear = Array(repeating: 0, count: dimension)
        square = Array(repeating: 0, count: dimension * dimension)
    }

    /// Up to so many coordinates; more would cost more than they win.
    package static let greatestDimension = 12

    mutating func clear() {
        constant = 0
        size = 0
        isCurved = false
        for at in linear.indices { linear[at] = 0 }
        for at in square.indices { square[at] = 0 }
    }

    /// Adds weight · (a · u + x) · (b · u + y) for the slopes a and b of two forms.
    mutating func add(_ weight: Double, _ first: (form: FactorForm, x: Double), _ second: (form: FactorForm, y: Double))
    {
        isCurved = true
        constant += weight * (first.x * second.y)
        for row in 0..<dimension {
            linear[row] += weight * (first.x * second.form.slopes[row] + second.y * first.form.slopes[row])
            let (a, b) = (0.5 * weight * first.form.slopes[row], 0.5 * weight * second.form.slopes[row])
            for column in 0..<dimension {
                square[row * dimension + column] += a * second.form.slopes[column] + b * first.form.slopes[column]
            }
        }
        size +=
            weight.magnitude * (first.form.spread + first.x.magnitude) * (second.form.spread + second.y.magnitude)
    }

    /// A bound of weight times the one number plus otherWeight times another; neither weight is negative.
    package func mixed(_ weight: Double, _ other: QuadraticBound, _ otherWeight: Double) -> QuadraticBound {
        var mixture = self
        mixture.constant = weight * constant + otherWeight * other.constant
        mixture.size = weight * size + otherWeight * other.size
        for at in linear.indices { mixture.linear[at] = weight * linear[at] + otherWeight * other.linear[at] }
        for at in square.indices { mixture.square[at] = weight * square[at] + otherWeight * other.square[at] }
        mixture.isCurved = isCurved || other.isCurved
        return mixture
    }

    /// A number that the bound is nowhere below, and where the convex part is least: -infinity where nothing is known.
    package func least() -> (bound: Double, point: [Double], losses: [Double]) {
        var losses = [Double](repeating: 0, count: dimension)
        guard constant.isFinite else { return (-.infinity, losses, losses) }
        let convex = isCurved ? convexPart() : square
        var loss = 0.0
        for row in 0..<dimension {
            for column in 0..<dimension {
                let rest = square[row * dimension + column] - convex[row * dimension + column]
                let part = row == column ? max(0, -rest) : rest.magnitude
                losses[row] += part
                loss += part
            }
        }
        let point = isCurved ? minimiser(of: convex) : losses.map { _ in 0 }
        var bound = constant - loss
        for row in 0..<dimension {
            var product = 0.0
            for column in 0..<dimension { product += convex[row * dimension + column] * point[column] }
            bound -= point[row] * product
            bound -= (linear[row] + 2 * product).magnitude
        }
        // γ of every sum here, and of the convex part, far more than paid for.
        let magnitude = size + convex.reduce(0) { $0 + $1.magnitude } + square.reduce(0) { $0 + $1.magnitude }
        bound -= (magnitude + linear.reduce(0) { $0 + $1.magnitude } + constant.magnitude) * 0x1p-42 + 0x1p-900
        return (bound.isFinite ? bound : -.infinity, point, losses)
    }

    /// Σ λ · v · vᵀ over the positive eigenvalues: positive semidefinite for whatever numbers λ > 0 and v are, so that how
    /// well they were found matters for the bound's height only.
    private func convexPart() -> [Double] {
        var (rest, vectors) = (square, [Double](repeating: 0, count: square.count))
        for row in 0..<dimension { vectors[row * dimension + row] = 1 }
        for _ in 0..<8 where rotate(&rest, &vectors) == .continues {}
        var convex = [Double](repeating: 0, count: square.count)
        for pair in 0..<dimension where rest[pair * dimension + pair] > 0 {
            let value = rest[pair * dimension + pair]
            for row in 0..<dimension {
                let scaled = value * vectors[row * dimension + pair]
                for column in 0..<dimension {
                    convex[row * dimension + column] += scaled * vectors[column * dimension + pair]
                }
            }
        }
        return convex
    }

    private enum Sweep { case continues, ends }

    /// One sweep of Jacobi's rotations (Golub and Van Loan, Matrix Computations, §8.5).
    private func rotate(_ matrix: inout [Double], _ vectors: inout [Double]) -> Sweep {
        let n = dimension
        let scale = matrix.reduce(0) { $0 + $1 * $1 } * 0x1p-60
        var isDiagonal = true
        for p in 0..<n {
            for q in (p + 1)..<max(n, p + 1) {
                let off = matrix[p * n + q]
                guard off * off > scale else { continue }
                isDiagonal = false
                let ratio = (matrix[q * n + q] - matrix[p * n + p]) / (2 * off)
                let tangent = (ratio < 0 ? -1 : 1) / (ratio.magnitude + (1 + ratio * ratio).squareRoot())
                let cosine = 1 / (1 + tangent * tangent).squareRoot()
                let sine = tangent * cosine
                for k in 0..<n {
                    let (a, b) = (matrix[k * n + p], matrix[k * n + q])
                    matrix[k * n + p] = cosine * a - sine * b
                    matrix[k * n + q] = sine * a + cosine * b
                }
                for k in 0..<n {
                    let (a, b) = (matrix[p * n + k], matrix[q * n + k])
                    matrix[p * n + k] = cosine * a - sine * b
                    matrix[q * n + k] = sine * a + cosine * b
                    let (c, d) = (vectors[k * n + p], vectors[k * n + q])
                    vectors[k * n + p] = cosine * c - sine * d
                    vectors[k * n + q] = sine * c + cosine * d
                }
            }
        }
        return isDiagonal ? .ends : .continues
    }

    /// Nearly where linear · u + uᵀ · convex · u is least: one coordinate after the other, each exactly.
    private func minimiser(of convex: [Double]) -> [Double] {
        var point = [Double](repeating: 0, count: dimension)
        for _ in 0..<40 {
            var moved = 0.0
            for row in 0..<dimension {
                var slope = linear[row]
                for column in 0..<dimension where column != row {
                    slope += 2 * convex[row * dimension + column] * point[column]
                }
                let curvature = 2 * convex[row * dimension + row]
                let best =
                    slope.magnitude < curvature ? -slope / curvature : slope > 0 ? -1 : slope < 0 ? 1 : point[row]
                moved = max(moved, (best - point[row]).magnitude)
                point[row] = best
            }
            if moved < 1e-7 { break }
        }
        return point
    }
}
