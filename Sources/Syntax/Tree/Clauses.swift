import Diagnostics

/// One line of a property.
package indirect enum Clause: Sendable {
    case forall(Forall)
    case `let`(Let)
    case assume(Assume)
    case check(Check)
    case shrink(Shrink)

    package var span: Span {
        switch self {
        case .forall(let it): it.span
        case .let(let it): it.span
        case .assume(let it): it.span
        case .check(let it): it.span
        case .shrink(let it): it.span
        }
    }
}

/// `forall e: Encounter where e.rho >= 1500` or `forall { image, label } in test`
package struct Forall: Sendable {
    package let binder: Binder
    package let condition: Expression?
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

/// What a `forall`, an aggregate or a fit ranges over, and what it is called there.
package struct Binder: Sendable {
    package enum Domain: Sendable {
        /// `x: Real in [0, 1]`
        case type(TypeExpression)
        /// `row in test`
        case rows(Expression)
        /// `q in lines "questions.txt"`
        case lines(StringLiteral)
    }
    package let pattern: Pattern
    package let domain: Domain
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
