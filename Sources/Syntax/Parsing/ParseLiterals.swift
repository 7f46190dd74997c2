import Diagnostics

extension Parser {
    /// `number`
    mutating func parseNumber() -> NumberLiteral {
        let span = span(of: advance())
        let digits = source.text(span).filter { $0 != "_" }
        let value = digits.utf8.count <= Limits.digits ? Double(digits) ?? 0 : .infinity
        if !value.isFinite { log.report(.numberOutOfRange(at: span)) }
        return NumberLiteral(digits: digits, value: value.isFinite ? value : 0, span: span)
    }

    /// `string`
    mutating func parseString() -> StringLiteral {
        let span = span(of: advance())
        var written = source.text(span).dropFirst()
        if endsLiteral(span, with: UInt8(ascii: "\"")) { written = written.dropLast() }
        return StringLiteral(text: Escape.resolve(written), span: span)
    }

    /// `regex`
    mutating func parseRegex() -> RegexLiteral {
        let span = span(of: advance())
        var written = Span(file: span.file, span.lower + 1..<span.upper)
        if endsLiteral(span, with: UInt8(ascii: "/")) {
            written = Span(file: span.file, written.lower..<span.upper - 1)
        }
        return RegexLiteral(pattern: source.text(written), span: span)
    }

    /// `"true" | "false"`
    mutating func parseBoolean() -> BooleanLiteral {
        let token = advance()
        return BooleanLiteral(value: token.kind == .true, span: span(of: token))
    }

    /// Whether the literal is closed: it ends with the sign, and an even number of backslashes stands before that.
    private func endsLiteral(_ span: Span, with sign: UInt8) -> Bool {
        guard span.upper - span.lower >= 2, source.bytes[span.upper - 1] == sign else { return false }
        let inside = source.bytes[span.lower + 1..<span.upper - 1]
        return inside.reversed().prefix { $0 == UInt8(ascii: "\\") }.count.isMultiple(of: 2)
    }
}

extension Diagnostic {
    fileprivate static func numberOutOfRange(at span: Span) -> Diagnostic {
        Diagnostic(
            .numberOutOfRange, "expected a number that Float64 holds, found one that is too large or too long",
            at: span,
            hints: [Hint("the largest is about 1.8e308, with at most \(Limits.digits) characters")])
    }
}
