/// Powers with a constant exponent, the same for all elements.
extension Decomposer {
    /// What the C library makes of it, or a chain of products, in units in the last place.
    private func rounding(_ element: ElementType) -> Rounding { .function(ulps: 8, element) }

    mutating func power(_ base: Value, _ exponent: Value) throws(ShapeError) -> Value {
        let element = element(of: base)
        let result = try Binary(.power).resultType(of: [type(of: base), type(of: exponent)])
        guard let numbers = graph.constant(of: exponent)?.doubles, let number = numbers.first,
            numbers.allSatisfy({ $0 == number }), element.isReal || number >= 0
        else { return try add(Binary(.power), [base, exponent], rounding(element)) }
        if number == 0 {
            // Not a constant: sums of it would be folded in one order of summation, and engines compute them in others.
            let nothing = Rearrange.Map.table([Int32](repeating: -1, count: result.shape.count))
            let ones = Rearrange("power", nothing, result.shape, fill: 1, counts: [shape(of: base).count])
            return try add(ones, [base])
        }
        // What is constant is what the engine computes.
        guard graph.constant(of: base) == nil else {
            return try add(Binary(.power), [base, exponent], rounding(element))
        }
        let x = try expanded(base, to: result.shape)
        switch number {
        case 1: return x
        case 0.5: return try add(Unary(.squareRoot), [x], rounding(element))
        case -0.5: return try add(Unary(.reciprocal), [add(Unary(.squareRoot), [x])], rounding(element))
        case -1: return try add(Unary(.reciprocal), [x], rounding(element))
        // The engine multiplies.
        case 2 where element == .float64: return try arithmetic(.multiply, x, x)
        case 2...Self.mostWhole where number == number.rounded():
            return try add(whole(Int(number)), [x], rounding(element))
        case -Self.mostWhole ... -2 where number == number.rounded():
            return try add(Unary(.reciprocal), [add(whole(Int(-number)), [x])], rounding(element))
        default: return try add(Binary(.power), [base, exponent], rounding(element))
        }
    }

    private static var mostWhole: Double { 256 }

    private func whole(_ power: Int) -> Unary { Unary(power == 2 ? .square : .wholePower(power)) }
}
