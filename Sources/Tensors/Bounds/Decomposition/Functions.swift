/// Functions of one number.
extension Decomposer {
    mutating func function(_ kind: Unary.Kind, _ x: Value) throws(ShapeError) -> Value {
        let element = element(of: x)
        let kind = kind.rounded(to: element)
        switch kind {
        case .clip(let lower, let upper) where element.isReal && lower <= upper:
            return try clipped(x, lower, upper)
        case .hardSigmoid(let alpha, let beta):
            // Two roundings, or one where multiplication and addition are fused.
            let scaled = try add(Binary(.multiply), [x, number(alpha, like: x)])
            let line = try add(Binary(.add), [scaled, number(beta, like: x)], .sum(terms: 2, element))
            return try clipped(line, 0, 1)
        default: return try add(Unary(kind), [x], kind.rounding(element))
        }
    }

    /// lower + relu(x - lower) - relu(x - upper): a choice among three numbers, so exact.
    mutating func clipped(_ x: Value, _ lower: Double, _ upper: Double) throws(ShapeError) -> Value {
        guard lower < .infinity, upper > -.infinity else {
            return try add(Unary(.clip(lower: lower, upper: upper)), [x])
        }
        var result = x
        if lower > -.infinity {
            let bound = try number(lower, like: x)
            result = try add(Binary(.add), [bound, excess(of: x, over: bound)])
        }
        guard upper < .infinity else { return result }
        return try add(Binary(.subtract), [result, excess(of: x, over: number(upper, like: x))])
    }

    /// relu(a - b), exact.
    mutating func excess(of a: Value, over b: Value) throws(ShapeError) -> Value {
        try add(Unary(.relu), [add(Binary(.subtract), [a, b])])
    }

    mutating func activated(_ x: Value, _ activation: Activation) throws(ShapeError) -> Value {
        switch activation {
        case .none: x
        case .relu: try function(.relu, x)
        case .leakyRelu(let slope): try function(.leakyRelu(slope: slope), x)
        case .clip(let lower, let upper): try function(.clip(lower: lower, upper: upper), x)
        }
    }

    /// Integers are exact as float64, up to 2^53; a number that does not fit the new type is rounded once.
    mutating func conversion(_ cast: Cast, _ x: Value) throws(ShapeError) -> Value {
        let source = element(of: x)
        if source == cast.element { return x }
        let isRounded = cast.element == .float32 && source != .bool
        return try add(cast, [x], isRounded ? .sum(terms: 1, .float32) : .exact)
    }
}

extension Unary.Kind {
    /// Float32 functions have float32 parameters.
    fileprivate func rounded(to element: ElementType) -> Unary.Kind {
        guard element == .float32 else { return self }
        func round(_ number: Double) -> Double { Double(Float(number)) }
        return switch self {
        case .leakyRelu(let slope): .leakyRelu(slope: round(slope))
        case .elu(let alpha): .elu(alpha: round(alpha))
        case .selu(let alpha, let gamma): .selu(alpha: round(alpha), gamma: round(gamma))
        case .hardSigmoid(let alpha, let beta): .hardSigmoid(alpha: round(alpha), beta: round(beta))
        case .clip(let lower, let upper): .clip(lower: round(lower), upper: round(upper))
        default: self
        }
    }
}
