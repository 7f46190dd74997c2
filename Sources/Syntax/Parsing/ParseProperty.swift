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
                while accept(.semicolon) {}
            } else {
                reportUnknownClause()
                if at(.closers) { advance() } else { skipOne() }
                skip()
                excuse()
            }
        }
        return clauses
    }

    /// `clause = forall | let | assume | check | shrink`
    private mutating func parseClause() -> Clause? {
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
        guard !isExcused, !at(.unknown) else { return }
        if at(.closers) { return log.report(.unmatchedBracket(kind, at: span(of: current))) }
        let suggestion = at(.name) ? suggest(text(of: current), among: Parser.clauseWords) : nil
        let startsLine = current.startsLine && TokenSet([.leftParenthesis, .leftBracket]).contains(kind)
        log.report(
            .unknownClause(describe(current), at: span(of: current), suggestion, startsLine ? .bracketOnNewLine : nil))
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
