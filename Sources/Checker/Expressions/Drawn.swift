import Diagnostics
import Statistics
import Syntax

/// Aggregates over what is drawn: `rate(noise: Tensor[3] ~ normal(0, 0.1) : stays(noise))`.
///
/// All their variables are drawn together, those without `~` evenly from their domains: rows, whole numbers, cases, and Reals
/// between bounds. What `where` does not let through does not count.
extension Checker {
    /// `all` and `any` are the quantifiers of what is drawn; the others are estimated.
    func checkDrawn(_ aggregate: Aggregate, in scope: Scope) -> Value {
        var inner = scope
        guard let bound = bindFinite(aggregate.binders, in: &inner) else {
            _ = check(aggregate.body, in: inner)
            return .unknown(at: aggregate.span)
        }
        return drawn(aggregate, bound.variables, bound.condition, in: inner)
    }

    /// The same once its variables are introduced.
    func drawn(
        _ aggregate: Aggregate, _ variables: [QuantifiedVariable], _ condition: Term?, in scope: Scope
    ) -> Value {
        let word = aggregate.function.text
        if let text = variables.first(where: { $0.domain.isMadeText }) { return fail(.drawnText(text)) }
        guard regions.isEmpty else { return fail(.estimateInside(at: aggregate.span)) }
        if word != "quantile" {
            for argument in aggregate.arguments { report(.strayArgument(aggregate.function, at: argument.span)) }
        }
        let asksTruth = word == "rate" || word == "all" || word == "any"
        let body = check(aggregate.body, in: scope)
        guard !body.isUnknown else { return body }
        guard asksTruth ? body.type == .bool : body.type.isNumeric && !body.type.isTensor else {
            return fail(.aggregateBody(aggregate.function, body.term, asksTruth: asksTruth))
        }
        let measure: Measure
        switch word {
        case "all", "any":
            let term = Term.Quantified(
                quantifier: word == "all" ? .forall : .exists, variables: variables.map(\.markedDrawn),
                conditions: condition.map { [$0] } ?? [], body: body.term)
            return Value(Term(.quantified(term), .bool, at: aggregate.span))
        case "rate": measure = .rate
        case "mean": measure = .mean
        case "median": measure = .quantile(0.5)
        case "quantile":
            guard let share = share(of: aggregate, in: scope) else { return .unknown(at: aggregate.span) }
            measure = .quantile(share)
        default: return fail(.estimateWord(aggregate.function))
        }
        let drawn = Term.Drawn(
            measure: measure, variables: variables.map(\.markedDrawn), filter: condition, body: body.term)
        return Value(Term(.drawn(drawn), .real, at: aggregate.span))
    }

    /// The share of a quantile, inside of [0, 1].
    private func share(of aggregate: Aggregate, in scope: Scope) -> Double? {
        let name = aggregate.function
        guard let argument = order(aggregate.arguments, names: ["q"], of: name)?.first else { return nil }
        let value = check(argument, in: scope)
        guard !value.isUnknown else { return nil }
        guard let share = known(value.term).constant else {
            reportNotConstant(value.term, "the share of a quantile")
            return nil
        }
        guard 0 < share, share < 1 else {
            report(.drawnShare(share, at: argument.span))
            return nil
        }
        return share
    }
}

extension Domain {
    /// Whether its values are texts that are made, of which nothing says how probable each is.
    fileprivate var isMadeText: Bool {
        switch self {
        case .text(.generated), .text(.tokens): true
        default: false
        }
    }
}

extension Diagnostic {
    fileprivate static func drawnText(_ variable: QuantifiedVariable) -> Diagnostic {
        Diagnostic(
            .drawnType, "`\(variable.name)` cannot be drawn: nothing says how probable each of its texts is",
            at: variable.span,
            hints: [Hint("quantify it, `forall \(variable.name): ...`, or draw rows of `data`, `row ~ test`")])
    }
}

extension Aggregate {
    var isDrawn: Bool { binders.contains { $0.distribution != nil } }
}

extension Term {
    /// What is estimated in it, each once, in the order of reading.
    package var estimates: [Term] {
        var (found, seen) = ([Term](), Set<ObjectIdentifier>())
        collectEstimates(&found, &seen)
        return found
    }

    private func collectEstimates(_ found: inout [Term], _ seen: inout Set<ObjectIdentifier>) {
        guard seen.insert(ObjectIdentifier(self)).inserted else { return }
        if case .drawn = kind {
            found.append(self)
        } else {
            for child in children { child.collectEstimates(&found, &seen) }
        }
    }

    /// The first estimate inside of another one, or of what is done again and again.
    var misplacedEstimate: Term? {
        var seen: Set<ObjectIdentifier> = []
        return misplacedEstimate(&seen)
    }

    private func misplacedEstimate(_ seen: inout Set<ObjectIdentifier>) -> Term? {
        guard seen.insert(ObjectIdentifier(self)).inserted else { return nil }
        switch kind {
        case .drawn, .aggregate, .loop, .quantified: return children.lazy.compactMap(\.estimates.first).first
        default: break
        }
        for child in children {
            if let found = child.misplacedEstimate(&seen) { return found }
        }
        return nil
    }
}

extension QuantifiedVariable {
    fileprivate var markedDrawn: QuantifiedVariable {
        var variable = self
        variable.isDrawn = true
        return variable
    }
}

extension Diagnostic {
    static func drawnPlace(_ message: String, at span: Span, hint: String) -> Diagnostic {
        Diagnostic(.drawnPlace, message, at: span, hints: [Hint(hint)])
    }

    static func estimateInside(at span: Span) -> Diagnostic {
        .drawnPlace(
            "an estimate cannot be made anew for each row or value around it", at: span,
            hint: "draw the row as well, `rate(row in test, noise ~ ... : ...)`, or ask for each row alone, with `for`")
    }

    fileprivate static func estimateWord(_ function: Name) -> Diagnostic {
        .drawnPlace(
            "`\(function.text)` is not estimated from what is drawn", at: function.span,
            hint: "`rate`, `mean`, `median`, `quantile`, `all` and `any` are")
    }

    fileprivate static func drawnShare(_ share: Double, at span: Span) -> Diagnostic {
        Diagnostic(
            .drawnParameter, "the share of a quantile lies between 0 and 1, this is \(short(share))", at: span)
    }
}

extension Term.Drawn {
    /// Whether it is a rate of a model over finitely many values, all alike, which may be proved instead.
    var isProvable: Bool { isCountable && body.callsModel }

    /// Whether it is a rate over finitely many values, all alike, which may be counted instead.
    package var isCountable: Bool {
        measure == .rate && filter == nil
            && variables.allSatisfy { variable in
                if case .row = variable.domain { return false }
                return variable.distributions.isEmpty && variable.domain.count != nil
            }
    }
}

extension Term {
    fileprivate var callsModel: Bool {
        if case .call = kind { return true }
        return children.contains(where: \.callsModel)
    }
}
