import Diagnostics

extension Diagnostic {
    static func unexpected(_ found: String, expected: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-syntax", "expected \(expected), found `\(found)`", at: span)
    }

    static func unknownCommand(_ name: String, _ version: Query.Version, at span: Span) -> Diagnostic {
        let commands =
            version == .one ? "1.0 has `declare-const` and `assert`" : "2.0 has `declare-network` and `assert`"
        return Diagnostic(
            code: "vnnlib-unknown-command", "no command is named `\(name.prefix(40))`", at: span,
            hints: [Hint("VNN-LIB \(commands)")])
    }

    static func unknownCondition(_ name: String, _ version: Query.Version, at span: Span) -> Diagnostic {
        let last = version == .one ? "`>` and `=`" : "`>`, `==` and `!=`"
        return Diagnostic(
            code: "vnnlib-unknown-condition", "no condition is named `\(name.prefix(40))`", at: span,
            hints: [Hint("conditions are `and`, `or`, `<=`, `>=`, `<`, \(last)")])
    }

    static func unknownArithmetic(_ name: String, _ version: Query.Version, at span: Span) -> Diagnostic {
        let symbols = version == .one ? "`+`, `-`, `*` and `/`" : "`+`, `-` and `*`"
        return Diagnostic(
            code: "vnnlib-unknown-arithmetic", "no arithmetic is named `\(name.prefix(40))`", at: span,
            hints: [Hint("terms are numbers, variables, and \(symbols) of them")])
    }

    static func missingOperand(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-missing-operand", "`\(name.prefix(40))` has no operand", at: span)
    }

    static func undeclared(_ variable: Variable, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-undeclared", "`\(variable)` is not declared", at: span,
            hints: [Hint("declare it first: `(declare-const \(variable) Real)`")])
    }

    static func declaredTwice(_ variable: Variable, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-declared-twice", "`\(variable)` is declared twice", at: span)
    }

    static func nothingDeclared(_ variable: Variable, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-nothing-declared", "not even `\(variable)` is declared", at: span)
    }

    static func gap(_ variable: Variable, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-gap", "`\(variable)` is missing, though later ones are declared", at: span)
    }

    static func tooManyVariables(_ limit: Int, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-too-many-variables", "the index is not below \(limit)", at: span)
    }

    static func notLinear(at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-not-linear", "this is not linear: at most one factor may hold a variable", at: span)
    }

    static func tooLargeNumber(at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-too-large-number", "a number here is too large to be computed with", at: span)
    }

    static func tooDeep(_ limit: Int, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-too-deep", "nested more than \(limit) deep", at: span)
    }

    static func tooLarge(_ limit: Int, at span: Span) -> Diagnostic {
        Diagnostic(code: "vnnlib-too-large", "the file has more than \(limit) bytes", at: span)
    }

    static func unbounded(_ variable: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-unbounded", "`\(variable)` has no lower or no upper bound", at: span,
            hints: [Hint("add `(assert (>= \(variable) ...))` and `(assert (<= \(variable) ...))`")])
    }

    static func noInput(at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-no-input", "no input meets the assertions, whatever the model answers", at: span,
            hints: [Hint("a lower bound exceeds an upper one, or a condition without variables is false")])
    }

    static func tooManyAlternatives(_ limit: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-too-many-alternatives",
            "the `or`s that bound inputs multiply out to more than \(limit) alternatives", at: span)
    }

    static func tooManyBoxes(_ boxes: Int, _ inputs: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "vnnlib-too-many-boxes", "\(boxes) boxes over \(inputs) inputs are too many", at: span)
    }
}
