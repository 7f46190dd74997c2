import Diagnostics

/// An expression as written. Parentheses leave no trace in the tree but the shape.
///
/// Its height is bounded by the parser (`Limits.height`), so that recursion over it is safe.
package indirect enum Expression: Sendable {
    case number(NumberLiteral)
    case string(StringLiteral)
    case regex(RegexLiteral)
    case boolean(BooleanLiteral)
    case name(Name)
    case tensor(TensorLiteral)
    case comprehension(Comprehension)
    case record(RecordLiteral)
    case block(Block)
    case conditional(Conditional)
    case quantified(Quantified)
    case call(Call)
    case aggregate(Aggregate)
    case index(Index)
    case member(Member)
    case update(Update)
    case negation(Negation)
    case arithmetic(Arithmetic)
    case comparison(Comparison)
    case membership(Membership)
    case containment(Containment)
    case not(Not)
    case logic(Logic)
    case implication(Implication)
    /// No expression where one was expected; already reported.
    case missing(Span)

    package var span: Span {
        switch self {
        case .number(let it): it.span
        case .string(let it): it.span
        case .regex(let it): it.span
        case .boolean(let it): it.span
        case .name(let it): it.span
        case .tensor(let it): it.span
        case .comprehension(let it): it.span
        case .record(let it): it.span
        case .block(let it): it.span
        case .conditional(let it): it.span
        case .quantified(let it): it.span
        case .call(let it): it.span
        case .aggregate(let it): it.span
        case .index(let it): it.span
        case .member(let it): it.span
        case .update(let it): it.span
        case .negation(let it): it.span
        case .arithmetic(let it): it.span
        case .comparison(let it): it.span
        case .membership(let it): it.span
        case .containment(let it): it.span
        case .not(let it): it.span
        case .logic(let it): it.span
        case .implication(let it): it.span
        case .missing(let span): span
        }
    }
}

/// `[a, b, c]`; nested for more dimensions. Without elements where none was written, which has been reported.
package struct TensorLiteral: Sendable {
    package let elements: [Expression]
    package let span: Span
}

/// `[i: Int in [0, 2] : x[i] * i]`, `[t in states(s) : t.x]`
package struct Comprehension: Sendable {
    /// At least one.
    package let binders: [Binder]
    package let body: Expression
    package let span: Span
}

/// `{ rho: 1500, theta: 0 }`
package struct RecordLiteral: Sendable {
    package let fields: [FieldValue]
    package let span: Span
}

/// `name: value`, in a record and behind `with`.
package struct FieldValue: Sendable {
    package let name: Name
    package let value: Expression
    package let span: Span
}

/// `{ let x = 1; x + x }`
package struct Block: Sendable {
    package let lets: [Let]
    package let result: Expression
    package let span: Span
}

/// `if a > b then a else b`
package struct Conditional: Sendable {
    package let condition: Expression
    package let consequence: Expression
    package let alternative: Expression
    package let span: Span
}

/// `forall noise: Tensor[3] in [-1, 1] : e`, `exists y: Real in [0, x] : e`
package struct Quantified: Sendable {
    package enum Quantifier: String, Sendable { case forall, exists }
    package let quantifier: Quantifier
    /// At least one.
    package let binders: [Binder]
    package let body: Expression
    package let span: Span
}

/// `net(image)`, `usual.distance(x)`, `reply(lm, q, tokens: 48)`
package struct Call: Sendable {
    package let callee: Expression
    package let arguments: [Argument]
    package let span: Span
}

/// `value` or `label: value`; of a call or of a parameterised type. Labelled ones come last.
package struct Argument: Sendable {
    package let label: Name?
    package let value: Expression
    package let span: Span
}

/// `rate(row in test where row.label != target : argmax(net(row.image)) == target)`
package struct Aggregate: Sendable {
    /// One of `Aggregate.words`.
    package let function: Name
    /// At least one.
    package let binders: [Binder]
    package let body: Expression
    /// What stands behind the body: `quantile(row in test : f(row), 0.99)`
    package let arguments: [Argument]
    package let span: Span

    /// The names that make an aggregate of a call whose parenthesis opens with a binder. None of them is reserved.
    package static let words = [
        "rate", "mean", "sum", "all", "any", "max", "min", "quantile", "count", "median", "variance", "std",
    ]
}

/// `x[3]`, `x[clear]`, `x[0, 1..4]`
package struct Index: Sendable {
    package let base: Expression
    package let subscripts: [Subscript]
    package let span: Span
}

/// `e.rho`
package struct Member: Sendable {
    package let base: Expression
    package let name: Name
    package let span: Span
}

/// `a with { sex: other(a.sex) }`
package struct Update: Sendable {
    package let base: Expression
    package let fields: [FieldValue]
    package let span: Span
}

/// `-x`
package struct Negation: Sendable {
    package let operand: Expression
    package let span: Span
}

/// `a + b`, `a ++ b`
package struct Arithmetic: Sendable {
    package enum Operator: String, Sendable {
        case add = "+"
        case subtract = "-"
        case multiply = "*"
        case divide = "/"
        /// Joins texts or token sequences.
        case join = "++"
    }
    package let operation: Operator
    package let left: Expression
    package let right: Expression
    package let operatorSpan: Span
    package let span: Span
}

/// `a <= b`, and `a <= b < c` for `a <= b and b < c`.
package struct Comparison: Sendable {
    package enum Operator: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }
    package struct Link: Sendable {
        package let operation: Operator
        package let operatorSpan: Span
        package let operand: Expression
    }
    package let first: Expression
    /// At least one. Two or more all point one way: only `<` and `<=`, only `>` and `>=`, or only `==`.
    package let links: [Link]
    package let span: Span
}

/// `e.rho in [1500, 1800]`, `d in {clear, weak_left}`
package struct Membership: Sendable {
    package let value: Expression
    package let range: ValueRange
    package let span: Span
}

/// `reply(lm, q) contains /sk-[a-z]+/`
package struct Containment: Sendable {
    package let text: Expression
    package let pattern: Expression
    package let span: Span
}

/// `not a`
package struct Not: Sendable {
    package let operand: Expression
    package let span: Span
}

/// `a and b and c`: one node with all its operands, two or more.
package struct Logic: Sendable {
    package enum Operator: String, Sendable { case and, or }
    package let operation: Operator
    package let operands: [Expression]
    package let span: Span
}

/// `a implies b`; `a implies b implies c` is `a implies (b implies c)`.
package struct Implication: Sendable {
    package let premise: Expression
    package let conclusion: Expression
    package let span: Span
}
