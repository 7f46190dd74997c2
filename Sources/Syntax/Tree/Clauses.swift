import Diagnostics

/// One line of a property.
package indirect enum Clause: Sendable {
    case forall(Forall)
    case exists(Exists)
    /// A verdict for each value: the word is `for`.
    case each(Each)
    case `let`(Let)
    case assume(Assume)
    case check(Check)
    case shrink(Shrink)

    package var span: Span {
        switch self {
        case .forall(let it): it.span
        case .exists(let it): it.span
        case .each(let it): it.span
        case .let(let it): it.span
        case .assume(let it): it.span
        case .check(let it): it.span
        case .shrink(let it): it.span
        }
    }
}

/// `forall e: Encounter where e.rho >= 1500`, `forall { image, label } in test`, `forall s: Plane, intruder: Plane`
package struct Forall: Sendable {
    /// At least one.
    package let binders: [Binder]
    package let span: Span
}

/// `exists s: State where s.speed <= 10`
package struct Exists: Sendable {
    /// At least one.
    package let binders: [Binder]
    package let span: Span
}

/// `for row in test`, `for l: Label`: a verdict for each.
package struct Each: Sendable {
    /// At least one.
    package let binders: [Binder]
    package let span: Span
}

/// `let seen = clamp(image + noise, 0, 1)`; also in blocks. The type may be left out.
package struct Let: Sendable {
    package let pattern: Pattern
    package let type: TypeExpression?
    package let value: Expression
    package let span: Span
}

/// `assume argmax(net(image)) == label`
package struct Assume: Sendable {
    package let condition: Expression
    package let span: Span
}

/// `check argmax(net(seen)) == label`, `check rate(...) >= 0.98 with confidence 0.999`
package struct Check: Sendable {
    package let condition: Expression
    package let confidence: Expression?
    package let span: Span
}

/// `shrink l0(noise), linf(noise)`
package struct Shrink: Sendable {
    package let measures: [Expression]
    package let span: Span
}

/// What something ranges over, and what it is called there. The same in `forall`, `exists` and `for`, in aggregates,
/// comprehensions, families and fits: `x, y: Real in [0, 1] where x < y`, `row in test`, `noise: Tensor[3] ~ normal(0, 0.1)`.
package struct Binder: Sendable {
    package enum Domain: Sendable {
        /// `x: Real in [0, 1]`
        case type(TypeExpression)
        /// `row in test`, `t in states(s)`
        case rows(Expression)
        /// `q in lines "questions.txt"`
        case lines(StringLiteral)
        /// `x ~ normal(0, 1)`: whatever the distribution gives.
        case inferred
    }
    /// At least one; several only where the domain is a type, which each of them has.
    package let patterns: [Pattern]
    package let domain: Domain
    /// What stands behind `~`.
    package let distribution: Expression?
    /// What stands behind `where`; it sees the names of the binders before it, too.
    package let condition: Expression?
    package let span: Span
}

/// The names that something is bound to.
package enum Pattern: Sendable {
    case name(Name)
    /// `{ image, label }`: the fields of these names.
    case fields([Name], Span)

    package var span: Span {
        switch self {
        case .name(let name): name.span
        case .fields(_, let span): span
        }
    }
}

extension Binder {
    /// A binder for each of its names; the condition stays with the last, which sees them all.
    package var separated: [Binder] {
        patterns.enumerated().map { index, pattern in
            Binder(
                patterns: [pattern], domain: domain, distribution: distribution,
                condition: index == patterns.count - 1 ? condition : nil, span: span)
        }
    }
}
