import Diagnostics
import Syntax

extension Checker {
    /// nil where something in it is wrong.
    func checkProperty(_ node: PropertyDeclaration, in file: FileScope) -> CheckedProperty? {
        var property = CheckedProperty(
            name: node.name.text, title: node.title?.text, variables: [], restrictions: [], bindings: [],
            assumptions: [], checks: [], shrink: [], span: node.span)
        calls = CallSites()
        inlined = InlinedCalls()
        facts = []
        var scope = Scope(file)
        for clause in node.clauses { check(clause, in: &scope, of: &property) }
        if !node.clauses.contains(where: \.isCheck) { report(.propertyWithoutCheck(node)) }
        return property
    }

    private func check(_ clause: Syntax.Clause, in scope: inout Scope, of property: inout CheckedProperty) {
        switch clause {
        case .forall(let it): checkForall(it, in: &scope, of: &property)
        case .let(let it): property.bindings += checkLet(it, in: &scope)
        case .assume(let it):
            let term = checkCondition(it.condition, in: scope, "what is assumed")
            property.assumptions.append(Clause(term: term, span: it.condition.span))
        case .check(let it): checkCheck(it, in: scope, of: &property)
        case .shrink(let it): property.shrink += it.measures.compactMap { checkMeasure($0, in: scope) }
        }
    }

    private func checkCheck(_ node: Check, in scope: Scope, of property: inout CheckedProperty) {
        if let confidence = node.confidence { report(.notSupported("`with confidence`", at: confidence.span)) }
        let term = checkCondition(node.condition, in: scope, "what is checked")
        if let constant = term.constant { report(.constantCheck(term, constant)) }
        property.checks.append(Clause(term: term, span: node.condition.span))
    }

    private func checkForall(_ node: Forall, in scope: inout Scope, of property: inout CheckedProperty) {
        let variable = bindVariable(node.binder, in: &scope)
        if let variable { property.variables.append(variable) }
        guard let condition = node.condition else { return }
        let term = checkCondition(condition, in: scope, "`where`")
        guard term.type != .unknown else { return }
        if term.constant == 0 { report(.emptyDomain("nothing meets this `where`", at: condition.span)) }
        for part in conjuncts(term) {
            learn(part)
            property.restrictions.append(Clause(term: part, span: part.span))
        }
    }

    /// The parts of a conjunction, in order.
    private func conjuncts(_ term: Term) -> [Term] {
        guard case .and(let parts) = term.kind, !term.type.isTensor else { return [term] }
        return parts.flatMap { conjuncts($0) }
    }

    private func checkMeasure(_ expression: Expression, in scope: Scope) -> Clause? {
        let value = check(expression, in: scope)
        guard !value.isUnknown else { return nil }
        guard value.type.isNumeric, !value.type.isTensor else {
            report(.shrinkMeasure(value.term))
            return nil
        }
        return Clause(term: value.term, span: expression.span)
    }
}

extension Syntax.Clause {
    fileprivate var isCheck: Bool { if case .check = self { true } else { false } }
}

extension Diagnostic {
    fileprivate static func propertyWithoutCheck(_ node: PropertyDeclaration) -> Diagnostic {
        Diagnostic(
            .propertyWithoutCheck, "`\(node.name.text)` checks nothing",
            at: node.name.span.isEmpty ? node.span : node.name.span,
            hints: [Hint("end it with `check ...`")])
    }

    fileprivate static func constantCheck(_ term: Term, _ value: Double) -> Diagnostic {
        Diagnostic(
            .warning, code: CheckerCode.constantCheck.rawValue, "this is always \(value != 0 ? "true" : "false")",
            at: term.span)
    }

    fileprivate static func shrinkMeasure(_ term: Term) -> Diagnostic {
        var hints = [Hint("measure it: `l0(...)`, `l1(...)`, `l2(...)` or `linf(...)`")]
        if !term.type.isTensor { hints = [] }
        return Diagnostic(
            .shrinkMeasure, "what shrinks is a number, this is \(term.type.withArticle)", at: term.span, hints: hints)
    }
}
