/// A floating point format of 16 bits, whose numbers are kept as float32.
package enum NarrowFormat: String, Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary16.
    case float16
    /// The upper half of a float32.
    case bfloat16

    /// The greatest relative error of one rounding to nearest.
    var roundoff: Double { self == .float16 ? 0x1p-11 : 0x1p-8 }
    /// Half the distance between two numbers around 0.
    var underflow: Double { self == .float16 ? 0x1p-25 : 0x1p-134 }
    private var largest: Double { self == .float16 ? 65504 : 0x1.FEp127 }

    /// What the numbers of an interval become, whether they are rounded or not: some runtimes leave it out between
    /// operations. Nothing is known where one may be too large for the format.
    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        let (low, high) = (nearest(to: lower), nearest(to: upper))
        return low.isFinite && high.isFinite ? (min(low, lower), max(high, upper)) : (-.infinity, .infinity)
    }

    /// The nearest number of the format, ties to even, beyond the largest to infinity.
    func nearest(to x: Double) -> Double {
        guard x.isFinite, x != 0 else { return x }
        // The distance of the format's numbers around x is a power of two, so that all but the rounding is exact.
        let exponent = max(x.exponent, self == .float16 ? -14 : -126)
        let spacing = Double(sign: .plus, exponent: Int(exponent) - (self == .float16 ? 10 : 7), significand: 1)
        let nearest = (x / spacing).rounded(.toNearestOrEven) * spacing
        return nearest.magnitude > largest ? (x < 0 ? -.infinity : .infinity) : nearest
    }
}
