import Diagnostics

extension Parser {
    /// `primary = number | string | regex | "true" | "false" | aggregate | name | comprehension | tensor | record | block |
    /// "(", expression, ")"`
    mutating func parsePrimary() -> Expression {
        switch kind {
        case .number: return .number(parseNumber())
        case .string: return .string(parseString())
        case .regex: return .regex(parseRegex())
        case .true, .false: return .boolean(parseBoolean())
        case .name: return startsAggregate ? .aggregate(parseAggregate()) : .name(expectName("a name"))
        case .leftBracket: return startsComprehension ? .comprehension(parseComprehension()) : .tensor(parseTensor())
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

    /// Whether the bracket here opens with a binder or has a body.
    private var startsComprehension: Bool {
        brackets.hasBody(at: position) || ahead(1).kind == .name && TokenSet([.colon, .tilde]).contains(ahead(2).kind)
    }

    /// `comprehension = "[", scope, "]"`
    private mutating func parseComprehension() -> Comprehension {
        let mark = position
        let opener = open()
        let scope = nested { $0.parseScope(as: .comprehension) } ?? missingScope
        close(opener, "`]`")
        return Comprehension(binders: scope.binders, body: scope.body, span: span(since: mark))
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

    /// At what is an expression, but no operand: a quantifier at the start of a line is rather the next clause.
    private var needsParentheses: Bool {
        at([.not, .if]) || at(.quantifiers) && !(isAtBoundary && current.startsLine)
    }

    private mutating func parseMissing() -> Expression {
        if at(.unknown) {
            let place = gap
            advance()
            return .missing(place)
        }
        guard needsParentheses else {
            unexpected(expected: "an expression")
            return .missing(gap)
        }
        unexpected(expected: "an expression", hints: [Hint("put parentheses around `\(kind.spelling) ...`")])
        return parseExpression()
    }
}

extension Diagnostic {
    fileprivate static func emptyTensor(at span: Span) -> Diagnostic {
        Diagnostic(
            .emptyTensor, "expected the elements of a tensor, found none", at: span,
            hints: [Hint("a tensor literal has at least one element")])
    }
}
