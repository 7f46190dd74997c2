/// A function of two numbers, element by element; shapes are broadcast.
package struct Binary: Operator {
    package enum Kind: Sendable, Hashable, CaseIterable {
        case add, subtract, multiply
        /// Integers: towards zero.
        case divide
        case power
        /// NaN if either side is.
        case minimum, maximum
        /// The result has the sign of the divisor (ONNX Mod, Python `%`); by zero gives NaN.
        case modulo
        /// The result has the sign of the dividend (ONNX Mod with fmod, C `fmod`).
        case remainder
        case equal, less, lessOrEqual, greater, greaterOrEqual
        case and, or, xor
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    package var name: String { "\(kind)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        let (first, second) = (inputs[0], inputs[1])
        guard first.element == second.element else {
            throw ShapeError("\(name) of \(first) and \(second): the element types differ")
        }
        let shape = try first.shape.broadcast(with: second.shape, in: name)
        switch kind {
        case .and, .or, .xor:
            guard first.element == .bool else { throw .elementType(name, expected: "bool", found: first.element) }
            return TensorType(.bool, shape)
        case .equal:
            return TensorType(.bool, shape)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard first.element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
            return TensorType(.bool, shape)
        default:
            guard first.element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
            return TensorType(first.element, shape)
        }
    }
}
