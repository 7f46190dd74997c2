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
    /// The type, where the result is rounded to it.
    private(set) var element: ElementType?
    /// What is known of the way it is computed.
    private(set) var manner = Manner.other

    enum Manner: Sendable, Hashable {
        /// The exact result, rounded to nearest.
        case once
        /// Products as they stand, each rounded or not, and sums of them in some order.
        case summed
        case other
    }

    static let exact = Allowance(relative: 0, absolute: 0, greatest: .greatestFiniteMagnitude)

    /// The exact result rounded to nearest, of so many terms.
    static func once(terms: Int, _ element: ElementType) -> Allowance {
        var allowance = Allowance(roundings: 1, terms: terms, element)
        allowance.manner = element.isReal ? .once : .other
        return allowance
    }

    /// A sum of so many products, in any order, begun at zero or an offset.
    static func summed(_ terms: Int, _ element: ElementType) -> Allowance {
        var allowance = Allowance(roundings: terms + 2, terms: terms + 1, element)
        allowance.manner = element.isReal ? .summed : .other
        return allowance
    }

    /// So many roundings for each term, of which there are so many.
    init(roundings: Int, terms: Int, _ element: ElementType) {
        switch element {
        case .float32: self.init(roundings, terms, unit: 0x1p-24, least: 0x1p-126, .init(Float.greatestFiniteMagnitude))
        case .float64: self.init(roundings, terms, unit: 0x1p-53, least: 0x1p-1022, .greatestFiniteMagnitude)
        // Whole numbers are exact as far as both 64-bit integers and float64 hold them.
        case .int64, .bool: self.init(relative: 0, absolute: 0, greatest: 0x1p53)
        }
        if element.isReal { self.element = element }
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

    /// What may be computed where the exact result lies in a range and its terms have magnitudes that sum to at most
    /// `magnitude`; unbounded where it may overflow.
    ///
    /// Rounding to nearest is monotone: a result that is rounded once does not leave the numbers of the type around the range,
    /// but for 0, where subnormal numbers are flushed to it.
    func computed(_ exact: Enclosure, magnitude: Double) -> Enclosure {
        let error = error(of: magnitude)
        guard error.isFinite, exact.isFinite else { return .unbounded }
        guard manner == .once, let element else { return exact.widened(by: error) }
        let (lower, upper) = (element.below(exact.lower), element.above(exact.upper))
        let least = element == .float32 ? 0x1p-126 : 0x1p-1022
        return Enclosure(lower > 0 && lower < least ? 0 : lower, upper < 0 && upper > -least ? 0 : upper)
    }

    /// The error of a result whose terms have magnitudes that sum to at most `magnitude`; infinite where it may overflow.
    func error(of magnitude: Double) -> Double {
        if relative == 0, absolute == 0 { return magnitude <= greatest ? 0 : .infinity }
        let error = Up.sum(Up.product(magnitude, relative), absolute)
        return Up.sum(magnitude, error) < greatest ? error : .infinity
    }
}

extension ElementType {
    /// The greatest number of the type that is not above.
    fileprivate func below(_ number: Double) -> Double {
        guard self == .float32 else { return number }
        let near = Float(number)
        return Double(Double(near) > number ? near.nextDown : near)
    }

    fileprivate func above(_ number: Double) -> Double { -below(-number) }
}
