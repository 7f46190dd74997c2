/// How far the computed value of a node may lie from the exact function of its computed inputs.
///
/// |computed - exact| <= relative · magnitude + absolute, where the magnitude is |f(x)| for a function of one number or a
/// product, and for a sum the sum of the magnitudes of its terms: Σ|w·x| + |b| (Higham, Accuracy and Stability of
/// Numerical Algorithms, §3.1: γ(n) = n·u / (1 - n·u) holds for every order of summation, fused or not).
/// A node that stands for part of an operation, and is not computed by itself, is exact.
package struct Rounding: Sendable, Hashable {
    package let relative: Double
    package let absolute: Double

    package init(relative: Double, absolute: Double) {
        self.relative = relative
        self.absolute = absolute
    }

    package static let exact = Rounding(relative: 0, absolute: 0)

    /// A sum of `terms` products, in any order: each term takes part in at most `terms` roundings.
    package static func sum(terms: Int, _ element: ElementType) -> Rounding {
        guard element.isReal else { return .exact }
        let (unit, least) = (element.roundoff, element.leastNonzero)
        let error = Double(terms) * unit
        // A product may underflow; each sum of subnormal numbers is exact.
        return Rounding(
            relative: error < 0.5 ? (error / (1 - error)).nextUp : .infinity, absolute: Double(terms) * least)
    }

    /// A function computed to within so many units in the last place.
    package static func function(ulps: Double, _ element: ElementType) -> Rounding {
        guard element.isReal else { return .exact }
        return Rounding(relative: 2 * ulps * element.roundoff, absolute: 2 * ulps * element.leastNonzero)
    }

    /// What may be computed where the exact result lies between two numbers.
    ///
    /// One rounding to nearest is monotone: it does not leave the numbers of the type that are around an interval. More cost
    /// in proportion to the result: x - d·|x| rises with x, so each end answers for itself.
    func around(_ exact: Ends, _ element: ElementType) -> Ends {
        if self == .exact { return exact }
        if self == .sum(terms: 1, element) {
            guard element == .float32 else { return exact }
            return (Double(Float.roundedDown(exact.lower)), Double(Float.roundedUp(exact.upper)))
        }
        guard relative < 1 else { return (-.infinity, .infinity) }
        func error(_ end: Double) -> Double { end == 0 ? absolute : (end.magnitude * relative).nextUp + absolute }
        return (lowered(exact.lower, by: error(exact.lower)), -lowered(-exact.upper, by: error(exact.upper)))
    }

    private func lowered(_ end: Double, by error: Double) -> Double {
        error == 0 ? end : (end - error).nextDown
    }

    /// Whichever allows more: one node may stand for two computations.
    package func union(_ other: Rounding) -> Rounding {
        Rounding(relative: max(relative, other.relative), absolute: max(absolute, other.absolute))
    }
}

extension ElementType {
    /// The greatest relative error of one rounding to nearest; 0 for what is not rounded.
    package var roundoff: Double {
        switch self {
        case .float32: 0x1p-24
        case .float64: 0x1p-53
        case .int64, .bool: 0
        }
    }

    /// The least number that is not zero, for what is rounded.
    package var leastNonzero: Double {
        switch self {
        case .float32: 0x1p-149
        case .float64: 0x1p-1074
        case .int64, .bool: 0
        }
    }
}
