import Tensors

/// Two bounds of numbers of which one has to be positive: where a mixture of the two is, so is one of them. No point may
/// deny both (the S-procedure; Boyd et al., Linear Matrix Inequalities in System and Control Theory, 1994, §2.6).
struct Mixture {
    /// What each bound is multiplied by, neither negative.
    let weights: (first: Double, second: Double)
    /// What the mixture is at least.
    let bound: Double

    /// The best mixture that a golden section finds among bounds scaled to be at least -1. Each is negative somewhere:
    /// `least` says how much, and is finite and below 0.
    init(_ first: (bound: QuadraticBound, least: Double), _ second: (bound: QuadraticBound, least: Double)) {
        func mixture(_ share: Double) -> (weights: (first: Double, second: Double), bound: Double) {
            let weights = (first: (1 - share) / first.least.magnitude, second: share / second.least.magnitude)
            return (weights, first.bound.mixed(weights.first, second.bound, weights.second).least().bound)
        }
        var (low, high) = (0.0, 1.0)
        var (left, right) = (1 - Mixture.section, Mixture.section)
        var (lefts, rights) = (mixture(left), mixture(right))
        for _ in 0..<6 where lefts.bound <= 0 && rights.bound <= 0 {
            // As a function of the share a mixture's least value is concave.
            if lefts.bound < rights.bound {
                low = left
                (left, lefts) = (right, rights)
                right = low + Mixture.section * (high - low)
                rights = mixture(right)
            } else {
                high = right
                (right, rights) = (left, lefts)
                left = high - Mixture.section * (high - low)
                lefts = mixture(left)
            }
        }
        (weights, bound) = lefts.bound > rights.bound ? lefts : rights
    }

    private static let section = 0.618_033_988_749_895
}
