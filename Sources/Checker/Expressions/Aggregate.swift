import Diagnostics
import Syntax

extension Checker {
    func checkAggregate(_ aggregate: Aggregate, in scope: Scope) -> Value {
        guard let kind = Term.Aggregate.Kind(word: aggregate.function.text) else {
            return fail(.notSupported("`\(aggregate.function.text)`", at: aggregate.function.span))
        }
        for argument in aggregate.arguments { report(.strayArgument(aggregate.function, at: argument.span)) }
        guard aggregate.binders.count == 1, let binder = aggregate.binders.first else {
            return fail(.notSupported("an aggregate over several binders", at: aggregate.function.span))
        }
        var inner = scope
        let variable = bindVariable(binder, in: &inner)
        let filter = binder.condition.map { checkCondition($0, in: inner, "the filter") }
        let body = check(aggregate.body, in: inner)
        guard let variable, filter?.type != .unknown, !body.isUnknown else { return .unknown(at: aggregate.span) }
        guard isFinite(variable), let type = type(of: kind, body.term, aggregate) else {
            return .unknown(at: aggregate.span)
        }
        let term = Term.Aggregate(kind: kind, binder: variable, filter: filter, body: body.term)
        return Value(Term(.aggregate(term), type, at: aggregate.span))
    }

    private func type(of kind: Term.Aggregate.Kind, _ body: Term, _ aggregate: Syntax.Aggregate) -> SayType? {
        let isFit = kind.asksTruth ? body.type == .bool : body.type.isNumeric && !body.type.isTensor
        guard isFit else {
            report(.aggregateBody(kind, aggregate.function, body))
            return nil
        }
        switch kind {
        case .rate, .mean: return .real
        case .all, .any: return .bool
        case .sum, .least, .greatest: return body.type
        }
    }

    private func isFinite(_ variable: QuantifiedVariable) -> Bool {
        if case .row = variable.domain { return true }
        guard let count = variable.domain.count else {
            report(.infiniteDomain(variable))
            return false
        }
        guard count <= Bounds.finiteDomain else {
            report(.domainTooLarge(variable))
            return false
        }
        return true
    }
}

extension Term.Aggregate.Kind {
    fileprivate init?(word: String) {
        switch word {
        case "min": self = .least
        case "max": self = .greatest
        default: self.init(rawValue: word)
        }
    }

    fileprivate var asksTruth: Bool { self == .rate || self == .all || self == .any }
}

extension Domain {
    /// How many values there are; `Int.max` where too many to count, nil where they form a continuum or are rows of data.
    package var count: Int? {
        switch self {
        case .real, .row: return nil
        case .bool: return 2
        case .enumeration(let it): return it.cases.count
        case .integer(let lower, let upper): return upper - lower + 1
        case .record(_, let fields):
            return product(fields.map(\.count))
        case .tensor(let tensor, let lower, let upper):
            guard tensor.element != .real else { return nil }
            let widths = (0..<tensor.count).map { index -> Int? in
                let width = upper[upper.count == 1 ? 0 : index] - lower[lower.count == 1 ? 0 : index] + 1
                return Int(exactly: width.rounded(.down)) ?? .max
            }
            return product(widths)
        }
    }

    private func product(_ counts: [Int?]) -> Int? {
        var result = 1
        for count in counts {
            guard let count else { return nil }
            let (value, overflow) = result.multipliedReportingOverflow(by: count)
            result = overflow ? .max : value
        }
        return result
    }
}

extension Diagnostic {
    fileprivate static func strayArgument(_ function: Name, at span: Span) -> Diagnostic {
        Diagnostic(.argumentCount, "`\(function.text)` takes nothing behind what is computed for each", at: span)
    }

    fileprivate static func aggregateBody(
        _ kind: Term.Aggregate.Kind, _ function: Name, _ body: Term
    ) -> Diagnostic {
        let wanted = kind == .rate || kind == .all || kind == .any ? "a truth value" : "a number"
        var hints: [Hint] = []
        if kind == .mean, body.type == .bool {
            hints = [Hint("the share that holds is a `rate`", edit: Edit(replacing: function.span, with: "rate"))]
        }
        if kind == .rate, body.type == .real {
            hints = [Hint("the average of numbers is a `mean`", edit: Edit(replacing: function.span, with: "mean"))]
        }
        return Diagnostic(
            .aggregateType, "`\(function.text)` asks for \(wanted) for each, found \(body.type.withArticle)",
            at: body.span,
            hints: hints)
    }

    fileprivate static func infiniteDomain(_ variable: QuantifiedVariable) -> Diagnostic {
        Diagnostic(
            .infiniteDomain,
            "`\(variable.name)` has infinitely many values; sampling them is not supported in this version yet",
            at: variable.span,
            hints: [Hint("range over the rows of `data`, or over Int ranges, enums, Bool and `Tokens[n] over k`")])
    }

    fileprivate static func domainTooLarge(_ variable: QuantifiedVariable) -> Diagnostic {
        Diagnostic(
            .domainTooLarge,
            "`\(variable.name)` has more than \(Bounds.finiteDomain) values, which are too many to try all",
            at: variable.span)
    }
}
