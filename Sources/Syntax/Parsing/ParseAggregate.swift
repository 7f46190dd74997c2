import Diagnostics

/// A binder and what is computed for each of its values.
struct Scope {
    let binder: Binder
    let condition: Expression?
    let body: Expression
}

extension Parser {
    /// Whether an aggregate begins here: one of its words, and behind the parenthesis a binder.
    var startsAggregate: Bool {
        guard at(.name), ahead(1).kind == .leftParenthesis, !ahead(1).startsLine else { return false }
        guard Aggregate.words.contains(text(of: current)) else { return false }
        switch ahead(2).kind {
        case .name: return ahead(3).kind == .colon || ahead(3).kind == .in && ahead(4).kind != .leftBracket
        case .leftBrace: return startsFieldsPattern(3)
        default: return false
        }
    }

    /// Whether `name, name } in` or `name, name } :` stands so far ahead.
    private func startsFieldsPattern(_ distance: Int) -> Bool {
        var distance = distance
        while ahead(distance).kind == .name, ahead(distance + 1).kind == .comma { distance += 2 }
        if ahead(distance).kind == .name { distance += 1 }
        return ahead(distance).kind == .rightBrace && TokenSet([.in, .colon]).contains(ahead(distance + 1).kind)
    }

    /// `aggregate = aggregate-word, "(", binder, [ "where", expression ], ":", expression, { ",", argument }, [ "," ], ")"`
    mutating func parseAggregate() -> Aggregate {
        let mark = position
        let function = expectName("an aggregate")
        let opener = open()
        let scope = nested { $0.parseScope() }
        let arguments = parseFurtherArguments()
        close(opener, "`,` or `)`")
        let missing = Binder(pattern: .name(Name("", span: gap)), domain: .rows(.missing(gap)), span: gap)
        return Aggregate(
            function: function, binder: scope?.binder ?? missing, condition: scope?.condition,
            body: scope?.body ?? .missing(gap), arguments: arguments, span: span(since: mark))
    }

    /// `scope = binder, [ "where", expression ], ":", expression`
    mutating func parseScope() -> Scope {
        let binder = parseBinder()
        let condition = accept(.where) ? parseExpression() : nil
        note(.wideColon)
        if !accept(.colon) {
            reportOnce { .aggregateBody(found: $0.describe($0.current), at: $0.placeOfError) }
        }
        return Scope(binder: binder, condition: condition, body: parseExpression())
    }

    /// `{ ",", argument }, [ "," ]`
    mutating func parseFurtherArguments() -> [Argument] {
        guard accept(.comma) else { return [] }
        return parseList("`,` or `)`", until: .rightParenthesis) { $0.parseArgument() }
    }
}

extension Diagnostic {
    fileprivate static func aggregateBody(found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .aggregateBody, "expected `:` and what is computed for each, found \(found)", at: span,
            hints: [Hint("write it as in `mean(row in test : row.x)`")])
    }
}
