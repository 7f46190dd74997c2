import Checker
import Diagnostics
import Tensors

/// Arithmetic and functions, in float64.
extension Lowering {
    func arithmetic(_ operation: Term.Arithmetic, _ a: Term, _ b: Term, _ term: Term) throws(Diagnostic) -> Value {
        if let chosen = try averageOfChosenRows(term) { return chosen }
        return try add(Binary(operation.kind), [numbers(a), numbers(b)], for: term)
    }

    func select(_ condition: Term, _ a: Term, _ b: Term, _ term: Term) throws(Diagnostic) -> Value {
        let holds = try add(Cast(to: .bool), [numbers(condition)], for: term)
        return try add(Select(), [holds, numbers(a), numbers(b)], for: term)
    }

    func apply(_ function: Term.Function, _ arguments: [Term], _ term: Term) throws(Diagnostic) -> Value {
        var values: [Value] = []
        for argument in arguments { values.append(try numbers(argument)) }
        guard let x = values.first else { throw .unlowered(term, "without arguments") }
        if let kind = function.unary { return try add(Unary(kind), [x], for: term) }
        if let (kind, axis) = function.reduction {
            return try add(Reduce(kind, axes: axis.map { [$0] }), [x], for: term)
        }
        return try apply(function, to: values, term)
    }

    private func apply(_ function: Term.Function, to values: [Value], _ term: Term) throws(Diagnostic) -> Value {
        let x = values[0]
        switch function {
        case .clamp: return try clamp(values, term)
        case .min: return try fold(values, .minimum, term)
        case .max: return try fold(values, .maximum, term)
        case .argmax: return try extremum(.max, x, term)
        case .argmin: return try extremum(.min, x, term)
        case .softmax(let axis): return try add(Softmax(axis: axis), [x], for: term)
        case .logSoftmax(let axis): return try add(Softmax(axis: axis, .logarithm), [x], for: term)
        case .sort(let order, let axis): return try add(Sort(order, axis: axis), [x], for: term)
        case .argsort(let axis): return try float64(add(Sort(axis: axis, .places), [x], for: term), for: term)
        case .quantile(let share, let axis): return try add(Quantile(share, axis: axis), [x], for: term)
        case .transpose(let axes):
            let shape = graph.shape(of: x)
            return try add(for: term) { graph throws(ShapeError) in
                try graph.add(Rearrange.transpose(shape, axes: axes), [x])
            }
        case .matmul: return try add(MatMul(), values, for: term)
        case .convert: return x
        default: throw .unlowered(term, "here")
        }
    }

    private func clamp(_ values: [Value], _ term: Term) throws(Diagnostic) -> Value {
        guard values.count == 3 else { throw .unlowered(term, "without its two bounds") }
        let raised = try add(Binary(.maximum), [values[0], values[1]], for: term)
        return try add(Binary(.minimum), [raised, values[2]], for: term)
    }

    private func fold(_ values: [Value], _ kind: Binary.Kind, _ term: Term) throws(Diagnostic) -> Value {
        var result = values[0]
        for value in values.dropFirst() { result = try add(Binary(kind), [result, value], for: term) }
        return result
    }

    private func extremum(_ kind: ArgExtremum.Kind, _ x: Value, _ term: Term) throws(Diagnostic) -> Value {
        try float64(add(ArgExtremum(kind, axis: -1, .dropped), [x], for: term), for: term)
    }
}

extension Term.Arithmetic {
    var kind: Binary.Kind {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .power: .power
        case .remainder: .modulo
        }
    }
}

extension Term.Function {
    var unary: Unary.Kind? {
        switch self {
        case .negate: .negate
        case .abs: .absolute
        case .exp: .exponential
        case .log: .logarithm
        case .sqrt: .squareRoot
        case .sin: .sine
        case .cos: .cosine
        case .tan: .tangent
        case .tanh: .hyperbolicTangent
        case .sigmoid: .sigmoid
        case .relu: .relu
        case .sign: .sign
        case .floor: .floor
        case .ceil: .ceiling
        case .round: .round
        default: nil
        }
    }

    /// The axis is nil for all of them.
    var reduction: (Reduce.Kind, Int?)? {
        switch self {
        case .sum(let axis): (.sum, axis)
        case .mean(let axis): (.mean, axis)
        case .least(let axis): (.minimum, axis)
        case .greatest(let axis): (.maximum, axis)
        case .l0: (.l0, nil)
        case .l1: (.l1, nil)
        case .l2: (.l2, nil)
        case .linf: (.linf, nil)
        default: nil
        }
    }
}
