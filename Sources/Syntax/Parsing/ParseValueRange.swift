import Diagnostics

// What stands behind `in`, of a type and of a value.

extension Parser {
    /// `range = interval | set`, behind the name of a type also `"lines", string`
    mutating func parseValueRange() -> ValueRange {
        switch kind {
        case .leftBracket: return .interval(parseInterval())
        case .leftBrace: return .set(parseSet())
        default:
            reportOnce { .intervalBounds(found: $0.describe($0.current), at: $0.placeOfError) }
            let place = gap
            if at(.leftParenthesis) {
                skipOne()
                excuse()
            }
            return .interval(Interval(lower: .missing(place), upper: .missing(place), span: place))
        }
    }

    /// `interval = "[", expression, ",", expression, "]"`; with more or fewer entries a set was meant.
    private mutating func parseInterval() -> Interval {
        let mark = position
        let opener = open()
        var entries = [parseExpression()]
        if !at(.rightBracket) || isExcused {
            expect(.comma, "between the two ends of the interval")
            entries.append(parseExpression())
        }
        while at(.comma), ahead(1).kind != .rightBracket {
            advance()
            entries.append(parseExpression())
        }
        close(opener, "`]`")
        let span = span(since: mark)
        if entries.count != 2 { log.report(.intervalEntries(entries.count, source.text(span), at: span)) }
        return Interval(lower: entries[0], upper: entries.count > 1 ? entries[1] : .missing(gap), span: span)
    }

    /// `set = "{", expression, { ",", expression }, [ "," ], "}"`
    private mutating func parseSet() -> SetLiteral {
        let mark = position
        note(.tight)
        let opener = open()
        if at(.rightBrace) { log.report(.emptySet(at: span(of: opener).joined(with: span(of: current)))) }
        let elements = parseList("`,` or `}`", until: .rightBrace) { $0.parseExpression() }
        note(.tight)
        close(opener, "`,` or `}`")
        return SetLiteral(elements: elements, span: span(since: mark))
    }
}

extension Diagnostic {
    fileprivate static func intervalBounds(found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .intervalBounds, "expected an interval such as `[0, 1]` or a set such as `{1, 2}`, found \(found)",
            at: span,
            hints: [Hint("both ends of `[lo, hi]` belong to it; for an open end compare with `<` or `>`")])
    }

    fileprivate static func intervalEntries(_ count: Int, _ written: String, at span: Span) -> Diagnostic {
        let set = "{" + written.dropFirst().dropLast() + "}"
        return Diagnostic(
            .intervalEntries,
            "expected the two ends of an interval, found \(count) \(count == 1 ? "entry" : "entries")",
            at: span,
            hints: [
                Hint(
                    "a set of values is written in braces, as in `{0.05, 0.1}`", edit: Edit(replacing: span, with: set))
            ])
    }

    fileprivate static func emptySet(at span: Span) -> Diagnostic {
        Diagnostic(
            .emptySet, "expected the values of a set, found none", at: span,
            hints: [Hint("a set has at least one value, as in `{0.05, 0.1}`")])
    }
}
