import Diagnostics
import Syntax

extension Checker {
    /// nil where something in it is wrong.
    func checkProperty(
        _ node: PropertyDeclaration, _ clauses: [Syntax.Clause], in scope: Scope
    ) -> CheckedProperty? {
        var property = CheckedProperty(
            name: node.name.text, member: nil, title: node.title?.text, quantifier: .forall, variables: [],
            restrictions: [],
            inner: [], innerRestrictions: [], bindings: [], assumptions: [], checks: [], shrink: [], span: node.span)
        calls = CallSites()
        inlined = InlinedCalls()
        facts = []
        spreads = [:]
        var scope = scope
        for clause in clauses { check(clause, in: &scope, of: &property) }
        if !node.clauses.contains(where: \.isCheck) { report(.propertyWithoutCheck(node)) }
        return inPrenexForm(property)
    }

    private func check(_ clause: Syntax.Clause, in scope: inout Scope, of property: inout CheckedProperty) {
        switch clause {
        case .forall(let it): checkQuantifier(.forall, it.binders, at: it.span, in: &scope, of: &property)
        case .exists(let it): checkQuantifier(.exists, it.binders, at: it.span, in: &scope, of: &property)
        case .each(let it): bindUnknown(it.binders, in: &scope)
        case .let(let it): property.bindings += checkLet(it, in: &scope)
        case .assume(let it):
            let term = checkCondition(it.condition, in: scope, "what is assumed")
            property.assumptions.append(Clause(term: term, span: it.condition.span))
        case .check(let it): checkCheck(it, in: scope, of: &property)
        case .shrink(let it): property.shrink += it.measures.compactMap { checkMeasure($0, in: scope) }
        }
    }

    /// Takes what quantifiers stand inside the checks to the front of the property.
    private func inPrenexForm(_ property: CheckedProperty) -> CheckedProperty? {
        var (property, prenex) = (property, Prenex(self, property))
        if let rowwise = rowwise(property) {
            property.rowwise = rowwise
            property.bindings.removeAll { prenex.isQuantified($0.term) }
            return property
        }
        for index in property.checks.indices {
            property.checks[index].term = prenex.moved(property.checks[index].term)
        }
        for clause in property.restrictions + property.innerRestrictions + property.assumptions + property.shrink
        where prenex.isQuantified(clause.term) {
            report(.quantifierOutsideCheck(clause))
            return nil
        }
        property.bindings.removeAll { prenex.isQuantified($0.term) }
        let excesses = (prenex.outer + prenex.inner).compactMap { spreads[$0.id]?.excess }
        for excess in excesses { report(excess) }
        guard prenex.isComplete, excesses.isEmpty else { return nil }
        property.variables += prenex.outer
        property.inner += prenex.inner
        property = turned(property)
        guard isPlaced(property) else { return nil }
        let inner = Set(property.inner.map(\.id))
        for clause in property.restrictions + property.assumptions where clause.term.depends(on: inner) {
            report(.innerAssumption(clause, property.quantifier))
            return nil
        }
        return property
    }

    /// A clause `forall` or `exists`: the first says which the property's own is.
    private func checkQuantifier(
        _ quantifier: Quantifier, _ binders: [Binder], at span: Span, in scope: inout Scope,
        of property: inout CheckedProperty
    ) {
        if property.variables.isEmpty { property.quantifier = quantifier }
        if quantifier == property.quantifier, !property.inner.isEmpty {
            report(.quantifierOrder(quantifier, at: span))
        }
        for binder in binders.flatMap(\.separated) {
            let bound = bindVariable(binder, in: &scope)
            if let bound { property[variablesOf: quantifier].append(bound.variable) }
            var conditions = (bound?.conditions ?? []).map { Clause(term: $0, span: $0.span) }
            if let written = binder.condition {
                conditions.append(Clause(term: checkCondition(written, in: scope, "`where`"), span: written.span))
            }
            for condition in conditions {
                property[restrictionsOf: quantifier] += restrictions(of: condition)
            }
        }
    }

    /// The parts of a condition, each known of what comes after.
    private func restrictions(of condition: Clause) -> [Clause] {
        guard condition.term.type != .unknown else { return [] }
        if condition.term.constant == 0 { report(.emptyDomain("nothing meets this `where`", at: condition.span)) }
        return conjuncts(condition.term).map { part in
            learn(part)
            return Clause(term: part, span: part.span)
        }
    }

    private func checkCheck(_ node: Check, in scope: Scope, of property: inout CheckedProperty) {
        let term = checkCondition(node.condition, in: scope, "what is checked")
        if let constant = term.constant { report(.constantCheck(term, constant)) }
        property.checks.append(Clause(term: term, span: node.condition.span))
        if let confidence = checkConfidence(node, of: term, in: scope) {
            property.confidence = max(confidence, property.confidence ?? 0)
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

extension CheckedProperty {
    /// The property's own variables, or the inner ones.
    fileprivate subscript(variablesOf quantifier: Quantifier) -> [QuantifiedVariable] {
        get { quantifier == self.quantifier ? variables : inner }
        set { if quantifier == self.quantifier { variables = newValue } else { inner = newValue } }
    }

    fileprivate subscript(restrictionsOf quantifier: Quantifier) -> [Clause] {
        get { quantifier == self.quantifier ? restrictions : innerRestrictions }
        set { if quantifier == self.quantifier { restrictions = newValue } else { innerRestrictions = newValue } }
    }
}

extension Syntax.Clause {
    fileprivate var isCheck: Bool { if case .check = self { true } else { false } }
}

extension Diagnostic {
    fileprivate static func quantifierOrder(_ quantifier: Quantifier, at span: Span) -> Diagnostic {
        Diagnostic(
            .quantifierOrder, "a property alternates once: this `\(quantifier.rawValue)` would begin a third part",
            at: span,
            hints: [Hint("move it up to the first `\(quantifier.rawValue)`, if that is what is meant")])
    }

    fileprivate static func innerAssumption(_ clause: Clause, _ quantifier: Quantifier) -> Diagnostic {
        let inner = quantifier.other.rawValue
        return Diagnostic(
            .quantifierOrder, "what is assumed of the input cannot depend on what the inner `\(inner)` chooses",
            at: clause.span,
            hints: [Hint("say it behind the inner variable: `\(inner) y: T where ...`")])
    }

    fileprivate static func quantifierOutsideCheck(_ clause: Clause) -> Diagnostic {
        Diagnostic(
            .quantifierPlace, "a `forall` or `exists` over infinitely many values stands in a `check` only",
            at: clause.span)
    }

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
