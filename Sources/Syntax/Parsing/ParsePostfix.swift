import Diagnostics

extension Parser {
    /// `postfix = primary, { suffix }`
    mutating func parsePostfix() -> Expression {
        let mark = position
        return parseChain(first: { $0.parsePrimary() }, link: { $0.parseSuffix(of: $1, from: mark) })
    }

    /// `suffix = arguments | "[", subscripts, "]" | ".", name | "with", update`; an opening bracket stands on the line
    /// of what it belongs to.
    private mutating func parseSuffix(of base: Expression, from mark: Int) -> Expression? {
        switch kind {
        case .leftParenthesis where !current.startsLine:
            let arguments = parseArguments()
            return .call(Call(callee: base, arguments: arguments, span: span(since: mark)))
        case .leftBracket where !current.startsLine:
            let subscripts = parseSubscripts("an index")
            return .index(Index(base: base, subscripts: subscripts, span: span(since: mark)))
        case .dot:
            advance()
            let name = expectMember()
            return .member(Member(base: base, name: name, span: span(since: mark)))
        case .with where !isConfidence:
            advance()
            let fields = parseUpdate()
            return .update(Update(base: base, fields: fields, span: span(since: mark)))
        default:
            return nil
        }
    }

    private var isConfidence: Bool { ahead(1).kind == .name && text(of: ahead(1)) == "confidence" }

    private mutating func expectMember() -> Name {
        let followers = current.startsLine ? [] : TokenSet([ahead(1).kind])
        return expectName("the name of a field", before: followers)
    }

    private mutating func parseUpdate() -> [FieldValue] {
        guard at(.leftBrace) else {
            unexpected(expected: "`{` and the fields that change")
            return []
        }
        return parseFieldValues()
    }

    /// `arguments = "(", [ argument-list, [ "," ] ], ")"`
    mutating func parseArguments() -> [Argument] {
        let opener = open()
        let arguments = parseArgumentList()
        close(opener, "`,` or `)`")
        return arguments
    }

    /// `argument-list, [ "," ]` up to the parenthesis that closes it; none where it closes at once.
    mutating func parseArgumentList() -> [Argument] {
        var label: Name?
        return parseList("`,` or `)`", until: .rightParenthesis) { parser in
            let argument = parser.parseArgument()
            if let label, argument.label == nil, !parser.isRecovering {
                parser.log.report(.argumentOrder(argument, behind: label))
            }
            label = argument.label ?? label
            return argument
        }
    }

    /// `argument = [ label, ":" ], expression`
    private mutating func parseArgument() -> Argument {
        let mark = position
        let label = parseLabel()
        return Argument(label: label, value: parseExpression(), span: span(since: mark))
    }

    /// `label = name | reserved-word`: it names nothing here, so every word will do.
    private mutating func parseLabel() -> Name? {
        let isLabel = kind == .name || kind.isReservedWord
        guard isLabel, ahead(1).kind == .colon || kind == .name && ahead(1).kind == .assign else { return nil }
        let token = advance()
        expectLabelSign()
        return Name(text(of: token), span: span(of: token))
    }

    /// `:` between a label and its value; `=` is reported and taken for it.
    mutating func expectLabelSign() {
        guard at(.assign) else {
            expect(.colon, "and a value")
            return
        }
        log.report(.labelSign(at: span(of: advance())))
    }

    /// `subscripts = subscript, { ",", subscript }, [ "," ]`, between brackets
    mutating func parseSubscripts(_ what: String) -> [Subscript] {
        let opener = open()
        if at(.rightBracket) {
            log.report(.emptySubscript(what, at: span(of: opener).joined(with: span(of: current))))
        }
        let subscripts = parseList("`,` or `]`", until: .rightBracket) { $0.parseSubscript() }
        close(opener, "`,` or `]`")
        return subscripts
    }

    /// `subscript = [ expression ], "..", [ expression ] | expression`
    private mutating func parseSubscript() -> Subscript {
        let mark = position
        let lower = at(.range) ? nil : parseExpression()
        guard accept(.range) else { return .at(lower ?? .missing(gap)) }
        let upper = at([.comma, .rightBracket]) ? nil : parseExpression()
        return .range(lower: lower, upper: upper, span(since: mark))
    }
}

extension Diagnostic {
    fileprivate static func argumentOrder(_ argument: Argument, behind label: Name) -> Diagnostic {
        Diagnostic(
            .argumentOrder, "expected a label, found an argument without one", at: argument.span,
            labels: [Label("behind this label all need one", at: label.span)],
            hints: [Hint("put arguments without a label first")])
    }

    fileprivate static func labelSign(at span: Span) -> Diagnostic {
        Diagnostic(
            .labelSign, "expected `:` behind the label, found `=`", at: span,
            hints: [Hint("write `:`", edit: Edit(replacing: span, with: ":"))])
    }

    fileprivate static func emptySubscript(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .emptySubscript, "expected \(what) between the brackets, found none", at: span,
            hints: [Hint("`[..]` stands for all entries")])
    }
}
