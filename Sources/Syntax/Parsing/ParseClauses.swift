import Diagnostics

extension Parser {
    /// `forall = "forall", binders`
    mutating func parseForall() -> Forall {
        let mark = position
        advance()
        return Forall(binders: parseBinders(), span: span(since: mark))
    }

    /// `exists = "exists", binders`
    mutating func parseExists() -> Exists {
        let mark = position
        advance()
        return Exists(binders: parseBinders(), span: span(since: mark))
    }

    /// `each = "for", binders`
    mutating func parseEach() -> Each {
        let mark = position
        advance()
        if at(word: "all"), ahead(1).kind == .name || ahead(1).kind == .leftBrace {
            advance()
            log.report(.forAll(at: span(since: mark)))
        }
        return Each(binders: parseBinders(), span: span(since: mark))
    }

    /// `let = "let", pattern, [ ":", type ], "=", expression`
    mutating func parseLet() -> Let {
        let mark = position
        advance()
        let pattern = parsePattern(before: [.assign, .colon])
        let type = accept(.colon) ? parseTypeExpression() : nil
        expect(.assign, "and a value")
        return Let(pattern: pattern, type: type, value: parseExpression(), span: span(since: mark))
    }

    /// `assume = "assume", expression`
    mutating func parseAssume() -> Assume {
        let mark = position
        advance()
        return Assume(condition: parseExpression(), span: span(since: mark))
    }

    /// `check = "check", expression, [ "with", "confidence", expression ]`
    mutating func parseCheck() -> Check {
        let mark = position
        advance()
        let condition = parseExpression()
        var confidence: Expression?
        if accept(.with) {
            if !accept(word: "confidence") { unexpected(expected: "`confidence`") }
            confidence = parseExpression()
        }
        return Check(condition: condition, confidence: confidence, span: span(since: mark))
    }

    /// `shrink = "shrink", expression, { ",", expression }`
    mutating func parseShrink() -> Shrink {
        let mark = position
        advance()
        var measures = [parseExpression()]
        while accept(.comma) { measures.append(parseExpression()) }
        return Shrink(measures: measures, span: span(since: mark))
    }
}

extension Diagnostic {
    fileprivate static func forAll(at span: Span) -> Diagnostic {
        Diagnostic(
            .unknownClause, "expected a clause or `}`, found `for all`", at: span,
            hints: [Hint("did you mean `forall`?", edit: Edit(replacing: span, with: "forall"))])
    }
}
