import Glibc

// Curves that level off on both sides, or on one.

struct Sigmoid: Smooth {
    var bend: Bend { .convexThenConcave(at: 0) }
    var limits: ClosedRange<Double> { 0...1 }

    func value(_ x: Double) -> Double {
        let e = exp(-x.magnitude)
        return (x < 0 ? e : 1) / (1 + e)
    }

    func slope(_ x: Double) -> Double {
        let e = exp(-x.magnitude)
        return e / ((1 + e) * (1 + e))
    }
}

struct HyperbolicTangent: Smooth {
    var bend: Bend { .convexThenConcave(at: 0) }
    var limits: ClosedRange<Double> { -1...1 }
    func value(_ x: Double) -> Double { tanh(x) }

    /// 1 - tanh² would lose what is small.
    func slope(_ x: Double) -> Double {
        let y = 1 / cosh(x)
        return y * y
    }
}

struct Arctangent: Smooth {
    var bend: Bend { .convexThenConcave(at: 0) }
    func value(_ x: Double) -> Double { atan(x) }
    func slope(_ x: Double) -> Double { 1 / (1 + x * x) }
}

struct ErrorFunction: Smooth {
    var bend: Bend { .convexThenConcave(at: 0) }
    var limits: ClosedRange<Double> { -1...1 }
    func value(_ x: Double) -> Double { erf(x) }

    /// 2/√π · exp(-x²), with what the square loses.
    func slope(_ x: Double) -> Double {
        guard x.magnitude < 40 else { return 0 }
        let square = x * x
        let lost = (-square).addingProduct(x, x)
        return 1.1283791670955126 * exp(-square) * (1 - lost)
    }
}

struct Softsign: Smooth {
    var bend: Bend { .convexThenConcave(at: 0) }
    var limits: ClosedRange<Double> { -1...1 }
    func value(_ x: Double) -> Double { x.magnitude < 0x1p1000 ? x / (1 + x.magnitude) : x < 0 ? -1 : 1 }

    func slope(_ x: Double) -> Double {
        let y = 1 / (1 + x.magnitude)
        return y * y
    }
}

struct Softplus: Smooth {
    var bend: Bend { .convex }
    var limits: ClosedRange<Double> { 0 ... .infinity }
    func value(_ x: Double) -> Double { max(x, 0) + log1p(exp(-x.magnitude)) }
    func slope(_ x: Double) -> Double { Sigmoid().value(x) }
}

/// gamma · x above 0, gamma · alpha · (exp(x) - 1) below.
struct ExponentialUnit: Smooth {
    let alpha, gamma: Double

    /// At 0 the slope changes from gamma · alpha to gamma: a kink that bends either way.
    var bend: Bend {
        switch (alpha >= 0, alpha <= 1) {
        case (true, true): gamma >= 0 ? .convex : .concave
        case (true, false): gamma >= 0 ? .convexThenConcave(at: 0) : .concaveThenConvex(at: 0)
        default: gamma >= 0 ? .concaveThenConvex(at: 0) : .convexThenConcave(at: 0)
        }
    }
    var turn: Double? { 0 }
    func isDefined(_ lower: Double, _ upper: Double) -> Bool { alpha.isFinite && gamma.isFinite }
    func value(_ x: Double) -> Double { gamma * (x > 0 ? x : alpha * expm1(x)) }
    func slope(_ x: Double) -> Double { gamma * (x > 0 ? 1 : alpha * exp(x)) }
}
