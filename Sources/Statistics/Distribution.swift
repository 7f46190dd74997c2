import Glibc

/// How one number is drawn.
///
/// A draw is a function of 64 random bits. Continuous ones are the inverse of the distribution function at u, which is an odd
/// multiple of 2^-53 in (0, 1): so nothing is drawn twice as often as it should be, and 0 and 1 are never met.
package enum Distribution: Sendable, Hashable {
    /// The deviation is the square root of the variance, not below 0.
    case normal(mean: Double, deviation: Double)
    /// Its logarithm is normal.
    case lognormal(mean: Double, deviation: Double)
    /// Any number between two finite ones.
    case uniform(low: Double, high: Double)
    /// Whole numbers, both ends among them, all alike.
    case whole(low: Int, high: Int)
    /// 1 with this probability, else 0.
    case bernoulli(chance: Double)
    /// Place i with a probability in proportion to the i-th step of these sums of weights.
    case categorical(sums: [Double])

    /// The number that is drawn with these bits.
    package func value(_ bits: UInt64) -> Double {
        let u = (Double(bits >> 12) + 0.5) * 0x1p-52
        switch self {
        case .normal(let mean, let deviation): return mean + deviation * normalQuantile(u)
        case .lognormal(let mean, let deviation): return exp(mean + deviation * normalQuantile(u))
        case .uniform(let low, let high):
            let width = high - low
            return min(max(width.isFinite ? low + u * width : low * (1 - u) + high * u, low), high)
        case .whole(let low, let high):
            let width = UInt64(bitPattern: Int64(high &- low)) &+ 1
            return Double(low &+ Int(truncatingIfNeeded: bits.multipliedFullWidth(by: width).high))
        case .bernoulli(let chance): return u < chance ? 1 : 0
        case .categorical(let sums): return Double(place(u * (sums.last ?? 0), in: sums))
        }
    }

    /// The first place whose sum is above the number: one of weight 0 is never drawn.
    private func place(_ number: Double, in sums: [Double]) -> Int {
        var (low, high) = (0, max(sums.count - 1, 0))
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > number { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The median of what is drawn around a middle; nil of the others.
    package var middle: Double? {
        switch self {
        case .normal(let mean, _): mean
        case .lognormal(let mean, _): exp(mean)
        case .uniform, .whole, .bernoulli, .categorical: nil
        }
    }

    /// The least and the greatest number that is ever drawn.
    package var extent: ClosedRange<Double> {
        let (first, last) = (value(0), value(.max))
        return min(first, last)...max(first, last)
    }
}
