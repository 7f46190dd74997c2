import Glibc
import Kernels
import Search

/// Rows of weights, and how near to halves of odd numbers their products with a point are, of all rows together.
///
/// Of pancakes along ω the statistic is -exp(-2π²(β² + |point - ω|²)) near ω (β is their noise); of N(0, I) its deviation is
/// 1 / √(2 count) wherever |point| is 1 or more, and it is beyond t with probability 2 exp(-count t²) at most, as the cosine of
/// a uniform angle is sub-Gaussian: E exp(λ cos) = I₀(λ) <= exp(λ²/4).
struct Waves: Sendable {
    let columns: Int
    /// Rows, a multiple of 16.
    let count: Int
    /// As `gs_waves` takes them.
    private let packed: [Float]

    /// The rows with these numbers, in turns; those beyond a multiple of 16 are left out.
    init(_ weights: [Float], columns: Int, rows: [Int], turns: Double) {
        (self.columns, count) = (columns, rows.count / 16 * 16)
        var packed = [Float](repeating: 0, count: count * columns)
        for (place, row) in rows.prefix(count).enumerated() {
            for column in 0..<columns {
                packed[(place / 16 * columns + column) * 16 + place % 16] =
                    Float(Double(weights[row * columns + column]) * turns)
            }
        }
        self.packed = packed
    }

    /// The mean of cos(2π <g, point>).
    func mean(_ point: [Float]) -> Double { evaluate(point, slope: nil, sums: nil) }

    /// The same, and its slope.
    func meanAndSlope(_ point: [Float]) -> (mean: Double, slope: [Double]) {
        var slope = [Float](repeating: 0, count: columns)
        var sums = [Float](repeating: 0, count: 16 * columns)
        let mean = slope.withUnsafeMutableBufferPointer { slope in
            sums.withUnsafeMutableBufferPointer { evaluate(point, slope: slope.baseAddress, sums: $0.baseAddress) }
        }
        return (mean, slope.map { -2 * .pi * Double($0) / Double(count) })
    }

    private func evaluate(
        _ point: [Float], slope: UnsafeMutablePointer<Float>?, sums: UnsafeMutablePointer<Float>?
    ) -> Double {
        var cosine: Float = 0
        packed.withUnsafeBufferPointer { matrix in
            point.withUnsafeBufferPointer { point in
                gs_waves_f32(count / 16, columns, matrix.baseAddress, point.baseAddress, &cosine, slope, sums)
            }
        }
        return Double(cosine) / Double(count)
    }

    /// Goes to the bottom of the basin: where the statistic is -exp(-2π²|δ|²), its slope over 4π² times itself is the way δ.
    func descended(from point: [Float], steps: Int) -> (point: [Float], mean: Double) {
        var best = (point: point, mean: mean(point))
        var current = point
        for _ in 0..<steps {
            let (mean, slope) = meanAndSlope(current)
            if mean < best.mean { best = (current, mean) }
            // Uphill there is no basin; what is hardly below 0 tells no more than chance.
            let scale = 4 * Double.pi * Double.pi * max(-mean, 1 / (2 * Double(count)).squareRoot())
            let length = slope.reduce(0) { $0 + $1 * $1 }.squareRoot() / scale
            let shrink = length > Self.stride ? Self.stride / length : 1
            for place in current.indices { current[place] -= Float(shrink * slope[place] / scale) }
        }
        let last = mean(current)
        return last < best.mean ? (current, last) : best
    }

    /// About the width of the basin.
    private static let stride = 0.25

    /// ln of how unlikely the statistic is by chance, negated: at least so much.
    func surprise(_ mean: Double) -> Double { mean < 0 ? Double(count) * mean * mean - log(2.0) : 0 }
}
