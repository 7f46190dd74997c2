import Diagnostics

extension Parser {
    /// `property = "property", name, [ string ], "{", { clause, [ ";" ] }, "}"`
    mutating func parseProperty(_ documentation: String?) -> PropertyDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the property", before: [.leftBrace, .string])
        let title = at(.string) ? parseString() : nil
        let clauses = parseBody()
        return PropertyDeclaration(
            name: name, title: title, clauses: clauses, documentation: documentation, span: span(since: mark))
    }

    private mutating func parseBody() -> [Clause] {
        guard at(.leftBrace) else {
            expect(.leftBrace, "and the clauses of the property")
            return at(.clauseStarts) ? parseClauses() : []
        }
        note(.body)
        let opener = open()
        let clauses = parseClauses()
        close(opener, "a clause or `}`")
        return clauses
    }

    private mutating func parseClauses() -> [Clause] {
        var clauses: [Clause] = []
        while !at(.declarationStarts), !at([.rightBrace, .end]) {
            if let clause = parseClause() {
                clauses.append(clause)
                passSemicolons()
            } else {
                reportUnknownClause()
                if at(.closers) { _ = (advance(), excuse()) } else { skipLines() }
            }
        }
        return clauses
    }

    private mutating func passSemicolons() {
        while at(.semicolon) {
            note(.redundant)
            advance()
        }
    }

    /// `clause = forall | let | assume | check | shrink`
    private mutating func parseClause() -> Clause? {
        if at(.clauseStarts) { note(.clause) }
        return parseKnownClause()
    }

    private mutating func parseKnownClause() -> Clause? {
        switch kind {
        case .forall: .forall(parseForall())
        case .let: .let(parseLet())
        case .assume: .assume(parseAssume())
        case .check: .check(parseCheck())
        case .shrink: .shrink(parseShrink())
        default: nil
        }
    }

    private mutating func reportUnknownClause() {
        guard !isExcused else { return }
        if at(.closers) { return log.report(.unmatchedBracket(kind, at: span(of: current))) }
        let place = span(of: current)
        if at(word: "for") {
            let words = text(of: ahead(1)) == "all" ? place.joined(with: span(of: ahead(1))) : place
            return log.report(.unknownClause("`\(source.text(words))`", at: words, "forall", nil))
        }
        let suggestion = at(.name) ? suggest(text(of: current), among: Parser.clauseWords) : nil
        let startsLine = current.startsLine && at([.leftParenthesis, .leftBracket])
        log.report(.unknownClause(describe(current), at: place, suggestion, startsLine ? .bracketOnNewLine : nil))
    }

    private static let clauseWords = ["forall", "let", "assume", "check", "shrink"]
}

extension Hint {
    fileprivate static let bracketOnNewLine = Hint(
        "to call or to index, put the bracket on the line of what it belongs to")
}

extension Diagnostic {
    fileprivate static func unknownClause(
        _ found: String, at span: Span, _ suggestion: String?, _ layout: Hint?
    ) -> Diagnostic {
        let hint =
            suggestion.map { Hint("did you mean `\($0)`?", edit: Edit(replacing: span, with: $0)) } ?? layout
            ?? Hint("the clauses of a property are `forall`, `let`, `assume`, `check` and `shrink`")
        return Diagnostic(.unknownClause, "expected a clause or `}`, found \(found)", at: span, hints: [hint])
    }
}
