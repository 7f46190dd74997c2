import Diagnostics

extension Parser {
    /// `comparison = sum, [ rising | falling | equals | "!=", sum | "in", range | "contains", sum ]`
    mutating func parseComparison() -> Expression {
        let mark = position
        let first = parseSum()
        if accept(.in) {
            return .membership(Membership(value: first, range: parseValueRange(), span: span(since: mark)))
        }
        if accept(.contains) {
            let pattern = parseSum()
            return .containment(Containment(text: first, pattern: pattern, span: span(since: mark)))
        }
        let links = parseLinks()
        return links.isEmpty ? first : .comparison(Comparison(first: first, links: links, span: span(since: mark)))
    }

    /// `rising = ( "<" | "<=" ), sum, { ( "<" | "<=" ), sum }`, likewise `falling` with `>` and `>=`, `equals` with `==`.
    private mutating func parseLinks() -> [Comparison.Link] {
        var links: [Comparison.Link] = []
        var isBroken = false
        while let operation = comparisonOperator {
            let sign = span(of: advance())
            if source.text(sign) == "=" { log.report(.singleEquals(at: sign)) }
            if let first = links.first, !first.operation.chains(with: operation), !isBroken {
                log.report(.comparisonChain(operation, at: sign, after: first))
                isBroken = true
            }
            let operand = parseSum()
            if !isBroken { links.append(Comparison.Link(operation: operation, operatorSpan: sign, operand: operand)) }
        }
        return links
    }

    /// The comparison that begins here; a lone `=` is taken for `==`.
    private var comparisonOperator: Comparison.Operator? {
        switch kind {
        case .equal, .assign: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        default: nil
        }
    }
}

extension Comparison.Operator {
    /// Whether `a self b other c` reads as one chain.
    fileprivate func chains(with other: Comparison.Operator) -> Bool {
        switch self {
        case .less, .lessOrEqual: other == .less || other == .lessOrEqual
        case .greater, .greaterOrEqual: other == .greater || other == .greaterOrEqual
        case .equal: other == .equal
        case .notEqual: false
        }
    }
}

extension Diagnostic {
    fileprivate static func singleEquals(at span: Span) -> Diagnostic {
        Diagnostic(
            .singleEquals, "expected `==`, found `=`", at: span,
            hints: [Hint("`==` compares, `=` gives a name", edit: Edit(replacing: span, with: "=="))])
    }

    fileprivate static func comparisonChain(
        _ operation: Comparison.Operator, at span: Span, after first: Comparison.Link
    ) -> Diagnostic {
        Diagnostic(
            .comparisonChain, "`\(first.operation.rawValue)` and `\(operation.rawValue)` form no chain", at: span,
            labels: [Label("the chain begins here", at: first.operatorSpan)],
            hints: [Hint("a chain points one way, as in `a <= b < c`; join others with `and`")])
    }
}
