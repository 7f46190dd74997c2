import Diagnostics
import Syntax

extension Checker {
    /// Introduces what a `forall` or an aggregate ranges over; nil, and a report, where that is nothing.
    func bindVariable(_ binder: Binder, in scope: inout Scope) -> QuantifiedVariable? {
        let domain = domain(of: binder, in: scope)
        guard let domain, binder.patterns.count == 1, let pattern = binder.patterns.first else {
            if binder.patterns.count > 1 { report(.notSupported("several names before one type", at: binder.span)) }
            bindUnknown([binder], in: &scope)
            return nil
        }
        let variable = QuantifiedVariable(id: newID(), name: pattern.written, domain: domain, span: pattern.span)
        domains[variable.id] = domain
        let value = Value(Term(.variable(id: variable.id), domain.type, at: pattern.span))
        for name in pattern.names where !name.isMissing {
            locals.declare(name)
            if case .name = pattern {
                declare(name, value, in: &scope)
            } else {
                declare(name, destructured(value, name), in: &scope)
            }
        }
        return variable
    }

    /// Introduces the names of binders of which nothing is known, so that they are not reported.
    func bindUnknown(_ binders: [Binder], in scope: inout Scope) {
        for name in binders.flatMap(\.patterns).flatMap(\.names) {
            declare(name, .unknown(at: name.span), in: &scope)
        }
    }

    private func domain(of binder: Binder, in scope: Scope) -> Domain? {
        if let distribution = binder.distribution {
            report(.notSupported("`~`", at: distribution.span))
            return nil
        }
        switch binder.domain {
        case .inferred: return nil
        case .type(let type): return resolve(type, in: scope)
        case .lines(let literal):
            report(.notSupported("`lines`", at: literal.span))
            return nil
        case .rows(let expression): return rows(expression, in: scope)
        }
    }

    private func rows(_ expression: Expression, in scope: Scope) -> Domain? {
        guard case .name(let name) = expression else {
            if case .missing = expression { return nil }
            report(.notData(at: expression.span, "an expression"))
            return nil
        }
        guard !name.isMissing else { return nil }
        guard let found = lookUp(name, in: scope.file) else {
            report(.unknownData(name, near: dataNames(in: scope.file), isLocal: scope[name.text] != nil))
            return nil
        }
        guard case .data(let node) = found.node else {
            report(.notData(at: name.span, "`\(name.text)`", isType(found.node) ? ": \(name.text)" : nil))
            return nil
        }
        guard let index = tableIndex(Found(node: node, file: found.file, name: found.name)) else { return nil }
        return .row(table: index, type: .row(tables[index].columns))
    }

    private func isType(_ declaration: Declaration) -> Bool {
        switch declaration {
        case .type, .enumeration: true
        default: false
        }
    }

    private func dataNames(in file: FileScope) -> [String] {
        ([file] + file.imports).flatMap { file in
            file.tree.declarations.compactMap { if case .data(let it) = $0 { it.name.text } else { nil } }
        }
    }
}

extension Pattern {
    var names: [Name] {
        switch self {
        case .name(let name): [name]
        case .fields(let names, _): names
        }
    }

    var written: String {
        switch self {
        case .name(let name): name.text
        case .fields(let names, _): "{ \(names.map(\.text).joined(separator: ", ")) }"
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownData(_ name: Name, near candidates: [String], isLocal: Bool) -> Diagnostic {
        Diagnostic(
            .unknownData, isLocal ? "`\(name.text)` is not a data set" : "there is no data set `\(name.text)`",
            at: name.span,
            hints: .spelling(name, candidates))
    }

    fileprivate static func notData(at span: Span, _ what: String, _ type: String? = nil) -> Diagnostic {
        Diagnostic(
            .unknownData, "expected the name of a data set behind `in`, found \(what)", at: span,
            hints: type.map { [Hint("for all values of a type write `\($0)`")] } ?? [])
    }
}
