import Diagnostics
import Syntax

extension Checker {
    /// `forall y: Real in [0, x] : ...` as an expression. Over finitely many values it is `all` or `any`; else the property
    /// takes it up (Prenex.swift).
    func checkQuantified(_ node: Quantified, in scope: Scope) -> Value {
        let quantifier: Quantifier = node.quantifier == .forall ? .forall : .exists
        return check(quantifier, node.binders.flatMap(\.separated)[...], of: node, in: scope)
    }

    private func check(
        _ quantifier: Quantifier, _ binders: ArraySlice<Binder>, of node: Quantified, in scope: Scope
    ) -> Value {
        guard let binder = binders.first else {
            let body = check(node.body, in: scope)
            guard !body.isUnknown else { return body }
            return Value(asCondition(body, at: node.body.span, "what is quantified"))
        }
        let rest = binders.dropFirst()
        if binder.distribution != nil { return quantify(quantifier, binder, rest, of: node, in: scope) }
        let listed = list([binder], in: scope, limit: Bounds.listed) { scope in
            check(quantifier, rest, of: node, in: scope)
        }
        switch listed {
        case .wrong: return .unknown(at: node.span)
        case .entries(let entries, _):
            let kind: Term.Aggregate.Kind = quantifier == .forall ? .all : .any
            return Value(.folded(.listed(.init(kind: kind, entries: entries)), .bool, at: node.span))
        case .tooLong: return quantify(quantifier, binder, rest, of: node, in: scope)
        }
    }

    private func quantify(
        _ quantifier: Quantifier, _ binder: Binder, _ rest: ArraySlice<Binder>, of node: Quantified, in scope: Scope
    ) -> Value {
        var inner = scope
        let bound = bindVariable(binder, in: &inner)
        let condition = binder.condition.map { checkCondition($0, in: inner, "`where`") }
        guard let bound, condition?.type != .unknown else { return .unknown(at: node.span) }
        guard bound.variable.domain.count != 0 else { return Value(.bool(quantifier == .forall, at: node.span)) }
        let conditions = bound.conditions + (condition.map { [$0] } ?? [])
        let isFinite = valueCount(bound.variable) != nil && !bound.variable.isDrawn
        guard isFinite else {
            let body = check(quantifier, rest, of: node, in: inner)
            guard !body.isUnknown else { return body }
            let term = Term.Quantified(
                quantifier: quantifier, variables: [bound.variable], conditions: conditions, body: body.term)
            return Value(Term(.quantified(term), .bool, at: node.span))
        }
        let body = within([bound.variable]) { check(quantifier, rest, of: node, in: inner) }
        guard let body, !body.isUnknown else { return .unknown(at: node.span) }
        let aggregate = Term.Aggregate(
            kind: quantifier == .forall ? .all : .any, binder: bound.variable,
            filter: conditions.isEmpty ? nil : conjunction(conditions, at: node.span).term, body: body.term)
        return Value(Term(.aggregate(aggregate), .bool, at: node.span))
    }
}
