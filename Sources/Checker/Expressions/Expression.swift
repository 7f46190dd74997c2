import Diagnostics
import Syntax

extension Checker {
    /// The meaning of an expression. `expected` only decides between enum cases of one name.
    func check(_ expression: Expression, in scope: Scope, expecting expected: SayType? = nil) -> Value {
        let value = nested(at: expression.span) {
            switch expression {
            case .number(let it): checkNumber(it)
            case .boolean(let it): Value(.bool(it.value, at: it.span))
            case .name(let it): checkName(it, in: scope, expecting: expected)
            case .string(let it): checkTemplate(it, in: scope)
            case .regex(let it): Value(Term(.constant([]), .pattern(it.pattern), at: it.span))
            case .containment(let it): checkContainment(it, in: scope)
            case .missing(let span): .unknown(at: span)
            default: checkCompound(expression, in: scope, expecting: expected)
            }
        }
        if let observe = loaded.observe, !value.isUnknown { observe(expression.span, value.type) }
        return value
    }

    private func checkCompound(_ expression: Expression, in scope: Scope, expecting expected: SayType?) -> Value {
        switch expression {
        case .comprehension(let it): checkComprehension(it.binders, it.body, at: it.span, in: scope)
        case .quantified(let it): checkQuantified(it, in: scope)
        case .tensor(let it): checkTensor(it, in: scope, expecting: expected)
        case .record(let it): checkRecord(it, in: scope, expecting: expected)
        case .block(let it): checkBlock(it, in: scope, expecting: expected)
        case .conditional(let it): checkConditional(it, in: scope, expecting: expected)
        case .call(let it): checkCall(it, in: scope)
        case .aggregate(let it): checkAggregate(it, in: scope)
        case .index(let it): checkIndex(it, in: scope)
        case .member(let it): checkMember(it, in: scope)
        case .update(let it): checkUpdate(it, in: scope)
        case .negation(let it): checkNegation(it, in: scope)
        case .arithmetic(let it): checkArithmetic(it, in: scope)
        case .comparison(let it): checkComparison(it, in: scope)
        case .membership(let it): checkMembership(it, in: scope)
        case .not(let it): checkNot(it, in: scope)
        case .logic(let it): checkLogic(it, in: scope)
        case .implication(let it): checkImplication(it, in: scope)
        default: .unknown(at: expression.span)
        }
    }

    private func checkNumber(_ number: NumberLiteral) -> Value {
        guard let integer = number.integer else { return Value(.real(number.value, at: number.span)) }
        guard integer.magnitude <= Bounds.integer else { return Value(.real(number.value, at: number.span)) }
        return Value(.int(integer, at: number.span))
    }

    /// A condition: a Bool that is no tensor.
    func checkCondition(_ expression: Expression, in scope: Scope, _ role: String) -> Term {
        asCondition(check(expression, in: scope), at: expression.span, role)
    }

    func asCondition(_ value: Value, at span: Span, _ role: String) -> Term {
        guard !value.isUnknown, value.type != .bool else { return value.term }
        report(.notACondition(value.term, role))
        return Value.unknown(at: span).term
    }
}

extension Diagnostic {
    fileprivate static func notACondition(_ term: Term, _ role: String) -> Diagnostic {
        var hints: [Hint] = []
        if term.type.element == .bool { hints = [Hint("`all(...)` holds where every entry does")] }
        if term.type == .real { hints = [Hint("compare it: `... <= 0.5`")] }
        return Diagnostic(
            .notACondition, "expected \(role) to be true or false, found \(term.type.withArticle)", at: term.span,
            hints: hints)
    }
}
