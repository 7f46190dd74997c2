import Glibc

extension Unary.Kind {
    /// The curve, for those that are smooth throughout.
    var smooth: (any Smooth)? {
        switch self {
        case .square: Square()
        case .squareRoot: SquareRoot()
        case .reciprocal: Reciprocal()
        case .exponential: Exponential()
        case .logarithm: Logarithm()
        case .tangent: Tangent()
        case .arcsine: Arcsine()
        case .arccosine: Arccosine()
        case .arctangent: Arctangent()
        case .hyperbolicSine: HyperbolicSine()
        case .hyperbolicCosine: HyperbolicCosine()
        case .hyperbolicTangent: HyperbolicTangent()
        case .areaSine: AreaSine()
        case .areaCosine: AreaCosine()
        case .areaTangent: AreaTangent()
        case .sigmoid: Sigmoid()
        case .errorFunction: ErrorFunction()
        case .softplus: Softplus()
        case .softsign: Softsign()
        case .wholePower(let exponent): WholePower(exponent: Double(exponent))
        case .elu(let alpha): ExponentialUnit(alpha: alpha, gamma: 1)
        case .selu(let alpha, let gamma): ExponentialUnit(alpha: alpha, gamma: gamma)
        default: nil
        }
    }
}

private struct Square: Smooth {
    var bend: Bend { .convex }
    var turn: Double? { 0 }
    var limits: ClosedRange<Double> { 0 ... .infinity }
    func value(_ x: Double) -> Double { x * x }
    func slope(_ x: Double) -> Double { 2 * x }

    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        let (first, last) = (Interval.product(lower, lower), Interval.product(upper, upper))
        let least = lower < 0 && upper > 0 ? 0 : min(first.lower, last.lower)
        return (max(least, 0), max(first.upper, last.upper))
    }
}

/// x to a whole power of 2 or more. The C library's power is within a unit in the last place.
private struct WholePower: Smooth {
    let exponent: Double

    private var isEven: Bool { exponent.truncatingRemainder(dividingBy: 2) == 0 }
    var bend: Bend { isEven ? .convex : .concaveThenConvex(at: 0) }
    var turn: Double? { isEven ? 0 : nil }
    var limits: ClosedRange<Double> { isEven ? 0 ... .infinity : -.infinity ... .infinity }
    func value(_ x: Double) -> Double { pow(x, exponent) }
    func slope(_ x: Double) -> Double { exponent * pow(x, exponent - 1) }
}

private struct SquareRoot: Smooth {
    var bend: Bend { .concave }
    var limits: ClosedRange<Double> { 0 ... .infinity }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { lower >= 0 }
    func value(_ x: Double) -> Double { x.squareRoot() }
    func range(_ lower: Double, _ upper: Double) -> (lower: Double, upper: Double) {
        guard isDefined(lower, upper) else { return (-.infinity, .infinity) }
        return (bounds(lower).lower, bounds(upper).upper)
    }

    /// A root is rounded to nearest, and exact where its square is x.
    private func bounds(_ x: Double) -> (lower: Double, upper: Double) {
        let root = x.squareRoot()
        let isExact = x == 0 || x > 0x1p-900 && x.addingProduct(-root, root) == 0
        return isExact ? (root, root) : (max(root.nextDown, 0), root.nextUp)
    }

    func slope(_ x: Double) -> Double { 0.5 / x.squareRoot() }
}

/// On either side of its pole.
private struct Reciprocal: Smooth {
    var bend: Bend { .concaveThenConvex(at: 0) }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { lower > 0 || upper < 0 }
    func value(_ x: Double) -> Double { 1 / x }
    func slope(_ x: Double) -> Double { -(1 / x) / x }
}

private struct Exponential: Smooth {
    var bend: Bend { .convex }
    var limits: ClosedRange<Double> { 0 ... .infinity }
    func value(_ x: Double) -> Double { exp(x) }
    func slope(_ x: Double) -> Double { exp(x) }
}

private struct Logarithm: Smooth {
    var bend: Bend { .concave }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { lower > 0 }
    func value(_ x: Double) -> Double { log(x) }
    func slope(_ x: Double) -> Double { 1 / x }
}

private struct HyperbolicSine: Smooth {
    var bend: Bend { .concaveThenConvex(at: 0) }
    func value(_ x: Double) -> Double { sinh(x) }
    func slope(_ x: Double) -> Double { cosh(x) }
}

private struct HyperbolicCosine: Smooth {
    var bend: Bend { .convex }
    var turn: Double? { 0 }
    var limits: ClosedRange<Double> { 1 ... .infinity }
    func value(_ x: Double) -> Double { cosh(x) }
    func slope(_ x: Double) -> Double { sinh(x) }
}

private struct AreaSine: Smooth {
    var bend: Bend { .convexThenConcave(at: 0) }
    func value(_ x: Double) -> Double { asinh(x) }
    func slope(_ x: Double) -> Double { 1 / hypot(1, x) }
}

private struct AreaCosine: Smooth {
    var bend: Bend { .concave }
    var limits: ClosedRange<Double> { 0 ... .infinity }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { lower >= 1 }
    func value(_ x: Double) -> Double { acosh(x) }
    func slope(_ x: Double) -> Double { 1 / ((x - 1).squareRoot() * (x + 1).squareRoot()) }
}

private struct AreaTangent: Smooth {
    var bend: Bend { .concaveThenConvex(at: 0) }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { lower > -1 && upper < 1 }
    func value(_ x: Double) -> Double { atanh(x) }
    func slope(_ x: Double) -> Double { 1 / ((1 - x) * (1 + x)) }
}

private struct Arcsine: Smooth {
    var bend: Bend { .concaveThenConvex(at: 0) }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { lower >= -1 && upper <= 1 }
    func value(_ x: Double) -> Double { asin(x) }
    func slope(_ x: Double) -> Double { 1 / ((1 - x) * (1 + x)).squareRoot() }
}

private struct Arccosine: Smooth {
    var bend: Bend { .convexThenConcave(at: 0) }
    var limits: ClosedRange<Double> { 0...Double.pi.nextUp }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { lower >= -1 && upper <= 1 }
    func value(_ x: Double) -> Double { acos(x) }
    func slope(_ x: Double) -> Double { -1 / ((1 - x) * (1 + x)).squareRoot() }
}
