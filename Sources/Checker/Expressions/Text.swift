import Diagnostics
import Syntax
import Texts

/// Texts in expressions: literals and templates, `++`, `==`, `contains`.
extension Checker {
    /// `"What is {thing}?"`: names, and fields of what they name, between braces; `{{` and `}}` are braces.
    func checkTemplate(_ literal: StringLiteral, in scope: Scope) -> Value {
        var (parts, plain) = ([Term](), "")
        var rest = literal.text[...]
        while let sign = rest.popFirst() {
            if sign == "}" || rest.first == sign && sign == "{" {
                if sign == "}", rest.first != "}" { return fail(.template("`}` stands alone", at: literal.span)) }
                rest.removeFirst()
                plain.append(sign)
            } else if sign == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    return fail(.template("`{` stands alone", at: literal.span))
                }
                parts.append(.text(plain, at: literal.span))
                plain = ""
                let value = filling(rest[..<end], of: literal, in: scope)
                guard !value.isUnknown else { return value }
                parts.append(value.term)
                rest = rest[end...].dropFirst()
            } else {
                plain.append(sign)
            }
        }
        guard !parts.isEmpty else { return Value(.text(plain, at: literal.span)) }
        return join(
            (parts + [.text(plain, at: literal.span)]).filter { $0.constants != [CodePoints.filler] }, at: literal.span)
    }

    /// What a name, or a field of it, is as a text.
    private func filling(_ words: Substring, of literal: StringLiteral, in scope: Scope) -> Value {
        let names = words.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard
            names.allSatisfy({ name in
                name.first.map { $0 == "_" || $0.isLetter } ?? false
                    && name.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
            })
        else { return fail(.template("`{\(words)}` names nothing", at: literal.span)) }
        var value = check(.name(Name(names[0], span: literal.span)), in: scope)
        for name in names.dropFirst() where !value.isUnknown {
            value = member(Name(name, span: literal.span), of: value, at: literal.span)
        }
        return value.isUnknown ? value : asText(value.term, at: literal.span)
    }

    /// A value as it is printed: enum cases by their texts.
    func asText(_ term: Term, at span: Span) -> Value {
        switch term.type {
        case .text: return Value(term)
        case .enumeration(let it): return entry(it.texts, term, at: span)
        case .bool: return entry(["false", "true"], Term(.apply(.convert, [term]), .int, at: span), at: span)
        case .int: return Value(.text(.printed, [term], .text(most: 20), at: span))
        case .real: return Value(.text(.printed, [term], .text(most: 26), at: span))
        default: return fail(.notAText(term, "a text"))
        }
    }

    private func entry(_ texts: [String], _ place: Term, at span: Span) -> Value {
        let codes = texts.map(CodePoints.of)
        let most = max(codes.map(\.count).max() ?? 1, 1)
        guard most <= TextGenerator.longest else { return fail(.textTooLong(most, at: span)) }
        return Value(.text(.entry(codes), [place], .text(most: most), at: span))
    }

    func join(_ terms: [Term], at span: Span) -> Value {
        for term in terms where !term.type.isText { return fail(.notAText(term, "`++`")) }
        return made(.join, terms, most: terms.reduce(0) { $0 + ($1.type.mostCodePoints ?? 0) }, at: span)
    }

    /// A text that may have so many code points.
    func made(_ function: TextFunction, _ terms: [Term], most: Int, at span: Span) -> Value {
        guard most <= TextGenerator.longest else { return fail(.textTooLong(most, at: span)) }
        return Value(.text(function, terms, .text(most: max(most, 1)), at: span))
    }

    func textEquality(_ comparison: Term.Comparison, _ left: Term, _ right: Term, at span: Span) -> Value {
        let equality = Term.text(.equality, [left, right], .bool, at: span)
        return Value(comparison == .equal ? equality : .folded(.not(equality), .bool, at: span))
    }

    func checkContainment(_ containment: Containment, in scope: Scope) -> Value {
        let (text, part) = (check(containment.text, in: scope), check(containment.pattern, in: scope))
        guard !text.isUnknown, !part.isUnknown else { return .unknown(at: containment.span) }
        guard text.type.isText else { return fail(.notAText(text.term, "`contains`")) }
        if part.type.isText { return Value(.text(.containment, [text.term, part.term], .bool, at: containment.span)) }
        guard let pattern = pattern(part.term, .part, "`contains`") else { return .unknown(at: containment.span) }
        return Value(.text(.match(pattern), [text.term], .bool, at: containment.span))
    }

    /// The regular expression that a term is; reports if it is none, or one that PCRE2 does not take.
    func pattern(_ term: Term, _ extent: TextPattern.Extent, _ role: String) -> TextPattern? {
        guard case .pattern(let pattern) = term.type else {
            report(.notAText(term, role))
            return nil
        }
        do throws(PatternFailure) { return try TextPattern(pattern, matching: extent) } catch {
            report(.pattern(error, at: term.span))
            return nil
        }
    }

    /// Both with room for as many code points.
    func alike(_ first: Term, _ second: Term) -> (Term, Term) {
        guard let one = first.type.mostCodePoints, let other = second.type.mostCodePoints, one != other else {
            return (first, second)
        }
        return (first.padded(to: max(one, other)), second.padded(to: max(one, other)))
    }
}

extension Term {
    static func text(_ text: String, at span: Span) -> Term {
        let codePoints = CodePoints.of(text)
        let most = max(codePoints.count, 1)
        return Term(.constant(CodePoints.numbers(codePoints, count: most)), .text(most: most), at: span)
    }

    /// A function of texts; its value where all arguments are known. A condition is known as 0 or 1.
    static func text(_ function: TextFunction, _ arguments: [Term], _ type: SayType, at span: Span) -> Term {
        let term = Term(.text(function, arguments), type, at: span)
        let known = arguments.compactMap(\.constants)
        guard known.count == arguments.count,
            let count = type.mostCodePoints ?? type.dimensions?.reduce(1, { $0 * $1.size })
        else { return term }
        let value = function.apply(known, count: count)
        guard type == .bool else { return Term(.constant(value), type, at: span) }
        return value[0].isNaN ? term : .bool(value[0] > 0, at: span)
    }

    fileprivate func padded(to most: Int) -> Term {
        type.mostCodePoints == most ? self : .text(.padded, [self], .text(most: most), at: span)
    }
}

extension Diagnostic {
    static func notAText(_ term: Term, _ role: String) -> Diagnostic {
        var hints: [Hint] = []
        if term.type.element != nil, !term.type.isTensor { hints = [Hint("`text(...)` is how a value is printed")] }
        if case .pattern = term.type {
            hints = [Hint("a regular expression stands behind `contains`, or in `matches` and `replace`")]
        }
        return Diagnostic(
            .notAText, "expected a Text for \(role), found \(term.type.withArticle)", at: term.span, hints: hints)
    }

    static func textTooLong(_ most: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .textTooLong, "this text may have \(most) code points, and \(TextGenerator.longest) are the most", at: span,
            hints: [Hint("give what it is made of a length, as in `Text[1..100]`, or take a part: `take(text, 100)`")])
    }

    fileprivate static func template(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .textTemplate, message, at: span,
            hints: [
                Hint(
                    "a name stands between braces, as in `{thing}` or `{row.name}`; for a brace write two, `{{` or `}}`"
                )
            ])
    }
}
