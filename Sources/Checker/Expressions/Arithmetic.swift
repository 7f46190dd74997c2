import Diagnostics
import Syntax

extension Checker {
    /// Sums and products; a long chain is taken apart without recursion.
    func checkArithmetic(_ expression: Arithmetic, in scope: Scope) -> Value {
        var chain = [expression]
        while case .arithmetic(let inner) = chain[chain.count - 1].left { chain.append(inner) }
        var left = check(chain[chain.count - 1].left, in: scope)
        for step in chain.reversed() {
            let right = check(step.right, in: scope)
            left = combine(step, left, right)
        }
        return left
    }

    private func combine(_ step: Arithmetic, _ left: Value, _ right: Value) -> Value {
        guard !left.isUnknown, !right.isUnknown else { return .unknown(at: step.span) }
        guard let operation = step.operation.term else { return join([left.term, right.term], at: step.span) }
        return arithmetic(operation, left.term, right.term, at: step.span, "`\(step.operation.rawValue)`")
    }

    /// Int stays Int except under division; with a Real all is Real.
    func arithmetic(
        _ operation: Term.Arithmetic, _ left: Term, _ right: Term, at span: Span, _ role: String
    ) -> Value {
        for operand in [left, right] where !operand.type.isNumeric { return fail(.notANumber(operand, role)) }
        guard let dimensions = broadcast([left, right], at: span) else { return .unknown(at: span) }
        let isInteger = left.type.element == .int && right.type.element == .int && operation != .divide
        let type = SayType(isInteger ? .int : .real, dimensions)
        return Value(.folded(.arithmetic(operation, left, right), type, at: span))
    }

    func checkNegation(_ negation: Negation, in scope: Scope) -> Value {
        let operand = check(negation.operand, in: scope)
        guard !operand.isUnknown else { return .unknown(at: negation.span) }
        guard operand.type.isNumeric else { return fail(.notANumber(operand.term, "`-`")) }
        let type = SayType(operand.type.element ?? .real, operand.type.dimensions ?? [])
        return Value(.folded(.apply(.negate, [operand.term]), type, at: negation.span))
    }
}

extension Arithmetic.Operator {
    fileprivate var term: Term.Arithmetic? {
        switch self {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .join: nil
        }
    }
}

extension Diagnostic {
    static func notANumber(_ term: Term, _ role: String) -> Diagnostic {
        var hints: [Hint] = []
        switch term.type.element {
        case .bool?: hints = [Hint("`if ... then 1 else 0` makes a number of a truth value")]
        case .enumeration?: hints = [Hint("`int(...)` is the position of an enum case")]
        default: if term.type.isOptional { hints = [.missing] }
        }
        return Diagnostic(
            .notANumber, "expected a number or a tensor of numbers for \(role), found \(term.type.withArticle)",
            at: term.span,
            hints: hints)
    }
}
