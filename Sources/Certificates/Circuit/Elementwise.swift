import Tensors

/// Operators that work element by element.
extension Circuit {
    mutating func unary(_ unary: Unary, _ input: Wires) throws(Unsupported) -> [Int32] {
        let element = input.type.element
        if unary.kind == .negate {
            var result: [Int32] = []
            for gate in input.gates {
                result.append(try sum([.init(source: gate, weight: -1)], .exact, precision(of: gate)))
            }
            return result
        }
        let (curve, allowance) = try self.curve(unary, element)
        return try apply(curve, allowance, to: input.gates, element)
    }

    mutating func apply(
        _ curve: Curve, _ allowance: Allowance, to gates: [Int32], _ element: ElementType
    ) throws(Unsupported) -> [Int32] {
        var result: [Int32] = []
        for gate in gates { result.append(try add(.curve(curve, of: Int(gate), allowance), element.precision)) }
        return result
    }

    /// Functions of the C library and of the runtimes for ONNX are taken to be within so many units of roundoff.
    func curve(_ unary: Unary, _ element: ElementType) throws(Unsupported) -> (Curve, Allowance) {
        let slack = element == .float32 ? 0x1p-126 : 0x1p-1022
        switch unary.kind {
        case .relu: return (.relu, .exact)
        case .absolute: return (.absolute, .exact)
        case .leakyRelu(let slope) where slope >= 0 && slope <= 1:
            return (.leakyRelu(slope: slope), Allowance(roundings: 2, terms: 1, element))
        case .clip(let lower, let upper) where lower <= upper && isHeld(lower, element) && isHeld(upper, element):
            return (.clip(lower: lower, upper: upper), .exact)
        case .square: return (.square, .once(terms: 1, element))
        case .exponential: return (.exponential, Allowance(units: 8, slack: slack, element))
        case .sigmoid:
            return (.sigmoid, Allowance(units: 12, slack: element == .float32 ? 0x1p-22 : slack, element))
        case .hyperbolicTangent: return (.hyperbolicTangent, Allowance(units: 10, slack: slack, element))
        default: throw Unsupported("operator \(unary.name)")
        }
    }

    /// Whether a number is one of the type.
    func isHeld(_ number: Double, _ element: ElementType) -> Bool {
        element == .float32 ? Double(Float(number)) == number : !number.isNaN
    }

    mutating func binary(_ binary: Binary, _ inputs: [Wires], _ type: TensorType) throws(Unsupported) -> [Int32] {
        let pairs = spread(inputs[0], inputs[1], over: type)
        var result: [Int32] = []
        for (first, second) in pairs { result.append(try self.binary(binary, first, second, type.element)) }
        return result
    }

    mutating func binary(
        _ binary: Binary, _ first: Int32, _ second: Int32, _ element: ElementType
    ) throws(Unsupported) -> Int32 {
        let once = Allowance.once(terms: 2, element)
        switch binary.kind {
        case .add:
            return try sum(
                [.init(source: first, weight: 1), .init(source: second, weight: 1)], once, element.precision)
        case .subtract:
            return try sum(
                [.init(source: first, weight: 1), .init(source: second, weight: -1)], once, element.precision)
        case .multiply: return try product(first, second, once, element)
        case .divide where element.isReal:
            guard let divisor = constant(second), divisor.isNormal, (1 / divisor).isNormal else {
                throw Unsupported("operator divide by what is not constant")
            }
            // By a power of two it is a product, and as exact.
            if divisor.significand == 1 {
                return try product(
                    first, add(.constant(1 / divisor), element.precision), .once(terms: 1, element), element)
            }
            // The reciprocal is rounded, and rounds once more than the division does.
            let allowance = Allowance(roundings: 4, terms: 1, element)
            return try sum([.init(source: first, weight: 1 / divisor)], allowance, element.precision)
        case .minimum: return try add(.extremum(.least, of: [Int(first), Int(second)]), element.precision)
        case .maximum: return try add(.extremum(.greatest, of: [Int(first), Int(second)]), element.precision)
        default: throw Unsupported("operator \(binary.name)")
        }
    }

    mutating func product(
        _ first: Int32, _ second: Int32, _ allowance: Allowance, _ element: ElementType
    ) throws(Unsupported) -> Int32 {
        if let factor = constant(first) {
            return try sum([.init(source: second, weight: factor)], allowance, element.precision)
        }
        if let factor = constant(second) {
            return try sum([.init(source: first, weight: factor)], allowance, element.precision)
        }
        if first == second { return try add(.curve(.square, of: Int(first), allowance), element.precision) }
        return try add(.product(Int(first), Int(second), allowance), element.precision)
    }

    mutating func compare(_ compare: Compare, _ inputs: [Wires], _ type: TensorType) throws(Unsupported)
        -> [Int32]
    {
        let order: Gate.Order = compare.relation == .less ? .less : .lessOrEqual
        var result: [Int32] = []
        for (first, second) in spread(inputs[0], inputs[1], over: type) {
            result.append(try add(.compare(Int(first), Int(second), order)))
        }
        return result
    }

    /// Which elements of two tensors meet in each element of their broadcast: dimensions are aligned at the end.
    func spread(_ first: Wires, _ second: Wires, over type: TensorType) -> [(Int32, Int32)] {
        let result = type.shape.dimensions
        let (left, right) = (first.places(broadcastTo: result), second.places(broadcastTo: result))
        return zip(left, right).map { (first.gates[$0], second.gates[$1]) }
    }
}
