extension Unary.Kind {
    /// How far a computed function of one number may lie from the true one.
    ///
    /// Float64 functions are those of the C library, within 2 units in the last place, and what is made of them in a few
    /// steps. Float32 functions are those of our engine, within 2.5 units, and of ONNX Runtime 1.32, of which 3 million
    /// arguments a function gave, in units of the roundoff u = 2^-24 (half a unit in the last place) of |f(x)|: exp 1.3,
    /// log 3.6, erf 1.4, sin and cos 2.9, asin 8.2, acos 5.0, atan 4.4, sinh 2.3, asinh and atanh 2.2, softplus 4.8,
    /// softsign 2.5; tanh 5.1 (from 1e-38 up), sigmoid 2 and 1.4e-7 besides, elu and selu 1.5 and u·alpha·gamma besides.
    package func rounding(_ element: ElementType) -> Rounding {
        guard element.isReal else { return .exact }
        switch self {
        case .negate, .absolute, .sign, .floor, .ceiling, .round, .relu, .clip, .not, .rounded: return .exact
        case .square, .squareRoot, .reciprocal, .leakyRelu: return .sum(terms: 1, element)
        default:
            let plain = Rounding.function(ulps: ulps(element), element)
            return Rounding(relative: plain.relative, absolute: plain.absolute + slack(element))
        }
    }

    /// What no computed value leaves, though its rounding alone would allow it. ONNX Runtime's tanh is not always within
    /// -1...1.
    package var computedLimits: ClosedRange<Double> {
        switch self {
        case .sigmoid, .hardSigmoid: 0...1
        case .errorFunction, .softsign, .sine, .cosine: -1...1
        case .exponential, .squareRoot, .square, .softplus, .hyperbolicCosine, .arccosine, .areaCosine, .relu,
            .absolute:
            0 ... .infinity
        case .wholePower(let exponent) where exponent % 2 == 0: 0 ... .infinity
        default: -.infinity ... .infinity
        }
    }

    private func ulps(_ element: ElementType) -> Double {
        switch self {
        case .sigmoid, .softplus, .arcsine, .arccosine: 5
        case .hyperbolicTangent, .arctangent, .elu, .selu: 4
        case .hardSigmoid: 2
        // Each squaring doubles the error so far.
        case .wholePower(let exponent): Double(exponent)
        default: element == .float64 ? 2 : 3
        }
    }

    /// What errors there are besides those in proportion to the result.
    private func slack(_ element: ElementType) -> Double {
        // Vectorised functions may take subnormal numbers for zero.
        let subnormal = element == .float32 ? 0x1p-126 : 0
        return switch self {
        case .sigmoid where element == .float32: 0x1p-22
        // alpha · (exp(x) - 1) loses what is small.
        case .elu(let alpha) where element == .float32: 4 * element.roundoff * alpha.magnitude + subnormal
        case .selu(let alpha, let gamma) where element == .float32:
            4 * element.roundoff * (alpha * gamma).magnitude + subnormal
        case .hardSigmoid(_, let beta): 4 * element.roundoff * beta.magnitude + subnormal
        // The reduction of the argument is good to 1e-10 of π / 2.
        case .sine, .cosine, .tangent: element == .float32 ? 0x1p-32 : 0
        default: subnormal
        }
    }
}
