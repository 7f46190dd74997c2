import Diagnostics

extension Parser {
    /// `binder = pattern, ( ":", type | "in", domain )`
    mutating func parseBinder() -> Binder {
        let mark = position
        let pattern = parsePattern(before: [.colon, .in])
        let domain = parseDomain()
        return Binder(pattern: pattern, domain: domain, span: span(since: mark))
    }

    /// `domain = "lines", string | name, { suffix }`
    private mutating func parseDomain() -> Binder.Domain {
        if accept(.colon) { return .type(parseTypeExpression()) }
        guard accept(.in) else {
            unexpected(expected: "`:` and a type, or `in` and data")
            return .rows(at(.name) && !current.startsLine ? parsePostfix() : .missing(gap))
        }
        if at(word: "lines"), ahead(1).kind == .string {
            advance()
            return .lines(parseString())
        }
        guard !at(.leftBracket) else { return parseIntervalAsDomain() }
        guard at(.name) else {
            unexpected(expected: "the name of a `data` declaration")
            return .rows(.missing(gap))
        }
        return .rows(parsePostfix())
    }

    /// `forall x in [0, 1]`: what is meant is `x: Real in [0, 1]`.
    private mutating func parseIntervalAsDomain() -> Binder.Domain {
        if !isExcused { log.report(.forallDomain(at: span(of: current), insertAt: tokens[position - 1].start, source)) }
        return .type(
            TypeExpression(
                base: .missing, interval: parseInterval(), vocabulary: nil, pattern: nil, view: nil, span: gap))
    }

    /// `pattern = name | "{", name, { ",", name }, [ "," ], "}"`
    mutating func parsePattern(before followers: TokenSet) -> Pattern {
        guard at(.leftBrace) else { return .name(expectName("a name", before: followers)) }
        let mark = position
        let opener = open()
        if at(.rightBrace) { unexpected(expected: "the name of a field") }
        let names = parseList("`,` or `}`", until: .rightBrace) {
            $0.expectName("the name of a field", before: [.comma, .rightBrace])
        }
        close(opener, "`,` or `}`")
        return .fields(names, span(since: mark))
    }
}

extension Diagnostic {
    fileprivate static func forallDomain(at span: Span, insertAt offset: UInt32, _ source: SourceFile) -> Diagnostic {
        let place = Span(file: source.id, Int(offset)..<Int(offset))
        return Diagnostic(
            .forallDomain, "expected data behind `in`, found an interval", at: span,
            hints: [
                Hint("name the type of the numbers: `: Real in [...]`", edit: Edit(replacing: place, with: ": Real "))
            ])
    }
}
