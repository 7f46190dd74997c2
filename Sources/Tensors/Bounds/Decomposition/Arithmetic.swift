/// Functions of two numbers, and choices between them.
extension Decomposer {
    mutating func arithmetic(_ kind: Binary.Kind, _ a: Value, _ b: Value) throws(ShapeError) -> Value {
        let once = Rounding.sum(terms: 1, element(of: a))
        switch kind {
        case .add:
            // A sum of products may begin with what is added to it: engines fuse the two.
            let terms = max(summed(a), summed(b))
            return try add(Binary(.add), [a, b], .sum(terms: terms + 1, element(of: a)))
        case .subtract: return try add(Binary(.subtract), [a, b], once)
        case .multiply where a == b: return try add(Unary(.square), [a], once)
        case .multiply: return try product(a, b, once)
        case .divide where element(of: a).isReal: return try quotient(a, b)
        case .power: return try power(a, b)
        case .equal where a == b: return try isNumber(a)
        case .maximum: return try extremum(.max, a, b)
        case .minimum: return try extremum(.min, a, b)
        // The result of fmod is exact; the sign of the divisor costs one addition.
        case .modulo: return try add(Binary(.modulo), [a, b], once)
        default: return try add(Binary(kind), [a, b])
        }
    }

    /// How many products a value is the sum of, if it is a sum without a bias; else 0.
    private func summed(_ value: Value) -> Int {
        guard case .operation(let operation) = graph.nodes[value.index].source else { return 0 }
        return switch operation {
        case let dense as Dense where dense.bias == nil: dense.weights.shape[1]
        case let filter as Convolution where filter.bias == nil: filter.weights.count / max(filter.weights.shape[0], 1)
        case let filter as TransposedConvolution where filter.bias == nil:
            filter.weights.count / max(filter.weights.shape[1], 1)
        case let line as BentLine: line.thresholds.count
        case let sum as Reduce where sum.kind == .sum:
            shape(of: graph.nodes[value.index].inputs[0]).count / max(shape(of: value).count, 1)
        case let move as Rearrange where move.counts.count == 1: summed(graph.nodes[value.index].inputs[0])
        default: 0
        }
    }

    /// a · (1 / b), rounded once.
    private mutating func quotient(_ a: Value, _ b: Value) throws(ShapeError) -> Value {
        let once = Rounding.sum(terms: 1, element(of: a))
        if isConstant(b) { return try add(Binary(.divide), [a, b], once) }
        return try product(a, add(Unary(.reciprocal), [b]), once)
    }

    /// Of values of one shape, unless one is constant.
    mutating func product(_ a: Value, _ b: Value, _ rounding: Rounding) throws(ShapeError) -> Value {
        if isConstant(a) || isConstant(b) { return try add(Binary(.multiply), [a, b], rounding) }
        let result = try shape(of: a).broadcast(with: shape(of: b), in: "multiply")
        return try add(Binary(.multiply), [expanded(a, to: result), expanded(b, to: result)], rounding)
    }

    /// max(a, b) = b + relu(a - b), min(a, b) = b - relu(b - a): one of two numbers, so exact.
    mutating func extremum(_ kind: ArgExtremum.Kind, _ a: Value, _ b: Value) throws(ShapeError) -> Value {
        if a == b { return a }
        // A constant has no width: nothing is lost by counting from there.
        let (base, other) = isConstant(a) ? (a, b) : (b, a)
        if let constant = graph.constant(of: base)?.doubles, !constant.allSatisfy(\.isFinite) {
            let neutral = kind == .max ? -Double.infinity : .infinity
            if constant.allSatisfy({ $0 == neutral }) {
                return try expanded(other, to: shape(of: base).broadcast(with: shape(of: other), in: "max"))
            }
            return try add(Binary(kind == .max ? .maximum : .minimum), [a, b])
        }
        return switch kind {
        case .max: try add(Binary(.add), [base, excess(of: other, over: base)])
        case .min: try add(Binary(.subtract), [base, excess(of: base, over: other)])
        }
    }

    /// A constant condition moves elements. One that is not is enclosed, but for relu with a slope of its own.
    mutating func choice(_ condition: Value, _ a: Value, _ b: Value) throws(ShapeError) -> Value {
        guard let known = graph.constant(of: condition) else {
            if let slope = slope(of: condition, a, b) { return try parametricRelu(a, slope) }
            return try add(Select(), [condition, a, b])
        }
        let result = try Select().resultType(of: [known.type, type(of: a), type(of: b)]).shape
        func places(_ shape: Shape) -> [Int32] { Shape.walk(result, steps: shape.steps(in: result)) }
        let (conditions, truth) = (places(known.shape), known.doubles)
        let (first, second, offset) = (places(shape(of: a)), places(shape(of: b)), Int32(shape(of: a).count))
        let table =
            result.count == 0
            ? []
            : conditions.indices.map { index in
                truth[Int(conditions[index])] != 0 ? first[index] : offset + second[index]
            }
        let counts = [shape(of: a).count, shape(of: b).count]
        return try add(Rearrange("select", .table(table), result, counts: counts), [a, b])
    }

    /// The slope, if x is chosen where it is at least 0, else slope · x.
    private func slope(of condition: Value, _ x: Value, _ scaled: Value) -> Value? {
        guard isOperation(condition, Binary(.greaterOrEqual)), isOperation(scaled, Binary(.multiply)) else {
            return nil
        }
        let (comparison, product) = (graph.nodes[condition.index].inputs, graph.nodes[scaled.index].inputs)
        guard comparison[0] == x, let bound = graph.constant(of: comparison[1]),
            bound.doubles.allSatisfy({ $0 == 0 }), let place = product.firstIndex(of: x),
            type(of: x) == type(of: condition).like(x, in: graph), type(of: x) == type(of: scaled)
        else { return nil }
        return product[1 - place]
    }

    private func isOperation(_ value: Value, _ expected: Binary) -> Bool {
        if case .operation(let operation) = graph.nodes[value.index].source {
            operation as? Binary == expected
        } else {
            false
        }
    }

    /// relu(x) - slope · relu(-x): one of the two is 0.
    private mutating func parametricRelu(_ x: Value, _ slope: Value) throws(ShapeError) -> Value {
        let negative = try add(Unary(.relu), [add(Unary(.negate), [x])])
        let scaled = try product(slope, negative, .sum(terms: 1, element(of: x)))
        return try add(Binary(.subtract), [add(Unary(.relu), [x]), scaled])
    }
}

extension TensorType {
    /// With the element type of a value.
    fileprivate func like(_ value: Value, in graph: Graph) -> TensorType {
        TensorType(graph.type(of: value).element, shape)
    }
}
