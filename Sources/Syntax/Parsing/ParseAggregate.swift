import Diagnostics

/// Binders and what is computed for each of their values.
struct Scope {
    let binders: [Binder]
    let body: Expression
}

extension Parser {
    /// Whether an aggregate begins here: one of its words, and behind the parenthesis a binder.
    var startsAggregate: Bool {
        guard at(.name), ahead(1).kind == .leftParenthesis, !ahead(1).startsLine else { return false }
        guard Aggregate.words.contains(text(of: current)) else { return false }
        switch ahead(2).kind {
        case .name: return continuesPattern(3)
        case .leftBrace: return behindFields(3).map(continuesPattern) ?? false
        default: return ahead(2).kind.isReservedWord && ahead(3).kind == .colon
        }
    }

    /// Whether what stands so far ahead, behind the first pattern in the parenthesis of the aggregate's word, makes a binder
    /// of that pattern. A comma, and `in` with a range, does so only if there is a body.
    private func continuesPattern(_ distance: Int) -> Bool {
        switch ahead(distance).kind {
        case .colon, .tilde: true
        case .in where TokenSet.rangeStarts.contains(ahead(distance + 1).kind): brackets.hasBody(at: position + 1)
        case .in: true
        case .comma: brackets.hasBody(at: position + 1)
        default: false
        }
    }

    /// The distance behind `name, name }`, if that stands so far ahead.
    private func behindFields(_ distance: Int) -> Int? {
        var distance = distance
        while ahead(distance).kind == .name, ahead(distance + 1).kind == .comma { distance += 2 }
        if ahead(distance).kind == .name { distance += 1 }
        return ahead(distance).kind == .rightBrace ? distance + 1 : nil
    }

    /// `aggregate = aggregate-word, "(", scope, [ ",", argument-list ], [ "," ], ")"`
    mutating func parseAggregate() -> Aggregate {
        let mark = position
        let function = expectName("an aggregate")
        let opener = open()
        let scope = nested { $0.parseScope(as: .aggregate) } ?? missingScope
        let arguments = parseFurtherArguments()
        close(opener, "`,` or `)`")
        return Aggregate(
            function: function, binders: scope.binders, body: scope.body, arguments: arguments, span: span(since: mark))
    }

    /// `scope = binders, ":", expression`
    mutating func parseScope(as construct: Scope.Construct) -> Scope {
        let binders = parseBinders()
        if isRecovering { skip(to: [.colon]) }
        note(.wideColon)
        if !accept(.colon) {
            reportOnce { .missingBody(of: construct, found: $0.describe($0.current), at: $0.placeOfError) }
        }
        return Scope(binders: binders, body: parseExpression())
    }

    /// What stands for a scope that is too deep to be read.
    var missingScope: Scope {
        let binder = Binder(
            patterns: [.name(Name("", span: gap))], domain: .rows(.missing(gap)), distribution: nil, condition: nil,
            span: gap)
        return Scope(binders: [binder], body: .missing(gap))
    }

    /// `[ ",", argument-list ], [ "," ]`
    mutating func parseFurtherArguments() -> [Argument] { accept(.comma) ? parseArgumentList() : [] }
}

extension Scope {
    /// What has a scope.
    enum Construct { case aggregate, comprehension, quantified }
}

extension Diagnostic {
    fileprivate static func missingBody(of construct: Scope.Construct, found: String, at span: Span) -> Diagnostic {
        let (code, what, example): (SyntaxCode, String, String) =
            switch construct {
            case .aggregate: (.aggregateBody, "what is computed", "mean(row in test : row.x)")
            case .comprehension: (.comprehensionBody, "what is computed", "[i: Int in [0, 2] : x[i]]")
            case .quantified: (.quantifiedBody, "what holds", "forall x: Real in [0, 1] : x * x <= x")
            }
        return Diagnostic(
            code, "expected `:` and \(what) for each, found \(found)", at: span,
            hints: [Hint("write it as in `\(example)`")])
    }
}
