import Diagnostics
import Syntax

extension Checker {
    /// The value of a param in this run: what `--set` says, else what the file says.
    func parameterValue(_ found: Found<ParamDeclaration>) -> Value {
        if let known = parameterValues[found.key] { return known }
        let unknown = Value.unknown(at: found.node.name.span)
        guard !underway.contains(found.key) else { return fail(.recursiveParam(found.node.name)) }
        underway.append(found.key)
        defer { underway.removeLast() }
        let value = computed(found)
        let term = value.map { $0.moved(to: found.node.name.span) }
        let result = term.map { Value($0) } ?? unknown
        parameterValues[found.key] = result
        if let term, let values = term.constants, found.file.index == 0 {
            parameters.append(.init(name: found.name, type: term.type, values: values, span: found.node.name.span))
        }
        return result
    }

    private func computed(_ found: Found<ParamDeclaration>) -> Term? {
        let scope = Scope(found.file)
        let domain = resolve(found.node.type, in: scope)
        let own = check(found.node.value, in: scope, expecting: domain?.type)
        guard let domain, let value = constant(own, as: domain, found.node) else { return nil }
        guard found.file.index == 0, let text = loaded.parameters[found.name] else { return value }
        return override(found, domain, text)
    }

    private func constant(_ value: Value, as domain: Domain, _ node: ParamDeclaration) -> Term? {
        guard !value.isUnknown, let term = fit(value.term, to: domain.type, "`\(node.name.text)`") else { return nil }
        guard term.constants != nil else {
            reportNotConstant(term, "a param")
            return nil
        }
        return isInside(term, domain, "`\(node.name.text)`") ? term : nil
    }

    /// What `--set name=text` makes of a param: the text is read as the file would read it.
    private func override(_ found: Found<ParamDeclaration>, _ domain: Domain, _ text: String) -> Term? {
        let source = SourceFile(
            path: "--set", text: "param \(found.name): Real = \(text)", id: found.file.tree.source.id)
        let (tree, problems) = parse(source)
        guard !problems.hasErrors, tree.declarations.count == 1, case .param(let node)? = tree.declarations.first else {
            report(.overrideText(found.node, domain.type, text))
            return nil
        }
        log.mute()
        let value = check(node.value, in: Scope(found.file), expecting: domain.type)
        log.unmute()
        guard !value.isUnknown, value.type.agrees(with: domain.type),
            let term = Optional(value.term.promoted(to: domain.type)), term.constants != nil
        else {
            report(.overrideText(found.node, domain.type, text))
            return nil
        }
        let placed = term.named.moved(to: found.node.name.span)
        return isInside(placed, domain, "`\(found.name)`") ? placed : nil
    }

    /// Reports overrides of params that are not there.
    func checkOverrides(of file: FileScope) {
        let names = file.tree.declarations.compactMap { declaration -> String? in
            if case .param(let it) = declaration { it.name.text } else { nil }
        }
        for name in loaded.parameters.keys.sorted() where !names.contains(name) {
            report(.unknownParam(name, near: names, at: file.tree.source.span.beginning))
        }
    }
}

extension Diagnostic {
    static func recursiveParam(_ name: Name) -> Diagnostic {
        Diagnostic(.recursiveParam, "`\(name.text)` is defined by itself", at: name.span)
    }

    fileprivate static func overrideText(_ node: ParamDeclaration, _ type: SayType, _ text: String) -> Diagnostic {
        Diagnostic(
            .paramOverride, "`--set \(node.name.text)=\(text)` is not \(type.withArticle)", at: node.name.span,
            labels: [Label("declared as \(type.withArticle)", at: node.type.span)])
    }

    fileprivate static func unknownParam(_ name: String, near candidates: [String], at span: Span) -> Diagnostic {
        let near = suggest(name, among: candidates)
        let hint = near.map { "did you mean `\($0)`?" } ?? "`--set` changes a `param` of this file"
        return Diagnostic(
            .unknownParam, "`--set` names `\(name)`, but there is no such param", at: span, hints: [Hint(hint)])
    }
}
