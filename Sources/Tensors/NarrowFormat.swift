/// A floating point format narrower than float32, as which its numbers are kept.
package enum NarrowFormat: String, Sendable, Hashable, CaseIterable {
    /// IEEE 754 binary16.
    case float16
    /// The upper half of a float32.
    case bfloat16
    /// Four bits of exponent and three of fraction, without infinities; `uz` with one zero and another bias (Micikevicius et
    /// al., FP8 Formats for Deep Learning; Noune et al., 8-bit Numerical Formats for Deep Neural Networks).
    case float8e4m3, float8e4m3uz
    /// Five bits of exponent and two of fraction.
    case float8e5m2, float8e5m2uz
    /// Two bits of exponent and one of fraction.
    case float4e2m1

    /// How many binary places follow the first digit, the least exponent of a number with all of them, and the largest number.
    private var layout: (places: Int, least: Int, largest: Double) {
        switch self {
        case .float16: (10, -14, 65504)
        case .bfloat16: (7, -126, 0x1.FEp127)
        case .float8e4m3: (3, -6, 448)
        case .float8e4m3uz: (3, -7, 240)
        case .float8e5m2: (2, -14, 57344)
        case .float8e5m2uz: (2, -15, 57344)
        case .float4e2m1: (1, 0, 6)
        }
    }

    package var largest: Double { layout.largest }

    /// The greatest relative error of one rounding to nearest.
    var roundoff: Double { Double(sign: .plus, exponent: -layout.places - 1, significand: 1) }
    /// Half the distance between two numbers around 0.
    var underflow: Double { Double(sign: .plus, exponent: layout.least - layout.places - 1, significand: 1) }

    /// What the numbers of an interval become, whether they are rounded or not: some runtimes leave it out between
    /// operations. Nothing is known where one may be too large for the format.
    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        let (low, high) = (nearest(to: lower), nearest(to: upper))
        return low.isFinite && high.isFinite ? (min(low, lower), max(high, upper)) : (-.infinity, .infinity)
    }

    /// The nearest number of the format, ties to even, beyond the largest to infinity.
    package func nearest(to x: Double) -> Double {
        guard x.isFinite, x != 0 else { return x }
        let (places, least, largest) = layout
        // The distance of the format's numbers around x is a power of two, so that all but the rounding is exact.
        let exponent = max(Int(x.exponent), least)
        let spacing = Double(sign: .plus, exponent: exponent - places, significand: 1)
        let nearest = (x / spacing).rounded(.toNearestOrEven) * spacing
        return nearest.magnitude > largest ? (x < 0 ? -.infinity : .infinity) : nearest
    }
}
