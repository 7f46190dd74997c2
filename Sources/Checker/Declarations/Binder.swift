import Diagnostics
import Syntax

/// What one name of a binder has come to.
struct BoundVariable {
    let variable: QuantifiedVariable
    /// What holds of it besides its domain: a bound that depends on what was bound before.
    let conditions: [Term]
}

/// What a binder ranges over.
enum BinderRange {
    case values(Domain)
    /// The entries of a tensor's or a sequence's first dimension.
    case entries(of: Term, count: Int)
}

extension Checker {
    /// Introduces the one name of a binder as a variable; nil, and a report, where it ranges over nothing.
    func bindVariable(_ binder: Binder, in scope: inout Scope) -> BoundVariable? {
        if let distribution = binder.distribution { return bindDrawn(binder, distribution, in: &scope) }
        let (range, bounds) = collectingOpenBounds { self.range(of: binder, in: scope) }
        guard let range, let pattern = binder.patterns.first else {
            bindUnknown([binder], in: &scope)
            return nil
        }
        let domain =
            switch range {
            case .values(let domain): domain
            case .entries(_, let count): Domain.integer(lower: 0, upper: count - 1)
            }
        let variable = QuantifiedVariable(id: newID(), name: pattern.written, domain: domain, span: pattern.span)
        domains[variable.id] = domain
        let isFinite = valueCount(variable) != nil
        guard let (variable, place) = isFinite ? plain(variable) : spread(variable) else {
            bindUnknown([binder], in: &scope)
            return nil
        }
        if case .entries(let term, _) = range {
            bind(pattern, to: Value(term.entry(at: place, at: pattern.span)), in: &scope)
        } else {
            bind(pattern, to: Value(binder.isLine ? place.field(0, at: pattern.span) : place), in: &scope)
        }
        var conditions = bounds.compactMap { condition(of: $0, on: place) }
        if case .entries(let term, _) = range, let counts = term.isEntry(place, at: pattern.span) {
            conditions.append(counts)
        }
        return BoundVariable(variable: variable, conditions: conditions)
    }

    private func plain(_ variable: QuantifiedVariable) -> (QuantifiedVariable, Term) {
        (variable, Term(.variable(id: variable.id), variable.type, at: variable.span))
    }

    /// Makes the names of a pattern stand for a value, or for its fields.
    func bind(_ pattern: Pattern, to value: Value, in scope: inout Scope) {
        for name in pattern.names where !name.isMissing {
            locals.declare(name)
            if case .name = pattern {
                declare(name, value, in: &scope)
            } else {
                declare(name, destructured(value, name), in: &scope)
            }
        }
    }

    /// Introduces the names of binders of which nothing is known, so that they are not reported.
    func bindUnknown(_ binders: [Binder], in scope: inout Scope) {
        for name in binders.flatMap(\.patterns).flatMap(\.names) {
            declare(name, .unknown(at: name.span), in: &scope)
        }
    }

    func range(of binder: Binder, in scope: Scope) -> BinderRange? {
        if let distribution = binder.distribution {
            report(.drawnValues(at: distribution.span))
            return nil
        }
        switch binder.domain {
        case .inferred: return nil
        case .type(let type): return resolve(type, in: scope).map { .values($0) }
        case .lines(let literal):
            return lineTable(literal).map { .values(.row(table: $0, type: .row(tables[$0].columns))) }
        case .rows(let expression): return rows(expression, in: scope)
        }
    }

    /// The rows of a data set by its name, or the entries of a value.
    private func rows(_ expression: Expression, in scope: Scope) -> BinderRange? {
        if case .missing = expression { return nil }
        if case .name(let name) = expression, scope[name.text] == nil {
            guard !name.isMissing else { return nil }
            guard let found = lookUp(name, in: scope.file) else {
                report(.unknownData(name, near: dataNames(in: scope.file)))
                return nil
            }
            if case .data(let node) = found.node {
                guard let index = tableIndex(Found(node: node, file: found.file, name: found.name)) else { return nil }
                return .values(.row(table: index, type: .row(tables[index].columns)))
            }
            if isType(found.node) {
                report(.notData(at: name.span, "`\(name.text)`", ": \(name.text)"))
                return nil
            }
        }
        let value = check(expression, in: scope)
        guard !value.isUnknown else { return nil }
        guard let count = value.type.entryCount else {
            report(.notData(at: expression.span, value.type.withArticle))
            return nil
        }
        return .entries(of: value.term, count: count)
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

extension Binder {
    /// Whether it goes through the lines of a file: the name is the line, not a row of one field.
    var isLine: Bool { if case .lines = domain { true } else { false } }
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
    fileprivate static func unknownData(_ name: Name, near candidates: [String]) -> Diagnostic {
        Diagnostic(
            .unknownData, "there is no data set `\(name.text)`", at: name.span, hints: .spelling(name, candidates))
    }

    fileprivate static func drawnValues(at span: Span) -> Diagnostic {
        .drawnPlace(
            "what is drawn has no values that can be gone through one by one", at: span,
            hint: "draw in `forall`, `rate`, `mean`, `median`, `quantile`, `all` or `any`")
    }

    fileprivate static func notData(at span: Span, _ what: String, _ type: String? = nil) -> Diagnostic {
        Diagnostic(
            .unknownData, "expected data, a tensor or a sequence behind `in`, found \(what)", at: span,
            hints: type.map { [Hint("for all values of a type write `\($0)`")] } ?? [])
    }
}
