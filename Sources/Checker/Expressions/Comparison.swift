import Diagnostics
import Syntax

extension Checker {
    /// `a <= b < c` is `a <= b and b < c`.
    func checkComparison(_ comparison: Comparison, in scope: Scope) -> Value {
        let values = operands([comparison.first] + comparison.links.map(\.operand), in: scope)
        var parts: [Term] = []
        var isComplete = true
        for (index, link) in comparison.links.enumerated() {
            let part = compare(
                link, values[index], values[index + 1], at: comparison.links.count == 1 ? comparison.span : nil)
            if part.isUnknown { isComplete = false }
            parts.append(part.term)
        }
        guard isComplete, !parts.isEmpty else { return .unknown(at: comparison.span) }
        guard parts.count > 1 else { return Value(parts[0]) }
        return conjunction(parts, at: comparison.span)
    }

    /// Checks the operands; an enum case that several enums have is the one that the others are compared as.
    private func operands(_ expressions: [Expression], in scope: Scope) -> [Value] {
        func isAmbiguous(_ expression: Expression) -> Bool {
            guard case .name(let name) = expression, scope[name.text] == nil else { return false }
            return enumerations(withCase: name.text, in: scope.file).count > 1
        }
        var values = expressions.map { isAmbiguous($0) ? nil : check($0, in: scope) }
        let expected = values.compactMap { $0?.type }.first { $0.element != nil }
        for index in expressions.indices where values[index] == nil {
            values[index] = check(expressions[index], in: scope, expecting: expected)
        }
        return values.compactMap { $0 }
    }

    private func compare(_ link: Comparison.Link, _ left: Value, _ right: Value, at span: Span?) -> Value {
        let place = span ?? left.span.joined(with: right.span)
        guard !left.isUnknown, !right.isUnknown else { return .unknown(at: place) }
        return compare(link.operation.term, left.term, right.term, at: place)
    }

    func compare(_ comparison: Term.Comparison, _ left: Term, _ right: Term, at span: Span) -> Value {
        if left.type.isText, right.type.isText, comparison == .equal || comparison == .notEqual {
            return textEquality(comparison, left, right, at: span)
        }
        guard let first = left.type.element, let second = right.type.element else {
            return fail(.notComparable(comparison, left, right, at: span))
        }
        let isEquality = comparison == .equal || comparison == .notEqual
        let areNumbers = left.type.isNumeric && right.type.isNumeric
        guard areNumbers || isEquality && (first == second || isChoice(left, right) || isChoice(right, left)) else {
            return fail(.notComparable(comparison, left, right, at: span))
        }
        if isEquality, areNumbers, first == .real || second == .real {
            return fail(.realEquality(comparison, left, right, at: span, source(of: span)))
        }
        guard let dimensions = broadcast([left, right], at: span) else { return .unknown(at: span) }
        return Value(.folded(.compare(comparison, left, right), SayType(.bool, dimensions), at: span))
    }

    /// Whether one side is what argmax or argmin chose from an enum's cases and the other an Int.
    private func isChoice(_ choice: Term, _ number: Term) -> Bool {
        guard case .enumeration = choice.type, number.type == .int, case .apply(let function, _) = choice.named.kind
        else {
            return false
        }
        return function == .argmax || function == .argmin
    }

    /// `e.rho in [1500, 1800]`; of a tensor, every entry.
    func checkMembership(_ membership: Membership, in scope: Scope) -> Value {
        let value = check(membership.value, in: scope)
        guard case .interval(let interval) = membership.range else {
            guard case .set(let set) = membership.range else { return .unknown(at: membership.span) }
            return checkMembership(value, in: set, at: membership.span, scope)
        }
        let lower = check(interval.lower, in: scope)
        let upper = check(interval.upper, in: scope)
        let operands = [value, lower, upper]
        guard !operands.contains(where: \.isUnknown) else { return .unknown(at: membership.span) }
        for operand in operands where !operand.type.isNumeric { return fail(.notANumber(operand.term, "`in`")) }
        if let low = lower.term.constant, let high = upper.term.constant, low > high {
            return fail(
                .emptyDomain("nothing lies between \(short(low)) and \(short(high))", at: interval.span))
        }
        let parts = [
            compare(.greaterOrEqual, value.term, lower.term, at: membership.span),
            compare(.lessOrEqual, value.term, upper.term, at: membership.span),
        ]
        guard !parts.contains(where: \.isUnknown) else { return .unknown(at: membership.span) }
        let whole = parts.map {
            $0.type.isTensor ? Term(.apply(.every, [$0.term]), .bool, at: membership.span) : $0.term
        }
        return conjunction(whole, at: membership.span)
    }

    private func source(of span: Span) -> SourceFile? { files.first { $0.tree.source.id == span.file }?.tree.source }
}

extension Term.Comparison {
    /// As written.
    var sign: String {
        switch self {
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .equal: "=="
        case .notEqual: "!="
        }
    }
}

extension Comparison.Operator {
    fileprivate var term: Term.Comparison {
        switch self {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }
}

extension Diagnostic {
    fileprivate static func notComparable(
        _ comparison: Term.Comparison, _ left: Term, _ right: Term, at span: Span
    ) -> Diagnostic {
        Diagnostic(
            .notComparable,
            "`\(comparison.sign)` cannot compare \(left.type.withArticle) with \(right.type.withArticle)",
            at: span,
            labels: [
                Label("this is \(left.type.withArticle)", at: left.span),
                Label("this is \(right.type.withArticle)", at: right.span),
            ], hints: comparisonAdvice(comparison, left, right))
    }

    private static func comparisonAdvice(_ comparison: Term.Comparison, _ left: Term, _ right: Term) -> [Hint] {
        if left.type.isOptional || right.type.isOptional { return [.missing] }
        if left.type.fields != nil || right.type.fields != nil { return [Hint("compare records field by field")] }
        let isEquality = comparison == .equal || comparison == .notEqual
        guard case .enumeration? = left.type.element, !isEquality || right.type.isNumeric else { return [] }
        return [Hint("an enum case is not a number; `int(...)` is its position")]
    }

    fileprivate static func realEquality(
        _ comparison: Term.Comparison, _ left: Term, _ right: Term, at span: Span, _ source: SourceFile?
    ) -> Diagnostic {
        let isTensor = left.type.isTensor || right.type.isTensor
        let (a, b) = (source?.text(left.span) ?? "a", source?.text(right.span) ?? "b")
        let subtrahend = if case .arithmetic = right.kind { "(\(b))" } else if b.contains(" ") { "(\(b))" } else { b }
        let proposal = "\(isTensor ? "linf" : "abs")(\(a) - \(subtrahend)) \(comparison == .equal ? "<=" : ">") 1e-6"
        return Diagnostic(
            .realEquality, "equality of reals needs a tolerance", at: span,
            hints: [
                Hint(
                    "write `\(proposal)`, with the tolerance that is meant", edit: Edit(replacing: span, with: proposal)
                )
            ])
    }
}
