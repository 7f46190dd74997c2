import Diagnostics
import Syntax

extension Checker {
    /// `[i: Int in [0, 2] : x[i] * i]`: a tensor with a dimension for each binder, or a sequence of records.
    func checkComprehension(_ binders: [Binder], _ body: Expression, at span: Span, in scope: Scope) -> Value {
        switch list(binders, in: scope, limit: Bounds.comprehension, { scope in check(body, in: scope) }) {
        case .wrong: return .unknown(at: span)
        case .tooLong: return fail(.comprehensionTooLong(at: binders.first?.span ?? span))
        case .entries(let entries, let counts): return assembled(entries, counts, binders, at: span, in: scope)
        }
    }

    private func assembled(
        _ entries: [Term.Listed.Entry], _ counts: [Int?], _ binders: [Binder], at span: Span, in scope: Scope
    ) -> Value {
        for entry in entries {
            if let condition = entry.condition { return fail(.openSelection(condition)) }
        }
        guard !entries.isEmpty else { return fail(.emptyComprehension(at: span)) }
        let stacked = stacked(entries.map(\.value), at: span)
        guard case .tensor(let tensor) = stacked.type else { return stacked }
        let sizes = counts.compactMap { $0 }
        let isWhole = sizes.count == counts.count && sizes.reduce(1, *) == entries.count
        guard counts.count > 1 || isWhole else { return stacked }
        guard isWhole else { return fail(.raggedComprehension(at: span)) }
        let names = binders.flatMap(\.separated).map { labels(of: $0, in: scope) }
        let front = zip(sizes, names).map { SayType.Tensor.Dimension(size: $0, labels: $1) }
        let type = SayType(tensor.element, front + tensor.dimensions.dropFirst())
        guard hasLegalSize(type.dimensions ?? [], at: span) else { return .unknown(at: span) }
        return Value(stacked.term.reshaped(to: type, at: span))
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
            .domainTooLarge, "these are too many entries to write out, or they are not known one by one",
            at: span,
            hints: [
                Hint("range over Int intervals, enums, sets and the entries of tensors; of rows, ask for `mean`, `sum`, ...")
            ])
    }

    fileprivate static func openSelection(_ condition: Term) -> Diagnostic {
        Diagnostic(
            .notConstant, "which entries there are must be known before the search, this depends on a variable",
            at: condition.span, hints: [Hint("choose in the body: `if ... then ... else 0`")])
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
