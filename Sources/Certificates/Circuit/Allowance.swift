import Tensors

/// How far a computed number may lie from the exact result of its computed operands:
/// by `relative` times the sum of the magnitudes of the terms, and `absolute` besides.
///
/// u is the unit roundoff of the type: 2^-24 for float32, 2^-53 for float64. In a sum of n terms w·x, in any order, fused
/// or not, each term is multiplied once and takes part in at most n additions (the start at zero is exact), so it is
/// computed as w·x·(1 + d) with |d| <= (1 + u)^(n + 1) - 1 <= (n + 1)·u / (1 - (n + 1)·u). A product that underflows is
/// off by at most the least subnormal number, and by the least normal one where subnormal numbers are flushed to zero,
/// which is what is allowed here; so is each of the sums.
struct Allowance: Sendable, Hashable {
    let relative, absolute: Double
    /// What is larger than this, before or after rounding, may be no number any more.
    let greatest: Double

    static let exact = Allowance(relative: 0, absolute: 0, greatest: .greatestFiniteMagnitude)

    /// So many roundings for each term, of which there are so many.
    init(roundings: Int, terms: Int, _ element: ElementType) {
        switch element {
        case .float32: self.init(roundings, terms, unit: 0x1p-24, least: 0x1p-126, .init(Float.greatestFiniteMagnitude))
        case .float64: self.init(roundings, terms, unit: 0x1p-53, least: 0x1p-1022, .greatestFiniteMagnitude)
        // Whole numbers are exact as far as both 64-bit integers and float64 hold them.
        case .int64, .bool: self.init(relative: 0, absolute: 0, greatest: 0x1p53)
        }
    }

    /// A function of one number that is computed to within so many units of roundoff, and `slack` besides.
    init(units: Double, slack: Double, _ element: ElementType) {
        let unit = element == .float32 ? 0x1p-24 : 0x1p-53
        let greatest = element == .float32 ? Double(Float.greatestFiniteMagnitude) : .greatestFiniteMagnitude
        self.init(relative: units * unit, absolute: slack, greatest: greatest)
    }

    private init(relative: Double, absolute: Double, greatest: Double) {
        (self.relative, self.absolute, self.greatest) = (relative, absolute, greatest)
    }

    private init(_ roundings: Int, _ terms: Int, unit: Double, least: Double, _ greatest: Double) {
        let share = Double(roundings) * unit
        self.init(
            relative: share < 0.5 ? Up.quotient(share, 1 - share) : .infinity,
            absolute: Double(2 * terms) * least, greatest: greatest)
    }

    /// The error of a result whose terms have magnitudes that sum to at most `magnitude`; infinite where it may overflow.
    func error(of magnitude: Double) -> Double {
        if relative == 0, absolute == 0 { return magnitude <= greatest ? 0 : .infinity }
        let error = Up.sum(Up.product(magnitude, relative), absolute)
        return Up.sum(magnitude, error) < greatest ? error : .infinity
    }
}
