import Diagnostics

/// What stands between the elements of a list.
enum Separator {
    case comma
    case commaOrLineBreak
}

extension Parser {
    /// Reports the current token as not what was expected, unless an error here has been reported.
    mutating func unexpected(expected: String, hints: [Hint] = []) {
        let choice = at(.question) && hints.isEmpty ? [Hint("a choice is written `if a then b else c`")] : hints
        reportOnce {
            .unexpectedToken(expected: expected, found: $0.describe($0.current), at: $0.placeOfError, hints: choice)
        }
    }

    /// Takes a token of this kind, or reports that it is missing.
    @discardableResult
    mutating func expect(_ kind: Token.Kind, _ place: String) -> Bool {
        if accept(kind) { return true }
        let hint = Hint("write `\(kind.spelling)` here", edit: Edit(replacing: gap, with: kind.spelling))
        unexpected(expected: "\(kind.description) \(place)", hints: TokenSet.classes.contains(kind) ? [] : [hint])
        return false
    }

    /// Takes a name. A reserved word is taken for one, and reported, where what follows shows that a name was meant.
    mutating func expectName(_ what: String, before followers: TokenSet = []) -> Name {
        let token = current
        if token.kind == .name {
            advance()
            return Name(text(of: token), span: span(of: token))
        }
        if token.kind.isReservedWord, followers.contains(ahead(1).kind) {
            advance()
            log.report(.reservedWord(token.kind.spelling, as: what, at: span(of: token)))
            return Name(token.kind.spelling, span: span(of: token))
        }
        unexpected(expected: what)
        if at([.number, .string, .regex, .unknown]), followers.contains(ahead(1).kind) { advance() }
        return Name("", span: gap)
    }

    mutating func expectString(_ what: String) -> StringLiteral {
        if at(.string) { return parseString() }
        var hints: [Hint] = []
        if at(.name), !current.startsLine {
            let quoted = "\"\(text(of: current))\""
            hints = [Hint("write \(quoted)", edit: Edit(replacing: span(of: current), with: quoted))]
        }
        unexpected(expected: what, hints: hints)
        if !hints.isEmpty { advance() }
        return StringLiteral(text: "", span: gap)
    }

    /// Takes the opening bracket here; `close` belongs to it.
    mutating func open() -> Token {
        if let closer = kind.closer { openBrackets.append(closer) }
        return advance()
    }

    /// Takes the bracket that closes `opener`. Where there is none, reports it and passes over the rest of the group.
    mutating func close(_ opener: Token, _ expected: String) {
        guard let closer = openBrackets.popLast(), !accept(closer) else { return }
        if !isExcused { reportUnclosed(opener, closer, expected) }
        skip()
        if accept(closer) { return }
        if at(.closers), !openBrackets.contains(kind) { advance() }
        excuse()
    }

    private mutating func reportUnclosed(_ opener: Token, _ closer: Token.Kind, _ expected: String) {
        let label = Label("opened here", at: span(of: opener))
        if isAtBoundary {
            log.report(
                .unclosedBracket(
                    opener.kind, closer, found: describe(current), at: placeOfError, label, insertAt: gap))
        } else {
            log.report(
                .unexpectedToken(expected: expected, found: describe(current), at: placeOfError, labels: [label]))
        }
    }

    /// Reads elements up to what closes the list; a comma may stand behind the last.
    mutating func parseList<Element>(
        _ expected: String, until closer: Token.Kind, separatedBy separator: Separator = .comma,
        element: (inout Parser) -> Element
    ) -> [Element] {
        var elements: [Element] = []
        while !at(closer), !isAtBoundary {
            elements.append(element(&self))
            if accept(.comma) { continue }
            if at(closer) || isAtBoundary { break }
            if separator == .commaOrLineBreak, current.startsLine, !isRecovering { continue }
            unexpected(expected: expected)
            skip(to: [.comma])
            if !accept(.comma) { break }
        }
        return elements
    }

    /// A token as a diagnostic shows it.
    func describe(_ token: Token) -> String {
        switch token.kind {
        case .end, .unknown: token.kind.spelling
        case .string: token.end - token.start <= 40 ? "the string \(text(of: token))" : "a string"
        case .regex:
            token.end - token.start <= 40 ? "the regular expression \(text(of: token))" : "a regular expression"
        default: token.end - token.start <= 40 ? "`\(text(of: token))`" : token.kind.spelling
        }
    }

    /// Where the current token is reported: itself, or, where it is on another line, behind the last one.
    var placeOfError: Span {
        current.startsLine && position > 0 ? gap : span(of: current)
    }
}

extension Diagnostic {
    static func unexpectedToken(
        expected: String, found: String, at span: Span, labels: [Label] = [], hints: [Hint] = []
    ) -> Diagnostic {
        Diagnostic(.unexpectedToken, "expected \(expected), found \(found)", at: span, labels: labels, hints: hints)
    }

    fileprivate static func reservedWord(_ word: String, as what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .reservedWord, "expected \(what), found the reserved word `\(word)`", at: span,
            hints: [Hint("write another name, as in `\(word)_`")])
    }

    fileprivate static func unclosedBracket(
        _ opener: Token.Kind, _ closer: Token.Kind, found: String, at span: Span, _ label: Label,
        insertAt gap: Span
    ) -> Diagnostic {
        Diagnostic(
            .unclosedBracket, "expected \(closer.description) to close \(opener.description), found \(found)", at: span,
            labels: [label],
            hints: [Hint("write \(closer.description)", edit: Edit(replacing: gap, with: closer.spelling))])
    }
}
