import Diagnostics
import Syntax

/// What a property may say of what is drawn, and how sure it has to be.
extension Checker {
    /// What `with confidence` says; nil where it is not there, or wrong.
    func checkConfidence(_ node: Check, of term: Term, in scope: Scope) -> Double? {
        let estimates = term.estimates
        guard let expression = node.confidence else {
            if let first = estimates.first(where: { !$0.isProvable }) {
                report(.confidenceMissing(first, after: node.span))
            }
            return nil
        }
        let value = check(expression, in: scope)
        guard !value.isUnknown, term.type != .unknown else { return nil }
        guard !estimates.isEmpty else {
            report(.confidenceUnused(at: expression.span, isDrawn: term.quantifiesDrawn))
            return nil
        }
        guard let confidence = known(value.term).constant else {
            reportNotConstant(value.term, "a confidence")
            return nil
        }
        guard 0.5 <= confidence, confidence < 1 else {
            report(.confidenceRange(confidence, at: expression.span))
            return nil
        }
        return confidence
    }

    /// Whether what is drawn stands where a verdict can be given; reports if not.
    func isPlaced(_ property: CheckedProperty) -> Bool {
        let outside = property.restrictions + property.innerRestrictions + property.assumptions + property.shrink
        if let estimate = outside.lazy.compactMap(\.term.estimates.first).first {
            report(.estimateOutsideCheck(estimate))
            return false
        }
        if let estimate = property.checks.lazy.compactMap(\.term.misplacedEstimate).first {
            report(.estimateInside(at: estimate.span))
            return false
        }
        let estimate = property.checks.lazy.compactMap(\.term.estimates.first).first
        let drawn = (property.variables + property.inner).first(where: \.isDrawn)
        if let drawn, !property.inner.isEmpty {
            report(.drawnAlternation(drawn))
            return false
        }
        guard let estimate else { return true }
        if let drawn {
            report(.drawnTwice(drawn))
            return false
        }
        if property.quantifier == .exists || !property.inner.isEmpty {
            report(.estimateExists(estimate))
            return false
        }
        if property.variables.isEmpty, let assumption = property.assumptions.first {
            report(.assumptionOfNothing(assumption))
            return false
        }
        return true
    }

    /// `check any(noise ~ ... : ...)` alone is a property of existence.
    func turned(_ property: CheckedProperty) -> CheckedProperty {
        guard property.quantifier == .forall, property.variables.isEmpty, property.inner.contains(where: \.isDrawn),
            property.assumptions.isEmpty
        else { return property }
        var property = property
        property.quantifier = .exists
        (property.variables, property.inner) = (property.inner, [])
        (property.restrictions, property.innerRestrictions) = (property.innerRestrictions, [])
        return property
    }
}

extension Term {
    /// Whether it may be proved, so that no confidence has to be asked for.
    fileprivate var isProvable: Bool { if case .drawn(let it) = kind { it.isProvable } else { false } }

    /// Whether it asks something of all, or of some, that is drawn.
    fileprivate var quantifiesDrawn: Bool {
        if case .quantified(let it) = kind, it.variables.contains(where: \.isDrawn) { return true }
        return children.contains(where: \.quantifiesDrawn)
    }
}

extension Diagnostic {
    fileprivate static func confidenceMissing(_ estimate: Term, after span: Span) -> Diagnostic {
        Diagnostic(
            .confidence,
            "this is estimated from draws, for its values cannot all be tried, and the check does not say how sure it has to be",
            at: estimate.span,
            hints: [Hint("end the check with `with confidence 0.999`")])
    }

    fileprivate static func confidenceUnused(at span: Span, isDrawn: Bool) -> Diagnostic {
        Diagnostic(
            .confidence, "nothing in this check is estimated, so there is no confidence to have", at: span,
            hints: [
                Hint(
                    isDrawn
                        ? "one draw decides `all` or `any`; how many hold is a `rate(... : ...) >= 0.999 with confidence 0.999`"
                        : "leave out `with confidence`")
            ])
    }

    fileprivate static func confidenceRange(_ confidence: Double, at span: Span) -> Diagnostic {
        Diagnostic(
            .confidence, "a confidence is at least 0.5 and below 1, this is \(short(confidence))", at: span)
    }

    fileprivate static func estimateOutsideCheck(_ estimate: Term) -> Diagnostic {
        .drawnPlace(
            "what is estimated from what is drawn stands in a `check` only", at: estimate.span,
            hint: "an estimate has a verdict of its own, with its interval")
    }

    fileprivate static func drawnAlternation(_ variable: QuantifiedVariable) -> Diagnostic {
        .drawnPlace(
            "what is drawn cannot be quantified both ways, nor beside a quantifier of the other kind",
            at: variable.span, hint: "state the two parts as properties of their own")
    }

    fileprivate static func drawnTwice(_ variable: QuantifiedVariable) -> Diagnostic {
        .drawnPlace(
            "the property estimates something, and what is drawn here is quantified besides", at: variable.span,
            hint: "draw it inside of the estimate, or state the two parts as properties of their own")
    }

    fileprivate static func estimateExists(_ estimate: Term) -> Diagnostic {
        .drawnPlace(
            "what is estimated from what is drawn cannot be decided under `exists`", at: estimate.span,
            hint: "ask the opposite with `forall`: its counterexample is what is looked for")
    }

    fileprivate static func assumptionOfNothing(_ clause: Clause) -> Diagnostic {
        .drawnPlace(
            "there is no variable whose values this could restrict", at: clause.span,
            hint: "what is drawn is restricted where it is drawn: `rate(x ~ ... where ... : ...)`")
    }
}
