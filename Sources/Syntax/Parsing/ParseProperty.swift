import Diagnostics

extension Parser {
    /// `property = "property", name, [ family ], [ string ], "{", { clause, [ ";" ] }, "}"`
    mutating func parseProperty(_ documentation: String?) -> PropertyDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the property", before: [.leftBrace, .leftParenthesis, .string])
        let parameters = at(.leftParenthesis) ? parseFamily() : []
        let title = at(.string) ? parseString() : nil
        let clauses = parseBody()
        return PropertyDeclaration(
            name: name, parameters: parameters, title: title, clauses: clauses, documentation: documentation,
            span: span(since: mark))
    }

    /// `family = "(", binders, [ "," ], ")"`
    private mutating func parseFamily() -> [Binder] {
        let opener = open()
        if at(.rightParenthesis) { log.report(.emptyFamily(at: span(of: opener).joined(with: span(of: current)))) }
        let binders = parseList("`,` or `)`", until: .rightParenthesis) { $0.parseBinder() }
        close(opener, "`,` or `)`")
        return binders
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

    /// `clause = forall | exists | each | let | assume | check | shrink`
    private mutating func parseClause() -> Clause? {
        if at(.clauseStarts) { note(.clause) }
        return parseKnownClause()
    }

    private mutating func parseKnownClause() -> Clause? {
        switch kind {
        case .forall: .forall(parseForall())
        case .exists: .exists(parseExists())
        case .for: .each(parseEach())
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
        let suggestion = at(.name) ? suggest(text(of: current), among: Parser.clauseWords) : nil
        log.report(.unknownClause(describe(current), at: place, suggestion, layout))
    }

    private var layout: Hint? {
        if at(.colon) { return .conditionOutside }
        return current.startsLine && at([.leftParenthesis, .leftBracket]) ? .bracketOnNewLine : nil
    }

    private static let clauseWords = ["forall", "exists", "for", "let", "assume", "check", "shrink"]
}

extension Hint {
    fileprivate static let bracketOnNewLine = Hint(
        "to call or to index, put the bracket on the line of what it belongs to")
    fileprivate static let conditionOutside = Hint(
        "a condition stands behind `check` or `assume`, as in `check forall x: T : ...`")
}

extension Diagnostic {
    fileprivate static func unknownClause(
        _ found: String, at span: Span, _ suggestion: String?, _ layout: Hint?
    ) -> Diagnostic {
        let hint =
            suggestion.map { Hint("did you mean `\($0)`?", edit: Edit(replacing: span, with: $0)) } ?? layout
            ?? Hint("the clauses of a property are `forall`, `exists`, `for`, `let`, `assume`, `check` and `shrink`")
        return Diagnostic(.unknownClause, "expected a clause or `}`, found \(found)", at: span, hints: [hint])
    }

    fileprivate static func emptyFamily(at span: Span) -> Diagnostic {
        Diagnostic(
            .emptyFamily, "expected the names that a family of properties ranges over, found none", at: span,
            hints: [Hint("leave the parentheses out, or write names as in `(l: Label)`")])
    }
}
