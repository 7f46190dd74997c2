import Diagnostics
import Syntax

extension Checker {
    /// Over few values the body is written out for each; over many, and over rows of data, it is a region of the graph.
    func checkAggregate(_ aggregate: Aggregate, in scope: Scope) -> Value {
        if aggregate.isDrawn { return checkDrawn(aggregate, in: scope) }
        guard let kind = Term.Aggregate.Kind(word: aggregate.function.text) else {
            return checkStatistic(aggregate, in: scope)
        }
        for argument in aggregate.arguments { report(.strayArgument(aggregate.function, at: argument.span)) }
        let listed = list(aggregate.binders, in: scope, limit: Bounds.listed) { scope in
            summand(of: aggregate, kind, in: scope)
        }
        switch listed {
        case .wrong: return .unknown(at: aggregate.span)
        case .entries(let entries, _): return joined(entries, kind, aggregate)
        case .tooLong: return region(aggregate, kind, in: scope)
        }
    }

    /// What is computed for each, of the right type; `count` adds up ones.
    private func summand(of aggregate: Aggregate, _ kind: Term.Aggregate.Kind, in scope: Scope) -> Value {
        let body = check(aggregate.body, in: scope)
        let isCount = aggregate.function.text == "count"
        guard !body.isUnknown else { return body }
        let isFit =
            isCount || kind.asksTruth ? body.type == .bool : body.type.isNumeric && !body.type.isTensor
        guard isFit else {
            return fail(.aggregateBody(aggregate.function, body.term, asksTruth: isCount || kind.asksTruth))
        }
        return isCount ? Value(.folded(.apply(.convert, [body.term]), .int, at: body.span)) : body
    }

    private func joined(
        _ entries: [Term.Listed.Entry], _ kind: Term.Aggregate.Kind, _ aggregate: Aggregate
    ) -> Value {
        let isReal = entries.contains { $0.value.type == .real }
        let alike = entries.map { entry in
            isReal ? Term.Listed.Entry(condition: entry.condition, value: entry.value.promoted(to: .real)) : entry
        }
        let type = kind.type(of: isReal ? .real : alike.first?.value.type ?? .int)
        return Value(.folded(.listed(.init(kind: kind, entries: alike)), type, at: aggregate.span))
    }

    private func region(_ aggregate: Aggregate, _ kind: Term.Aggregate.Kind, in scope: Scope) -> Value {
        var inner = scope
        guard let bound = bindFinite(aggregate.binders, in: &inner) else {
            _ = summand(of: aggregate, kind, in: inner)
            return .unknown(at: aggregate.span)
        }
        guard bound.variables.allSatisfy({ $0.domain.count != 0 }) else { return joined([], kind, aggregate) }
        if kind == .rate || kind == .mean, aggregate.function.text == kind.rawValue,
            regions.isEmpty, !canAllBeTried(bound.variables)
        {
            return drawn(aggregate, bound.variables, bound.condition, in: inner)
        }
        let body = within(bound.variables) { summand(of: aggregate, kind, in: inner) }
        guard let body, !body.isUnknown else { return .unknown(at: aggregate.span) }
        return Value(nest(kind, bound.variables, bound.condition, body.term, at: aggregate.span))
    }

    /// Introduces the names of binders over finitely many values; nil, and a report, where one has infinitely many.
    func bindFinite(
        _ binders: [Binder], in scope: inout Scope
    ) -> (variables: [QuantifiedVariable], condition: Term?)? {
        var (variables, conditions, isWrong) = ([QuantifiedVariable](), [Term](), false)
        for binder in binders.flatMap(\.separated) {
            let bound = bindVariable(binder, in: &scope)
            let condition = binder.condition.map { checkCondition($0, in: scope, "the filter") }
            guard let bound, condition?.type != .unknown else {
                isWrong = true
                continue
            }
            variables.append(bound.variable)
            conditions += bound.conditions + (condition.map { [$0] } ?? [])
        }
        guard !isWrong, let span = binders.first?.span else { return nil }
        return (variables, conditions.isEmpty ? nil : conjunction(conditions, at: span).term)
    }

    /// Does `work` inside a region for each of some variables; nil, and a report, where it would be done too often.
    func within(_ variables: [QuantifiedVariable], _ work: () -> Value) -> Value? {
        guard let values = enclosed(variables) else { return nil }
        let (outer, around) = (enclosingValues, regions)
        (enclosingValues, regions) = (values, regions + variables)
        defer { (enclosingValues, regions) = (outer, around) }
        return work()
    }

    /// Whether a region may go through all combinations of the variables' values.
    private func canAllBeTried(_ variables: [QuantifiedVariable]) -> Bool {
        var product = 1
        for variable in variables {
            guard let count = valueCount(variable) else { return false }
            let (value, overflow) = product.multipliedReportingOverflow(by: count)
            guard !overflow, value <= Bounds.finiteDomain else { return false }
            product = value
        }
        return true
    }

    /// How often what stands inside is computed for one input; nil, and a report, where that is too often.
    private func enclosed(_ variables: [QuantifiedVariable]) -> Int? {
        var product = enclosingValues
        for variable in variables {
            guard let count = valueCount(variable) else {
                report(.infiniteDomain(variable))
                return nil
            }
            let (value, overflow) = product.multipliedReportingOverflow(by: count)
            guard !overflow, value <= Bounds.finiteDomain else {
                report(.domainTooLarge(variable, count, inside: product))
                return nil
            }
            product = value
        }
        return product
    }

    /// How many values a variable of a region has, counted as one where there is none; nil where they form a continuum.
    func valueCount(_ variable: QuantifiedVariable) -> Int? {
        if case .row(let table, _) = variable.domain { return max(tables[table].rowCount, 1) }
        return variable.domain.count.map { max($0, 1) }
    }

