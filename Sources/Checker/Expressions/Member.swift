import Diagnostics
import Syntax

extension Checker {
    func checkMember(_ expression: Member, in scope: Scope) -> Value {
        if let enumeration = labels(expression.base, in: scope) {
            return qualifiedCase(expression.name, of: enumeration)
        }
        if let fit = fit(namedBy: expression.base, in: scope) {
            guard let fitted = fitted(fit) else { return .unknown(at: expression.span) }
            return ask(fitted, expression.name, nil, at: expression.span, in: scope)
        }
        let base = check(expression.base, in: scope)
        guard !base.isUnknown, !expression.name.isMissing else { return .unknown(at: expression.span) }
        return member(expression.name, of: base, at: expression.span)
    }

    private func qualifiedCase(_ name: Name, of enumeration: SayType.Enumeration) -> Value {
        guard !name.isMissing else { return .unknown(at: name.span) }
        guard enumeration.cases.contains(name.text) else { return fail(.unknownCase(name, of: enumeration)) }
        return Value(.enumCase(name.text, of: enumeration, at: name.span))
    }

    /// What `name` is of `base`: an output or inner tensor of the call it is, a field, or a constant its type was made with.
    func member(_ name: Name, of base: Value, at span: Span) -> Value {
        if let call = base.call, let port = port(name.text, of: call, at: span) { return Value(port) }
        if let index = base.type.openFields?.firstIndex(where: { $0.name == name.text }) {
            return Value(base.term.field(index, at: span))
        }
        if case .record(let record) = base.type,
            let constant = record.origin?.arguments.first(where: { $0.name == name.text })
        {
            return Value(Term(.constant([constant.value]), constant.isInteger ? .int : .real, at: span))
        }
        let ports = base.call.map { names(ofPortsOf: $0) } ?? []
        let fields = ports + (base.type.openFields ?? []).map(\.name)
        guard !fields.isEmpty else { return fail(.noFields(name, of: base.term)) }
        if let call = base.call { return fail(.unknownPort(name, of: models[call.model], near: fields)) }
        return fail(.unknownField(name, of: base.type, near: fields))
    }
}

extension Diagnostic {
    fileprivate static func unknownCase(_ name: Name, of enumeration: SayType.Enumeration) -> Diagnostic {
        Diagnostic(
            .unknownField, "`\(enumeration.name)` has no case `\(name.text)`", at: name.span,
            hints: .spelling(name, enumeration.cases))
    }

    fileprivate static func noFields(_ name: Name, of term: Term) -> Diagnostic {
        Diagnostic(
            .notARecord, "\(term.type.withArticle) has no fields", at: name.span,
            labels: [Label("this is \(term.type.withArticle)", at: term.span)])
    }

    fileprivate static func unknownPort(_ name: Name, of model: CheckedModel, near candidates: [String]) -> Diagnostic {
        var hints: [Hint] = .spelling(name, candidates)
        if hints.isEmpty {
            hints = [
                Hint("a tensor inside the model is read by its name in the file: `.layer(\"\(name.text)\")`")
            ]
        }
        return Diagnostic(
            .unknownField, "`\(model.name)` has no output or inner tensor `\(name.text)`", at: name.span,
            labels: [Label("declared here", at: model.span)], hints: hints)
    }
}
