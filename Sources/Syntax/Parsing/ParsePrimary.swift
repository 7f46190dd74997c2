import Diagnostics

extension Parser {
    /// `primary = number | string | regex | "true" | "false" | aggregate | name | tensor | record | block |
    /// "(", expression, ")"`
    mutating func parsePrimary() -> Expression {
        switch kind {
        case .number: return .number(parseNumber())
        case .string: return .string(parseString())
        case .regex: return .regex(parseRegex())
        case .true, .false: return .boolean(parseBoolean())
        case .name: return startsAggregate ? .aggregate(parseAggregate()) : .name(expectName("a name"))
        case .leftBracket: return .tensor(parseTensor())
        case .leftBrace: return parseBraces()
        case .leftParenthesis: return parseParentheses()
        case _ where kind.isReservedWord && ahead(1).kind == .dot: return .name(expectName("a name", before: [.dot]))
        default: return parseMissing()
        }
    }

    private mutating func parseParentheses() -> Expression {
        let opener = open()
        let inner = parseExpression()
        close(opener, "`)`")
        return inner
    }

    /// `tensor = "[", expression, { ",", expression }, [ "," ], "]"`
    private mutating func parseTensor() -> TensorLiteral {
        let mark = position
        let opener = open()
        if at(.rightBracket) { log.report(.emptyTensor(at: span(of: opener).joined(with: span(of: current)))) }
        let elements = parseList("`,` or `]`", until: .rightBracket) { $0.parseExpression() }
        close(opener, "`,` or `]`")
        return TensorLiteral(elements: elements, span: span(since: mark))
    }

    private mutating func parseMissing() -> Expression {
        if at(.unknown) {
            let place = gap
            advance()
            return .missing(place)
        }
        let needsParentheses = at([.not, .if])
        let hint = Hint("put parentheses around `\(kind.spelling) ...`")
        unexpected(expected: "an expression", hints: needsParentheses ? [hint] : [])
        return .missing(gap)
    }
}

extension Diagnostic {
    fileprivate static func emptyTensor(at span: Span) -> Diagnostic {
        Diagnostic(
            .emptyTensor, "expected the elements of a tensor, found none", at: span,
            hints: [Hint("a tensor literal has at least one element")])
    }
}
