import Diagnostics

/// Functions that make one number of a tensor, or of each line along an axis.
let reductionBuiltins: [String: Builtin] = [
    "sum": Builtin("x", "axis?") { checker, call in checker.sum(call) },
    "mean": Builtin("x", "axis?") { checker, call in checker.mean(call) },
    "l0": Builtin("x") { $0.norm(.l0, $1) },
    "l1": Builtin("x") { $0.norm(.l1, $1) },
    "l2": Builtin("x") { $0.norm(.l2, $1) },
    "linf": Builtin("x") { $0.norm(.linf, $1) },
    "argmax": Builtin("x") { $0.extremum(.argmax, $1) },
    "argmin": Builtin("x") { $0.extremum(.argmin, $1) },
    "all": Builtin("x") { $0.truth(.every, $1) },
    "any": Builtin("x") { $0.truth(.some, $1) },
]

extension Checker {
    fileprivate func sum(_ call: BuiltinCall) -> Value { reduced(call) { .sum(axis: $0) } }
    fileprivate func mean(_ call: BuiltinCall) -> Value { reduced(call) { .mean(axis: $0) } }
    func least(_ call: BuiltinCall) -> Value { reduced(call) { .least(axis: $0) } }
    func greatest(_ call: BuiltinCall) -> Value { reduced(call) { .greatest(axis: $0) } }

    private func reduced(_ call: BuiltinCall, _ function: (Int?) -> Term.Function) -> Value {
        guard let option = call.options["axis"] else { return reduced(function(nil), call) }
        let operand = call.terms[0]
        guard case .tensor(let tensor) = operand.type else { return fail(.notATensor(operand, call.role)) }
        guard let axis = axis(option, of: tensor.dimensions, call.role) else { return .unknown(at: call.span) }
        return reduced(
            function(axis), call, keeping: tensor.dimensions.enumerated().filter { $0.offset != axis }.map(\.element))
    }

    /// Of a number: itself. Truth values count as 0 and 1.
    func reduced(
        _ function: Term.Function, _ call: BuiltinCall, keeping kept: [SayType.Tensor.Dimension] = []
    ) -> Value {
        var operand = call.terms[0]
        guard let dimensions = operand.type.dimensions else { return fail(.notANumber(operand, call.role)) }
        if operand.type.element == .bool {
            operand = Term(.apply(.convert, [operand]), SayType(.int, dimensions), at: operand.span)
        }
        guard operand.type.isNumeric else { return fail(.notANumber(operand, call.role)) }
        guard operand.type.isTensor else { return fail(.notATensor(operand, call.role)) }
        var element = operand.type.element ?? .real
        if case .mean = function { element = .real }
        return Value(.folded(.apply(function, [operand]), SayType(element, kept), at: call.span))
    }

    /// Of the whole tensor; the number itself counts as a tensor of one.
    fileprivate func norm(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        guard call.terms[0].type.isNumeric else { return fail(.notANumber(call.terms[0], call.role)) }
        return Value(Term(.apply(function, call.terms), function == .l0 ? .int : .real, at: call.span))
    }

    /// The place in row-major order, or the case where all other dimensions are 1 and this one's entries have names.
    fileprivate func extremum(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        let operand = call.terms[0]
        guard case .tensor(let tensor) = operand.type else { return fail(.notATensor(operand, call.role)) }
        guard operand.type.isNumeric else { return fail(.notANumber(operand, call.role)) }
        let wide = tensor.dimensions.filter { $0.size != 1 }
        let labels = wide.count == 1 ? wide[0].labels : nil
        let line = SayType(tensor.element, [.init(size: tensor.count, labels: labels)])
        let vector = operand.reshaped(to: line, at: operand.span)
        return Value(Term(.apply(function, [vector]), labels.map { .enumeration($0) } ?? .int, at: call.span))
    }

    fileprivate func truth(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        let operand = call.terms[0]
        guard operand.type.element == .bool else {
            return fail(.notTruths(operand, call.role))
        }
        guard operand.type.isTensor else { return Value(operand) }
        return Value(Term(.apply(function, [operand]), .bool, at: call.span))
    }
}

extension Diagnostic {
    fileprivate static func notTruths(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .notACondition, "expected truth values for \(role), found \(term.type.withArticle)", at: term.span,
            hints: term.type.isNumeric ? [Hint("compare them: `... > 0`")] : [])
    }
}
