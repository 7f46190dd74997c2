import Diagnostics

extension Parser {
    /// `type = ( named-type | record-type ), [ "in", ( range | "lines", string ) ], [ "over", sum ], [ "matching", regex ], [ view ]`
    mutating func parseTypeExpression() -> TypeExpression {
        let mark = position
        let base = parseTypeBase()
        let (range, lines) = accept(.in) ? parseTypeRange() : (nil, nil)
        let vocabulary = accept(refinement: "over") ? parseSum() : nil
        let pattern = accept(.matching) ? parseMatching() : nil
        let view = accept(.as) ? parseView() : nil
        return TypeExpression(
            base: base, range: range, lines: lines, vocabulary: vocabulary, pattern: pattern, view: view,
            span: span(since: mark))
    }

    private mutating func parseTypeRange() -> (ValueRange?, lines: StringLiteral?) {
        if let lines = parseLines() { return (nil, lines) }
        return (parseValueRange(), nil)
    }

    /// Takes the word unless it is the name of the next field.
    private mutating func accept(refinement word: String) -> Bool {
        ahead(1).kind != .colon && accept(word: word)
    }

    private mutating func parseTypeBase() -> TypeExpression.Base {
        switch kind {
        case .name: return nested { .named($0.parseNamedType()) } ?? .missing
        case .leftBrace: return nested { .record($0.parseRecordType()) } ?? .missing
        default:
            unexpected(expected: "a type")
            return .missing
        }
    }

    /// `named-type = name, [ arguments ], [ "[", subscripts, "]" ], [ "?" ]`, all on one line
    private mutating func parseNamedType() -> NamedType {
        let mark = position
        let name = expectName("a type")
        let arguments = at(.leftParenthesis) && !current.startsLine ? parseArguments() : []
        let dimensions = at(.leftBracket) && !current.startsLine ? parseSubscripts("a dimension") : nil
        let isOptional = !current.startsLine && accept(.question)
        return NamedType(
            name: name, arguments: arguments, dimensions: dimensions, isOptional: isOptional, span: span(since: mark))
    }

    /// `record-type = "{", field, { separator, field }, [ "," ], "}"`
    mutating func parseRecordType() -> [Field] {
        let opener = open()
        if at(.rightBrace) { log.report(.emptyRecord(at: span(of: opener).joined(with: span(of: current)))) }
        let fields = parseList("`,`, a line break or `}`", until: .rightBrace, separatedBy: .commaOrLineBreak) {
            $0.parseField()
        }
        close(opener, "`,`, a line break or `}`")
        return fields
    }

    /// `field = name, ":", type, [ "at", string ]`
    mutating func parseField() -> Field {
        let mark = position
        note(.item)
        let name = expectName("the name of a field", before: [.colon])
        note(.fieldColon)
        expect(.colon, "behind the name of the field")
        let type = parseTypeExpression()
        let fileName = accept(refinement: "at") ? expectString("the tensor's name between quotes") : nil
        return Field(name: name, type: type, fileName: fileName, remark: remarkBehind(), span: span(since: mark))
    }

    /// The comment on the line of the last token read, without its slashes; a comma may stand between them.
    private func remarkBehind() -> String? {
        let end = at(.comma) ? Int(current.end) : gap.lower
        let next = at(.comma) ? ahead(1) : current
        let index = indexOfComment(before: end) + 1
        guard next.startsLine || next.kind == .end, index < comments.count else { return nil }
        let span = comments[index].span
        guard span.lower < Int(next.start) || next.kind == .end, isOnOneLine(end..<span.lower) else { return nil }
        let text = source.text(span).drop { $0 == "/" }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func isOnOneLine(_ range: Range<Int>) -> Bool {
        !source.bytes[range].contains { Unicode.Scalar($0).endsLine }
    }

    private mutating func parseMatching() -> RegexLiteral {
        if at(.regex) { return parseRegex() }
        unexpected(expected: "a regular expression between slashes")
        return RegexLiteral(pattern: "", span: gap)
    }

    /// `view = "as", ( "image" | "sound", "(", sum, ")" )`
    private mutating func parseView() -> TypeExpression.View {
        let name = expectName("`image` or `sound`")
        guard name.text == "sound" else {
            if name.text != "image", !name.isMissing { log.report(.unknownView(name)) }
            return .init(name: name, rate: nil)
        }
        guard at(.leftParenthesis), !current.startsLine else {
            log.report(.soundWithoutRate(name))
            return .init(name: name, rate: nil)
        }
        let opener = open()
        let rate = parseSum()
        close(opener, "`)`")
        return .init(name: name, rate: rate)
    }
}

extension Diagnostic {
    static func emptyRecord(at span: Span) -> Diagnostic {
        Diagnostic(
            .emptyRecord, "expected the fields of a record, found none", at: span,
            hints: [Hint("a record has at least one field, as in `{ x: ... }`")])
    }

    fileprivate static func unknownView(_ view: Name) -> Diagnostic {
        Diagnostic(
            .unknownView, "expected `image` or `sound`, found `\(view.text)`", at: view.span,
            hints: [
                Hint("a tensor can be shown `as image`", edit: Edit(replacing: view.span, with: "image")),
                Hint("or written `as sound(16000)`, with so many frames a second"),
            ])
    }

    fileprivate static func soundWithoutRate(_ name: Name) -> Diagnostic {
        Diagnostic(
            .unknownView, "expected how many frames a second the sound has", at: name.span,
            hints: [Hint("write `as sound(16000)`", edit: Edit(replacing: name.span, with: "sound(16000)"))])
    }
}
