import Diagnostics
import Syntax

extension Checker {
    /// `[i: Int in [0, 2] : x[i] * i]`: a tensor with a dimension for each binder, or a sequence of records.
    func checkComprehension(_ binders: [Binder], _ body: Expression, at span: Span, in scope: Scope) -> Value {
        guard let entries = checkEntries(binders, body, at: span, in: scope) else { return .unknown(at: span) }
        if let mask = entries.mask { return fail(.openSelection(mask)) }
        return entries.values
    }

    /// What is computed for each value of the binders, and where which of it counts is not known yet, whether it does.
    struct Entries {
        let values: Value
        let mask: Term?
    }

    /// Over few values the body is written out for each; over many, and over rows of data, a region keeps what it gives. nil,
    /// and a report, where that cannot be.
    func checkEntries(_ binders: [Binder], _ body: Expression, at span: Span, in scope: Scope) -> Entries? {
        switch list(binders, in: scope, limit: Bounds.comprehension, { scope in check(body, in: scope) }) {
        case .wrong: return nil
        case .tooLong: return kept(binders, body, at: span, in: scope)
        case .entries(let entries, let counts): return assembled(entries, counts, binders, at: span, in: scope)
        }
    }

    private func assembled(
        _ entries: [Term.Listed.Entry], _ counts: [Int?], _ binders: [Binder], at span: Span, in scope: Scope
    ) -> Entries? {
        guard !entries.isEmpty else {
            report(.emptyComprehension(at: span))
            return nil
        }
        let stacked = stacked(entries.map(\.value), at: span)
        guard case .tensor(let tensor) = stacked.type else { return Entries(values: stacked, mask: nil) }
        let mask = mask(entries, at: span)
        let sizes = counts.compactMap { $0 }
        let isWhole = sizes.count == counts.count && sizes.reduce(1, *) == entries.count
        guard counts.count > 1 || isWhole else { return Entries(values: stacked, mask: mask) }
        guard isWhole else {
            report(.raggedComprehension(at: span))
            return nil
        }
        let names = binders.flatMap(\.separated).map { labels(of: $0, in: scope) }
        let front = zip(sizes, names).map { SayType.Tensor.Dimension(size: $0, labels: $1) }
        let type = SayType(tensor.element, front + tensor.dimensions.dropFirst())
        guard hasLegalSize(type.dimensions ?? [], at: span) else { return nil }
        return Entries(
            values: Value(stacked.term.reshaped(to: type, at: span)),
            mask: mask?.reshaped(to: SayType(.bool, front), at: span))
    }

    /// Whether each entry counts; nil where all do.
    private func mask(_ entries: [Term.Listed.Entry], at span: Span) -> Term? {
        guard entries.contains(where: { $0.condition != nil }) else { return nil }
        return stacked(entries.map { $0.condition ?? .bool(true, at: span) }, at: span).term
    }

    private func kept(_ binders: [Binder], _ body: Expression, at span: Span, in scope: Scope) -> Entries? {
        var inner = scope
        guard let bound = bindFinite(binders, in: &inner) else {
            _ = check(body, in: inner)
            return nil
        }
        let value = within(bound.variables) { check(body, in: inner) }
        guard let value, !value.isUnknown else { return nil }
        guard value.type.element != nil else {
            report(.keptElement(value.term))
            return nil
        }
        let sizes = bound.variables.compactMap(valueCount)
        guard sizes.reduce(1, *) <= Bounds.kept else {
            report(.comprehensionTooLong(at: binders.first?.span ?? span))
            return nil
        }
        func kept(_ body: Term) -> Term {
            zip(bound.variables, sizes).reversed().reduce(body) { stacked($0, over: $1.0, count: $1.1, at: span) }
        }
        let values = Value(kept(value.term))
        guard hasLegalSize(values.type.dimensions ?? [], at: span) else { return nil }
        return Entries(values: values, mask: bound.condition.map(kept))
    }

    private func stacked(_ body: Term, over variable: QuantifiedVariable, count: Int, at span: Span) -> Term {
        let aggregate = Term.Aggregate(kind: .stacked, binder: variable, filter: nil, body: body)
        let type = SayType(body.type.element ?? .real, [.init(count)] + (body.type.dimensions ?? []))
        return Term(.aggregate(aggregate), type, at: span)
    }

    /// The enum whose cases a binder goes through, all of them.
    private func labels(of binder: Binder, in scope: Scope) -> SayType.Enumeration? {
        guard binder.condition == nil, case .type(let type) = binder.domain, case .named(let named) = type.base,
            type.range == nil
        else { return nil }
        return labels(.name(named.name), in: scope)
    }
}

extension Diagnostic {
    fileprivate static func comprehensionTooLong(at span: Span) -> Diagnostic {
        Diagnostic(
            .domainTooLarge, "these are too many entries for a tensor: at most \(Bounds.kept)", at: span,
            hints: [Hint("narrow the range, or ask for `mean`, `sum`, ..., which keep no entries")])
    }

    fileprivate static func openSelection(_ condition: Term) -> Diagnostic {
        Diagnostic(
            .notConstant, "which entries there are must be known before the search, this depends on a variable",
            at: condition.span, hints: [Hint("choose in the body: `if ... then ... else 0`")])
    }

    fileprivate static func keptElement(_ term: Term) -> Diagnostic {
        Diagnostic(
            .elementType,
            "of rows and of many values, numbers, truth values and enum cases are kept, not \(term.type.withArticle)",
            at: term.span)
    }

    fileprivate static func emptyComprehension(at span: Span) -> Diagnostic {
        Diagnostic(.emptyDomain, "no entry is left: a tensor has at least one", at: span)
    }

    fileprivate static func raggedComprehension(at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "the rows are not equally long, so they make no tensor", at: span,
            hints: [Hint("give all binders the same range, and choose in the body: `if ... then ... else 0`")])
    }
}
