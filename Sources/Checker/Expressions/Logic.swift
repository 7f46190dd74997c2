import Diagnostics
import Syntax

extension Checker {
    func checkLogic(_ logic: Logic, in scope: Scope) -> Value {
        let values = logic.operands.map { check($0, in: scope) }
        guard let terms = truths(values, "`\(logic.operation.rawValue)`") else { return .unknown(at: logic.span) }
        guard let dimensions = broadcast(terms, at: logic.span) else { return .unknown(at: logic.span) }
        let kind: Term.Kind = logic.operation == .and ? .and(terms) : .or(terms)
        return Value(.folded(kind, SayType(.bool, dimensions), at: logic.span))
    }

    func checkNot(_ not: Not, in scope: Scope) -> Value {
        guard let terms = truths([check(not.operand, in: scope)], "`not`") else { return .unknown(at: not.span) }
        return Value(.folded(.not(terms[0]), terms[0].type, at: not.span))
    }

    func checkImplication(_ implication: Implication, in scope: Scope) -> Value {
        let values = [check(implication.premise, in: scope), check(implication.conclusion, in: scope)]
        guard let terms = truths(values, "`implies`"), let dimensions = broadcast(terms, at: implication.span) else {
            return .unknown(at: implication.span)
        }
        return Value(.folded(.implies(terms[0], terms[1]), SayType(.bool, dimensions), at: implication.span))
    }

    func conjunction(_ terms: [Term], at span: Span) -> Value {
        if terms.count == 1 { return Value(terms[0]) }
        guard let dimensions = broadcast(terms, at: span) else { return .unknown(at: span) }
        return Value(.folded(.and(terms), SayType(.bool, dimensions), at: span))
    }

    private func truths(_ values: [Value], _ role: String) -> [Term]? {
        var isComplete = true
        for value in values {
            if value.isUnknown {
                isComplete = false
            } else if value.type.element != .bool {
                report(.notATruth(value.term, role))
                isComplete = false
            }
        }
        return isComplete ? values.map(\.term) : nil
    }
}

extension Diagnostic {
    fileprivate static func notATruth(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(
            .notACondition, "expected a truth value for \(role), found \(term.type.withArticle)", at: term.span,
            hints: term.type.isNumeric ? [Hint("compare it: `... > 0`")] : [])
    }
}
