import Diagnostics

extension Diagnostic {
    static func gameWithoutClean(_ family: String, at span: Span) -> Diagnostic {
        Diagnostic(
            code: "game-clean", "family `\(family)` has no clean models, and so nothing to tell planted ones from",
            at: span, hints: [Hint("say `clean = N`: so many models of the same recipe with nothing planted in them")])
    }

    static func gameNothingPlanted(at span: Span) -> Diagnostic {
        Diagnostic(
            code: "game-family", "nothing is planted in any family of the game: natural marks are controls", at: span)
    }

    static func gameTooLarge(_ count: Int, at span: Span) -> Diagnostic {
        Diagnostic(code: "game-family", "the game has \(count) models, and at most 10000 are made", at: span)
    }

    static func gameFamily(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "game-family", message, at: span)
    }

    package static func gameAuditor(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "game-auditor", message, at: span)
    }
}
