import Tensors

/// Functions of two or more tensors, element by element, shapes broadcast.
enum Arithmetic {
    static let rules: [String: OperatorRule] = [
        "Add": wrapping(.add),
        "Sub": wrapping(.subtract),
        "Mul": { node in
            let (first, second) = try operands(node)
            return [try node.product(first, second)]
        },
        "Div": wrapping(.divide),
        "Pow": power,
        "Mod": modulo,
        "And": binary(.and),
        "Or": binary(.or),
        "Xor": binary(.xor),
        "Equal": binary(.equal),
        "Less": binary(.less),
        "LessOrEqual": binary(.lessOrEqual),
        "Greater": binary(.greater),
        "GreaterOrEqual": binary(.greaterOrEqual),
        "Min": folded(.minimum),
        "Max": folded(.maximum),
        "Sum": folded(.add),
        "SwiGLU": { node in
            let (gate, value) = (try node.input(0), try node.input(1))
            let beta = try node.float("alpha", default: 1)
            return [try node.binary(.multiply, node.compose { try $0.swish(gate, beta: beta) }, value)]
        },
        "Mean": mean,
        "Where": select,
    ]

    private static func binary(_ kind: Binary.Kind) -> OperatorRule {
        { node in
            let (first, second) = try operands(node)
            return [try node.binary(kind, first, second)]
        }
    }

    private static func wrapping(_ kind: Binary.Kind) -> OperatorRule {
        { node in
            let (first, second) = try operands(node)
            return [try node.wrapped(node.binary(kind, first, second))]
        }
    }

    /// Before version 7 the second shape is put at an axis of the first, if it says so.
    private static func operands(_ node: Application) throws -> (Value, Value) {
        let (first, second) = (try node.input(0), try node.input(1))
        guard node.version < 7, try node.flag("broadcast"), let stated = try node.integer("axis") else {
            return (first, second)
        }
        let (shape, other) = (node.shape(first), node.shape(second))
        let behind = shape.rank - (try node.axis(stated, of: shape)) - other.rank
        guard behind >= 0 else { throw ModelError("\(other) does not fit \(shape) at axis \(stated)") }
        return (first, try node.reshape(second, other.dimensions + [Int](repeating: 1, count: behind)))
    }

    /// From left to right over any number of inputs.
    private static func folded(_ kind: Binary.Kind) -> OperatorRule {
        { node in
            let inputs = try node.allInputs()
            return [try inputs.dropFirst().reduce(inputs[0]) { try node.wrapped(node.binary(kind, $0, $1)) }]
        }
    }

    private static let mean: OperatorRule = { node in
        let inputs = try node.allInputs()
        let sum = try inputs.dropFirst().reduce(inputs[0]) { try node.binary(.add, $0, $1) }
        return [try node.binary(.divide, sum, Double(inputs.count))]
    }

    /// The result has the type of the base, which the exponent may not share.
    private static let power: OperatorRule = { node in
        let (base, exponent) = try operands(node)
        let element = node.element(base)
        guard element == .int64 else {
            return [try powered(node, base, node.cast(exponent, to: element))]
        }
        let real = try node.binary(
            .power, node.cast(base, to: .float64), node.cast(exponent, to: .float64))
        // A whole power is a whole number, which a power in float64 may just miss.
        let whole = node.element(exponent) == .int64 ? try node.unary(.round, real) : real
        return [try node.wrapped(node.cast(whole, to: element))]
    }

    /// A square is a product, exact where a general power need not be.
    private static func powered(_ node: Application, _ base: Value, _ exponent: Value) throws -> Value {
        if let tensor = node.tensor(exponent), tensor.shape.rank <= node.shape(base).rank, tensor.count == 1,
            tensor.doubles == [2]
        {
            return try node.unary(.square, base)
        }
        return try node.binary(.power, base, exponent)
    }

    private static let modulo: OperatorRule = { node in
        let kind: Binary.Kind = try node.flag("fmod") ? .remainder : .modulo
        return [try node.binary(kind, node.input(0), node.input(1))]
    }

    private static let select: OperatorRule = { node in
        let inputs = [try node.input(0), try node.input(1), try node.input(2)]
        let branches = try node.shape(inputs[1]).broadcast(with: node.shape(inputs[2]), in: "Where")
        try node.allow(elements: branches.broadcast(with: node.shape(inputs[0]), in: "Where").count)
        return [try node.add(Select(), inputs)]
    }
}
