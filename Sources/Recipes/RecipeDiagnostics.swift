import Diagnostics

extension Diagnostic {
    package static func recipeSyntax(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "recipe-syntax", message, at: span)
    }

    package static func recipeKey(_ message: String, at span: Span, hints: [Hint]) -> Diagnostic {
        Diagnostic(code: "recipe-key", message, at: span, hints: hints)
    }

    package static func recipeValue(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "recipe-value", message, at: span)
    }

    package static func recipeMissing(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "recipe-missing", message, at: span)
    }
}
