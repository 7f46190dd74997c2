import Diagnostics

/// Functions that go from vectors to matrices and back.
let matrixBuiltins: [String: Builtin] = [
    "outer": Builtin("a", "b") { $0.outer($1) },
    "diag": Builtin("x") { $0.diagonal($1) },
]

extension Checker {
    /// Each entry of one vector by each of another.
    fileprivate func outer(_ call: BuiltinCall) -> Value {
        var dimensions: [SayType.Tensor.Dimension] = []
        for term in call.terms {
            guard case .tensor(let tensor) = term.type, tensor.dimensions.count == 1, term.type.isNumeric else {
                return fail(.notAVector(term, call.role))
            }
            dimensions.append(tensor.dimensions[0])
        }
        let column = SayType(call.terms[0].type.element ?? .real, [dimensions[0], .init(1)])
        return arithmetic(
            .multiply, call.terms[0].reshaped(to: column, at: call.terms[0].span), call.terms[1], at: call.span,
            call.role)
    }

    /// Of a vector the matrix that has it on its diagonal, else zeros; of a matrix its diagonal.
    fileprivate func diagonal(_ call: BuiltinCall) -> Value {
        let operand = call.terms[0]
        guard operand.type.isNumeric, case .tensor(let tensor) = operand.type, tensor.dimensions.count <= 2 else {
            return fail(.notAMatrix(operand, call.role))
        }
        return tensor.dimensions.count == 1 ? spread(operand, tensor, call) : gathered(operand, tensor, call)
    }

    private func spread(_ vector: Term, _ tensor: SayType.Tensor, _ call: BuiltinCall) -> Value {
        let (size, dimensions) = (tensor.count, tensor.dimensions + tensor.dimensions)
        guard canBeWritten(dimensions, at: call.span) else { return .unknown(at: call.span) }
        let places = (0..<size * size).map { $0 % (size + 1) == 0 ? 1.0 : 0 }
        let isOn = Term(.constant(places), SayType(.bool, dimensions), at: call.span)
        let zero = Term(.constant([0]), SayType(tensor.element, []), at: call.span)
        return Value(.folded(.select(isOn, vector, zero), SayType(tensor.element, dimensions), at: call.span))
    }

    /// With one more entry to each row, the diagonal stands in the first column.
    private func gathered(_ matrix: Term, _ tensor: SayType.Tensor, _ call: BuiltinCall) -> Value {
        let (rows, columns) = (tensor.sizes[0], tensor.sizes[1])
        let size = min(rows, columns)
        func type(_ sizes: Int...) -> SayType { SayType(tensor.element, sizes.map { .init($0) }) }
        let square = matrix.part(0, 0..<size, at: call.span)
        let flat = square.reshaped(to: type(size * columns), at: call.span)
        let rest = Term(.constant([Double](repeating: 0, count: size)), type(size), at: call.span)
        let long = Term.folded(.concat([flat, rest], axis: 0), type(size * (columns + 1)), at: call.span)
        let first = long.reshaped(to: type(size, columns + 1), at: call.span).part(1, 0..<1, at: call.span)
        let labels = tensor.dimensions[0].labels == tensor.dimensions[1].labels ? tensor.dimensions[0].labels : nil
        return Value(first.reshaped(to: SayType(tensor.element, [.init(size: size, labels: labels)]), at: call.span))
    }
}

extension Diagnostic {
    fileprivate static func notAMatrix(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .notATensor, "expected a vector or a matrix of numbers for \(role), found \(term.type.withArticle)",
            at: term.span)
    }
}
