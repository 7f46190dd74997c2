import Diagnostics

extension Parser {
    /// `binders = binder, { ",", binder }`; a value behind a comma is an argument rather than a name that was forgotten.
    mutating func parseBinders() -> [Binder] {
        var binders = [parseBinder()]
        while at(.comma), !TokenSet.values.contains(ahead(1).kind) {
            advance()
            binders.append(parseBinder())
        }
        return binders
    }

    /// `binder = ( patterns, ":", type, [ distribution ] | pattern, "in", domain, [ distribution ] | pattern, distribution ),
    /// [ "where", expression ]`
    mutating func parseBinder() -> Binder {
        let mark = position
        let patterns = parsePatterns()
        let domain = parseDomain()
        let distribution = accept(.tilde) ? parseSum() : nil
        let condition = accept(.where) ? parseExpression() : nil
        return Binder(
            patterns: patterns, domain: domain, distribution: distribution, condition: condition,
            span: span(since: mark))
    }

    /// `patterns = pattern, { ",", pattern }`; several before anything but a type are reported.
    private mutating func parsePatterns() -> [Pattern] {
        let mark = position
        var patterns = [parsePattern(before: .patternEnds)]
        while !isRecovering, accept(.comma) { patterns.append(parsePattern(before: .patternEnds)) }
        if patterns.count > 1, at([.in, .tilde]), !isExcused {
            log.report(.severalNames(kind, patterns.map { source.text($0.span) }, at: span(since: mark)))
        }
        return patterns
    }

    /// `":", type | "in", domain`, where `domain = "lines", string | sum`
    private mutating func parseDomain() -> Binder.Domain {
        if at(.tilde) { return .inferred }
        if accept(.colon) { return .type(parseTypeExpression()) }
        guard accept(.in) else {
            unexpected(expected: "`:` and a type, `in` and data, or `~` and a distribution")
            return .rows(at(.name) && !current.startsLine ? parsePostfix() : .missing(gap))
        }
        if let file = parseLines() { return .lines(file) }
        guard !at(.rangeStarts) else { return parseRangeAsDomain() }
        guard at(.expressionStarts) else {
            unexpected(expected: "data or a sequence")
            return .rows(.missing(gap))
        }
        return .rows(parseSum())
    }

    /// `"lines", string`
    mutating func parseLines() -> StringLiteral? {
        guard at(word: "lines"), ahead(1).kind == .string else { return nil }
        advance()
        let file = parseString()
        lineFiles.append(file)
        return file
    }

    /// `forall x in [0, 1]`: what is meant is `x: Real in [0, 1]`.
    private mutating func parseRangeAsDomain() -> Binder.Domain {
        if !isExcused {
            log.report(.forallDomain(kind, at: span(of: current), insertAt: tokens[position - 1].start, source))
        }
        return .type(
            TypeExpression(
                base: .missing, range: parseValueRange(), lines: nil, vocabulary: nil, pattern: nil, view: nil,
                span: gap))
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

extension TokenSet {
    /// What stands behind the pattern of a binder.
    fileprivate static let patternEnds: TokenSet = [.colon, .in, .tilde, .comma]
    /// What begins an expression but no pattern.
    fileprivate static let values: TokenSet = [
        .number, .string, .regex, .true, .false, .leftParenthesis, .leftBracket, .minus, .not, .if,
    ]
}

extension Diagnostic {
    fileprivate static func forallDomain(
        _ opener: Token.Kind, at span: Span, insertAt offset: UInt32, _ source: SourceFile
    ) -> Diagnostic {
        let place = Span(file: source.id, Int(offset)..<Int(offset))
        let (found, range) = opener == .leftBrace ? ("a set", "{...}") : ("an interval", "[...]")
        return Diagnostic(
            .forallDomain, "expected data behind `in`, found \(found)", at: span,
            hints: [
                Hint(
                    "name the type of the values: `: Real in \(range)`", edit: Edit(replacing: place, with: ": Real "))
            ])
    }

    fileprivate static func severalNames(_ sign: Token.Kind, _ names: [String], at span: Span) -> Diagnostic {
        let each = names.map { "\($0) \(sign.spelling) ..." }.joined(separator: ", ")
        return Diagnostic(
            .severalNames, "expected one name before \(sign.description), found \(names.count)", at: span,
            hints: [Hint("only a type is shared, as in `x, y: Real`; else write `\(each)`")])
    }
}
