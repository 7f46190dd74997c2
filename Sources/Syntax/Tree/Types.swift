import Diagnostics

/// A type as written: a base, then what narrows it.
package struct TypeExpression: Sendable {
    package enum Base: Sendable {
        /// `Real`, `Tensor[1, 8, 8]`, `Patch(1, 8, 8, size: 3)`, `Tokens(lm)[1..8]`
        case named(NamedType)
        /// `{ image: Digit, label: Label }`
        case record([Field])
        /// No type where one was expected; already reported.
        case missing
    }

    package let base: Base
    /// `in [lo, hi]`, `in {a, b, c}`
    package let range: ValueRange?
    /// The file of `in lines "questions.txt"`
    package let lines: StringLiteral?
    /// `over 64`
    package let vocabulary: Expression?
    /// `matching /[a-z]+/`
    package let pattern: RegexLiteral?
    /// What stands behind `as`.
    package let view: View?
    package let span: Span

    /// `image`, `sound(16000)`
    package struct View: Sendable {
        package let name: Name
        /// Frames a second; nil where no number was written, which has been reported where one is needed.
        package let rate: Expression?
    }
}

/// A named type with its arguments and its dimensions.
package struct NamedType: Sendable {
    package let name: Name
    /// `(1, 8, 8, size: 3)`, empty where there are no parentheses.
    package let arguments: [Argument]
    /// `[1, 8, 8]`, nil where there are no brackets.
    package let dimensions: [Subscript]?
    /// `Real?`: may be missing.
    package let isOptional: Bool
    package let span: Span
}

/// What stands behind `in`, of a type and of a value.
package enum ValueRange: Sendable {
    case interval(Interval)
    case set(SetLiteral)

    package var span: Span {
        switch self {
        case .interval(let it): it.span
        case .set(let it): it.span
        }
    }
}

/// `{a, b, c}` behind `in`. Without elements where none was written, which has been reported.
package struct SetLiteral: Sendable {
    package let elements: [Expression]
    package let span: Span
}

/// `[lo, hi]` behind `in`: both ends belong to it.
package struct Interval: Sendable {
    package let lower: Expression
    package let upper: Expression
    package let span: Span
}

/// An entry between brackets, as an index or as a dimension.
package enum Subscript: Sendable {
    /// `x[3]`, `x[clear]`, `Tensor[n]`
    case at(Expression)
    /// `x[1..4]`, `x[1..]`, `x[..4]`, `x[..]`, `Tokens[1..8]`: both ends belong to it.
    case range(lower: Expression?, upper: Expression?, Span)

    package var span: Span {
        switch self {
        case .at(let expression): expression.span
        case .range(_, _, let span): span
        }
    }
}
