import Diagnostics
import Syntax

/// Functions that work element by element, on a number or on a tensor.
let elementwiseBuiltins: [String: Builtin] = [
    "exp": unary(.exp), "log": unary(.log), "sqrt": unary(.sqrt), "sin": unary(.sin), "cos": unary(.cos),
    "tan": unary(.tan), "tanh": unary(.tanh), "sigmoid": unary(.sigmoid),
    "abs": unary(.abs, .kept), "relu": unary(.relu, .kept), "sign": unary(.sign, .whole),
    "floor": unary(.floor, .whole), "ceil": unary(.ceil, .whole), "round": unary(.round, .whole),
    "clamp": Builtin("x", "low", "high") { $0.combined(.clamp, $1) },
    "min": Builtin("x...", "axis?", "mask?") { $1.arguments.count == 1 ? $0.least($1) : $0.combined(.min, $1) },
    "max": Builtin("x...", "axis?", "mask?") { $1.arguments.count == 1 ? $0.greatest($1) : $0.combined(.max, $1) },
    "pow": Builtin("x", "exponent") { $0.real($0.arithmetic(.power, $1.terms[0], $1.terms[1], at: $1.span, $1.role)) },
    "mod": Builtin("x", "divisor") { $0.arithmetic(.remainder, $1.terms[0], $1.terms[1], at: $1.span, $1.role) },
    "select": Builtin("condition", "then", "else") { $0.selected($1.terms, $1.role, at: $1.span) },
    "int": Builtin("x") { $0.converted($1, to: .int) },
    "real": Builtin("x") { $0.converted($1, to: .real) },
]

/// What the entries of a result are: whole numbers are Ints, however large, so that they may be asked for with `==`.
private enum Result { case real, kept, whole }

private func unary(_ function: Term.Function, _ result: Result = .real) -> Builtin {
    Builtin("x") { checker, call in
        let operand = call.terms[0]
        guard operand.type.isNumeric, let dimensions = operand.type.dimensions, let element = operand.type.element
        else {
            return checker.fail(.notANumber(operand, call.role))
        }
        let type =
            switch result {
            case .real: SayType(.real, dimensions)
            case .kept: SayType(element, dimensions)
            case .whole: SayType(.int, dimensions)
            }
        return Value(.folded(.apply(function, [operand]), type, at: call.span))
    }
}

extension Checker {
    /// Several operands that broadcast; Int if all are.
    fileprivate func combined(_ function: Term.Function, _ call: BuiltinCall) -> Value {
        for term in call.terms where !term.type.isNumeric { return fail(.notANumber(term, call.role)) }
        if let (label, value) = call.options.min(by: { $0.key < $1.key }) {
            return fail(.optionOfSeveral(label, call.name, at: value.span))
        }
        guard let dimensions = broadcast(call.terms, at: call.span) else { return .unknown(at: call.span) }
        let isInteger = call.terms.allSatisfy { $0.type.element == .int }
        return Value(
            .folded(.apply(function, call.terms), SayType(isInteger ? .int : .real, dimensions), at: call.span))
    }

    /// Each entry from the second or the third of the terms, as the first has it; `if` on tensors too.
    func selected(_ terms: [Term], _ role: String, at span: Span) -> Value {
        let (condition, first, second) = (terms[0], terms[1], terms[2])
        guard condition.type.element == .bool else { return fail(.notAMask(condition)) }
        guard let a = first.type.element, let b = second.type.element else {
            return fail(.notATensor(first.type.element == nil ? first : second, role))
        }
        guard a == b || first.type.isNumeric && second.type.isNumeric else {
            return fail(.choiceMismatch(first, second))
        }
        guard let dimensions = broadcast(terms, at: span) else { return .unknown(at: span) }
        let element = a == b ? a : .real
        return Value(.folded(.select(condition, first, second), SayType(element, dimensions), at: span))
    }

    /// To Int toward zero; a truth value is 0 or 1, an enum case its position.
    fileprivate func converted(_ call: BuiltinCall, to element: SayType.Tensor.Element) -> Value {
        let operand = call.terms[0]
        guard let own = operand.type.element, let dimensions = operand.type.dimensions else {
            return fail(.notANumber(operand, call.role))
        }
        let type = SayType(element, dimensions)
        if own == .real, element == .int { return Value(truncated(operand, type, at: call.span)) }
        if let constants = operand.constants { return Value(Term(.constant(constants), type, at: call.span)) }
        return Value(operand.type == type ? operand : Term(.apply(.convert, [operand]), type, at: call.span))
    }

    private func truncated(_ operand: Term, _ type: SayType, at span: Span) -> Term {
        let truth = SayType(.bool, type.dimensions ?? [])
        let isNegative = Term.folded(.compare(.less, operand, .real(0, at: span)), truth, at: span)
        let up = Term.folded(.apply(.ceil, [operand]), type, at: span)
        let down = Term.folded(.apply(.floor, [operand]), type, at: span)
        return .folded(.select(isNegative, up, down), type, at: span)
    }

    /// The same, said to be Real.
    fileprivate func real(_ value: Value) -> Value {
        guard let dimensions = value.type.dimensions else { return value }
        return Value(value.term.retyped(SayType(.real, dimensions)))
    }
}

extension Diagnostic {
    fileprivate static func optionOfSeveral(_ label: String, _ name: Name, at span: Span) -> Diagnostic {
        Diagnostic(
            .argumentLabel, "`\(name.text)` of several values goes element by element and takes no `\(label)`",
            at: span,
            hints: [Hint("`\(name.text)(stack(a, b), axis: 0)` is the same of both")])
    }

    fileprivate static func notAMask(_ term: Term) -> Diagnostic {
        Diagnostic(
            .notACondition, "expected truth values for `select` to choose by, found \(term.type.withArticle)",
            at: term.span)
    }

    fileprivate static func choiceMismatch(_ first: Term, _ second: Term) -> Diagnostic {
        Diagnostic(
            .branchMismatch, "both choices have one type: found \(first.type) and \(second.type)", at: second.span,
            labels: [Label("this is \(first.type.withArticle)", at: first.span)])
    }
}
