import Diagnostics
import Syntax

extension Checker {
    func checkConditional(_ conditional: Conditional, in scope: Scope, expecting expected: SayType?) -> Value {
        let choice = check(conditional.condition, in: scope)
        let condition =
            choice.type.element == .bool && choice.type.isTensor
            ? choice.term : asCondition(choice, at: conditional.condition.span, "the condition")
        let first = check(conditional.consequence, in: scope, expecting: expected)
        let second = check(conditional.alternative, in: scope, expecting: expected ?? first.type)
        guard condition.type != .unknown, !first.isUnknown, !second.isUnknown else {
            return .unknown(at: conditional.span)
        }
        guard !condition.type.isTensor else {
            return selected([condition, first.term, second.term], "`if`", at: conditional.span)
        }
        let wanted = first.type.agrees(with: second.type) ? second.type : first.type
        guard second.type.agrees(with: wanted) else {
            return fail(.branchMismatch(first.term, second.term, at: conditional.span))
        }
        let terms = alike(first.term.promoted(to: wanted), second.term.promoted(to: wanted))
        return Value(chosen(condition, terms.0, terms.1, at: conditional.span))
    }

    /// One of two alike terms; of records, field by field.
    private func chosen(_ condition: Term, _ first: Term, _ second: Term, at span: Span) -> Term {
        if let constant = condition.constant { return (constant != 0 ? first : second).moved(to: span) }
        guard let fields = first.type.fields else {
            return .folded(.select(condition, first, second), first.type, at: span)
        }
        let chosen = fields.indices.map {
            self.chosen(condition, first.field($0, at: first.span), second.field($0, at: second.span), at: span)
        }
        let record = SayType.Record(origin: nil, fields: fields)
        if case .record = first.type { return Term(.record(chosen), first.type, at: span) }
        return Term(.record(chosen), .record(record), at: span)
    }
}

extension Diagnostic {
    fileprivate static func branchMismatch(_ first: Term, _ second: Term, at span: Span) -> Diagnostic {
        Diagnostic(
            .branchMismatch, "both branches have one type: found \(first.type) and \(second.type)", at: span,
            labels: [
                Label("this is \(first.type.withArticle)", at: first.span),
                Label("this is \(second.type.withArticle)", at: second.span),
            ])
    }
}
