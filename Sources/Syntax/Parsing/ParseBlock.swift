import Diagnostics

extension Parser {
    /// `{ name: value }` is a record, any other brace in an expression a block.
    mutating func parseBraces() -> Expression {
        let isRecord =
            ahead(1).kind == .rightBrace
            || (ahead(1).kind == .name || ahead(1).kind.isReservedWord)
                && TokenSet([.colon, .assign]).contains(ahead(2).kind)
        if isRecord {
            let mark = position
            return .record(RecordLiteral(fields: parseFieldValues(), span: span(since: mark)))
        }
        return .block(parseBlock())
    }

    /// `record = "{", field-value, { separator, field-value }, [ "," ], "}"`
    mutating func parseFieldValues() -> [FieldValue] {
        let opener = open()
        if at(.rightBrace) { log.report(.emptyRecord(at: span(of: opener).joined(with: span(of: current)))) }
        let fields = parseList("`,`, a line break or `}`", until: .rightBrace, separatedBy: .commaOrLineBreak) {
            $0.parseFieldValue()
        }
        close(opener, "`,`, a line break or `}`")
        return fields
    }

    /// `field-value = name, ":", expression`
    private mutating func parseFieldValue() -> FieldValue {
        let mark = position
        note(.item)
        let name = expectName("the name of a field", before: [.colon, .assign])
        expectLabelSign()
        return FieldValue(name: name, value: parseExpression(), span: span(since: mark))
    }

    /// `block = "{", { let, terminator }, expression, [ ";" ], "}"`
    private mutating func parseBlock() -> Block {
        let mark = position
        let opener = open()
        var lets: [Let] = []
        while at(.let) {
            note(.item)
            lets.append(
                nested { $0.parseLet() }
                    ?? Let(pattern: .name(Name("", span: gap)), type: nil, value: .missing(gap), span: gap))
            parseTerminator()
        }
        note(.item)
        let result = parseResult(lets)
        if at(.semicolon) { note(.redundant) }
        _ = accept(.semicolon)
        close(opener, "`}`")
        return Block(lets: lets, result: result, span: span(since: mark))
    }

    /// `terminator = ";" | ? new line ?`
    private mutating func parseTerminator() {
        if accept(.semicolon) || current.startsLine || at(.rightBrace) || isRecovering { return }
        if isAtBoundary, !at(.let) { return }
        log.report(.letSeparator(found: describe(current), at: span(of: current), insertAt: gap))
        excuse()
        if !at(.let), !at(.expressionStarts) { skip(to: [.semicolon]) }
        _ = accept(.semicolon)
    }

    private mutating func parseResult(_ lets: [Let]) -> Expression {
        guard at(.rightBrace), !isRecovering else { return parseExpression() }
        log.report(.blockResult(at: gap, swallowedMinus: lets.last.map { endsInMinusOnNewLine($0.value) } ?? false))
        return .missing(gap)
    }

    /// Whether a sign at the start of a line made the line part of the value above it.
    private func endsInMinusOnNewLine(_ value: Expression) -> Bool {
        guard case .arithmetic(let it) = value, it.operation == .subtract else { return false }
        return source.position(at: it.operatorSpan.lower).line > source.position(at: it.left.span.upper).line
    }

    /// `conditional = "if", expression, "then", expression, "else", expression`
    mutating func parseConditional() -> Conditional {
        let mark = position
        advance()
        let condition = parseExpression()
        expect(.then, "and what holds then")
        let consequence = parseExpression()
        if !accept(.else) {
            reportOnce { .conditionalElse(found: $0.describe($0.current), at: $0.placeOfError) }
        }
        let alternative = parseExpression()
        return Conditional(
            condition: condition, consequence: consequence, alternative: alternative, span: span(since: mark))
    }
}

extension Diagnostic {
    fileprivate static func letSeparator(found: String, at span: Span, insertAt gap: Span) -> Diagnostic {
        Diagnostic(
            .letSeparator, "expected `;` or a line break behind the `let`, found \(found)", at: span,
            hints: [Hint("write `;`", edit: Edit(replacing: gap, with: ";"))])
    }

    fileprivate static func blockResult(at span: Span, swallowedMinus: Bool) -> Diagnostic {
        let hint =
            swallowedMinus
            ? "a `-` at the start of a line goes on with the line above; end that line with `;`"
            : "a block ends with the expression it stands for, as in `{ let y = x; y + 1 }`"
        return Diagnostic(
            .blockResult, "expected an expression at the end of the block, found `}`", at: span, hints: [Hint(hint)])
    }

    fileprivate static func conditionalElse(found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .conditionalElse, "expected `else` and what holds otherwise, found \(found)", at: span,
            hints: [Hint("an `if` always has an `else`: it is an expression")])
    }
}