    /// A region for each variable, the last one innermost; what is filtered is filtered there.
    private func nest(
        _ kind: Term.Aggregate.Kind, _ variables: [QuantifiedVariable], _ filter: Term?, _ body: Term, at span: Span
    ) -> Term {
        guard variables.count > 1, kind == .rate || kind == .mean else {
            return nest(plain: kind, variables, filter, body, at: span)
        }
        // The mean of means is not the mean where the filter keeps more of the one than of the other, and is rounded more often.
        let value = body.type == .bool ? Term(.apply(.convert, [body]), .real, at: span) : body.promoted(to: .real)
        let total = nest(plain: .sum, variables, filter, value, at: span)
        let count =
            filter == nil
            ? Term.real(variables.reduce(1) { $0 * Double(self.valueCount($1) ?? 0) }, at: span)
            : nest(plain: .sum, variables, filter, .real(1, at: span), at: span)
        let average = Term.Drawn(
            measure: kind == .rate ? .rate : .mean, variables: variables, filter: filter, body: body)
        return Term(.arithmetic(.divide, total, count), .real, at: span, averaging: average)
    }

    private func nest(
        plain kind: Term.Aggregate.Kind, _ variables: [QuantifiedVariable], _ filter: Term?, _ body: Term, at span: Span
    ) -> Term {
        var (term, filter, kind) = (body, filter, kind)
        for variable in variables.reversed() {
            let aggregate = Term.Aggregate(kind: kind, binder: variable, filter: filter, body: term)
            term = Term(.aggregate(aggregate), kind.type(of: term.type), at: span)
            filter = nil
            if kind == .rate { kind = .mean }
        }
        return term
    }

    /// `median`, `variance` and the like of what a comprehension would give.
    private func checkStatistic(_ aggregate: Aggregate, in scope: Scope) -> Value {
        guard let builtin = builtins[aggregate.function.text] else {
            return fail(.notSupported("`\(aggregate.function.text)`", at: aggregate.function.span))
        }
        let entries = checkEntries(aggregate.binders, aggregate.body, at: aggregate.span, in: scope)
        guard let entries, !entries.values.isUnknown else { return .unknown(at: aggregate.span) }
        var first: [(label: Name?, value: Value)] = [(nil, entries.values)]
        if let mask = entries.mask {
            guard builtin.parameters.contains("mask?") else { return fail(.openStatistic(aggregate.function, mask)) }
            first.append((Name("mask", span: mask.span), Value(mask)))
        }
        return checkBuiltin(builtin, aggregate.function, first, aggregate.arguments, at: aggregate.span, in: scope)
    }
}

extension Term.Aggregate.Kind {
    fileprivate init?(word: String) {
        switch word {
        case "count": self = .sum
        case "min": self = .least
        case "max": self = .greatest
        case "rate", "mean", "sum", "all", "any": self.init(rawValue: word)
        default: return nil
        }
    }

    fileprivate var asksTruth: Bool { self == .rate || self == .all || self == .any }

    /// The type of the whole, of bodies of a type.
    fileprivate func type(of body: SayType) -> SayType {
        switch self {
        case .rate, .mean: .real
        case .all, .any: .bool
        case .sum, .least, .greatest, .stacked: body
        }
    }
}

extension Domain {
    /// How many values there are; `Int.max` where too many to count, nil where they form a continuum or are rows of data.
    package var count: Int? {
        switch self {
        case .real, .row, .text: return nil
        case .bool: return 2
        case .enumeration(let it): return it.cases.count
        case .integer(let lower, let upper): return max(upper - lower + 1, 0)
        case .set(_, let values): return values.count
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
    fileprivate static func openStatistic(_ function: Name, _ condition: Term) -> Diagnostic {
        Diagnostic(
            .notSupported,
            "`\(function.text)` of what a condition selects, where it depends on a row or on a variable, is not supported",
            at: condition.span,
            hints: [Hint("`mean`, `sum`, `min`, `max`, `count`, `variance` and `std` take such a condition")])
    }

    static func strayArgument(_ function: Name, at span: Span) -> Diagnostic {
        Diagnostic(.argumentCount, "`\(function.text)` takes nothing behind what is computed for each", at: span)
    }

    static func aggregateBody(_ function: Name, _ body: Term, asksTruth: Bool) -> Diagnostic {
        let wanted = asksTruth ? "a truth value" : "a number"
        var hints: [Hint] = []
        if function.text == "mean", body.type == .bool {
            hints = [Hint("the share that holds is a `rate`", edit: Edit(replacing: function.span, with: "rate"))]
        }
        if function.text == "sum", body.type == .bool {
            hints = [Hint("how many hold is a `count`", edit: Edit(replacing: function.span, with: "count"))]
        }
        if function.text == "rate", body.type == .real {
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
            "`\(variable.name)` has infinitely many values, which cannot all be tried", at: variable.span,
            hints: [
                Hint(
                    "range over the rows of `data`, Int ranges, enums, Bool and `Tokens[n] over k`, or quantify: `forall \(variable.name): ...`; a `rate`, a `mean` or, behind `~`, a `quantile` is estimated"
                )
            ])
    }

    fileprivate static func domainTooLarge(
        _ variable: QuantifiedVariable, _ count: Int, inside product: Int
    ) -> Diagnostic {
        let own = count == .max ? "too many values to count" : "\(count) values"
        let whole = product > 1 ? ", for each of \(product) around it" : ""
        return Diagnostic(
            .domainTooLarge,
            "`\(variable.name)` has \(own)\(whole): more than the \(Bounds.finiteDomain) that can all be tried",
            at: variable.span, hints: [Hint("narrow its range, or make it a variable of the property with `forall`")])
    }
}
