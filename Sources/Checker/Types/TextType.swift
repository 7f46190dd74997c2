import Diagnostics
import Syntax
import Texts

extension Checker {
    /// `Text`, `Text[1..20] over "abc"`, `Text matching /[a-z]+/`, `Text in lines "questions.txt"`.
    func resolveText(_ named: NamedType, _ type: TypeExpression, in scope: Scope) -> Domain? {
        if !named.arguments.isEmpty { report(.typeArgumentCount(named, wanted: 0)) }
        if named.isOptional { report(.optionalText(at: named.span)) }
        if let range = type.range { report(.textRange(at: range.span)) }
        if let view = type.view { report(.textView(at: view.name.span)) }
        if let lines = type.lines {
            if let dimension = named.dimensions?.first { report(.textLines(at: dimension.span)) }
            if let pattern = type.pattern { report(.textLines(at: pattern.span)) }
            return lineTable(lines).map {
                .text(.lines(table: $0, most: tables[$0].columns[0].type.mostCodePoints ?? 1))
            }
        }
        var length: ClosedRange<Int>?
        if let dimensions = named.dimensions {
            guard let found = textLength(dimensions, of: named, in: scope) else { return nil }
            length = found
        }
        do throws(PatternFailure) {
            if let pattern = type.pattern {
                if let vocabulary = type.vocabulary {
                    report(.misplacedText("`over` beside `matching`", at: vocabulary.span))
                }
                return .text(.generated(try generator(matching: pattern.pattern, length)))
            }
            var alphabet: [UInt32]?
            if let vocabulary = type.vocabulary {
                guard case .string(let literal) = vocabulary else {
                    report(.alphabet(at: vocabulary.span))
                    return nil
                }
                alphabet = CodePoints.of(literal.text)
                guard !literal.text.isEmpty else {
                    report(.emptyDomain("there is no text over an alphabet without letters", at: literal.span))
                    return nil
                }
            }
            return .text(.generated(try generator(over: alphabet, length ?? 0...TextGenerator.usual)))
        } catch {
            report(.pattern(error, at: type.pattern?.span ?? type.span))
            return nil
        }
    }

    /// Made once for each type: a generator asks PCRE2 what the classes of its pattern hold.
    private func generator(matching pattern: String, _ length: ClosedRange<Int>?) throws(PatternFailure)
        -> TextGenerator
    {
        let key = "\(length.map { "\($0)" } ?? "") \(pattern)"
        if let known = generators[key] { return known }
        let generator = try TextGenerator(matching: pattern, length: length)
        generators[key] = generator
        return generator
    }

    private func generator(over alphabet: [UInt32]?, _ length: ClosedRange<Int>) throws(PatternFailure) -> TextGenerator
    {
        let key = "\(length) over \(alphabet.map { "\($0)" } ?? "")"
        if let known = generators[key] { return known }
        let generator = try TextGenerator(over: alphabet, length: length)
        generators[key] = generator
        return generator
    }

    /// The ends of `[8]` or `[1..8]`, those of `open` where they are left out; nil, and a report, where one is no constant.
    func ends(
        of dimension: Subscript, open: ClosedRange<Int>, _ role: String, in scope: Scope
    ) -> (least: Int, most: Int)? {
        let (least, most): (Int?, Int?)
        switch dimension {
        case .at(let expression):
            least = constantInteger(expression, in: scope, role)
            most = least
        case .range(let lower, let upper, _):
            least = lower.map { constantInteger($0, in: scope, role) } ?? open.lowerBound
            most = upper.map { constantInteger($0, in: scope, role) } ?? open.upperBound
        }
        guard let least, let most else { return nil }
        return (least, most)
    }

    private func textLength(_ dimensions: [Subscript], of named: NamedType, in scope: Scope) -> ClosedRange<Int>? {
        guard dimensions.count == 1 else {
            report(.textDimensions(at: named.span))
            return nil
        }
        guard let (least, most) = ends(of: dimensions[0], open: 0...TextGenerator.usual, "a length", in: scope) else {
            return nil
        }
        guard 0 <= least, least <= most, most <= TextGenerator.longest else {
            report(.textLength(least, most, at: dimensions[0].span))
            return nil
        }
        return least...most
    }

    /// The lines of a file as a table of one column, by its place.
    func lineTable(_ literal: StringLiteral) -> Int? {
        let name = Requirements.lines(of: literal.text)
        if let known = tables.firstIndex(where: { $0.name == name }) { return known }
        let signature = loaded.tables[name]
        let longest = signature?.columns.first?.longest ?? TextGenerator.usual
        guard longest <= TextGenerator.longest else {
            report(.longLine(longest, at: literal.span))
            return nil
        }
        if let signature, signature.rowCount == 0 {
            report(.emptyDomain("the file has no lines", at: literal.span))
            return nil
        }
        let domain = TextDomain.lines(table: tables.count, most: max(longest, 1))
        tables.append(
            CheckedTable(
                name: name, file: literal.text,
                columns: [.init(name: "line", type: .text(most: domain.most), unit: nil)], domains: [.text(domain)],
                fileColumns: ["line"], rowCount: signature?.rowCount ?? 0, span: literal.span))
        return tables.count - 1
    }
}

extension Diagnostic {
    /// What is wrong with a pattern, at its place in it.
    static func pattern(_ failure: PatternFailure, at span: Span) -> Diagnostic {
        let start = min(span.lower + 1 + failure.offset, max(span.upper - 1, span.lower))
        let place = failure.offset > 0 ? Span(file: span.file, start..<min(start + 1, span.upper)) : span
        return Diagnostic(.textPattern, failure.message, at: place)
    }

    static func misplacedText(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "\(what) does not narrow this type", at: span,
            hints: [Hint("`Text matching /[a-z]+/`, `Text[1..20] over \"abc\"` and `Text in lines \"file\"` are types")]
        )
    }

    fileprivate static func alphabet(at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "expected the letters of an alphabet between quotes", at: span,
            hints: [Hint("as in `Text[1..20] over \"abc\"`")])
    }

    fileprivate static func optionalText(at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "a Text cannot be missing, only a Real can", at: span,
            hints: [Hint("an empty text may say it")])
    }

    fileprivate static func textRange(at span: Span) -> Diagnostic {
        Diagnostic(
            .boundType, "a Text has no bounds", at: span,
            hints: [Hint("of few texts write an alternation: `Text matching /yes|no/`; of a length, `Text[1..20]`")])
    }

    fileprivate static func textView(at span: Span) -> Diagnostic {
        Diagnostic(.imageShape, "a Text cannot be shown as an image", at: span)
    }

    fileprivate static func textLines(at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "the lines of a file are what they are", at: span,
            hints: [Hint("choose among them with `where`")])
    }

    fileprivate static func textDimensions(at span: Span) -> Diagnostic {
        Diagnostic(
            .typeArguments, "a Text has one length", at: span, hints: [Hint("as in `Text[1..20]` or `Text[8]`")])
    }

    fileprivate static func textLength(_ least: Int, _ most: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .dimensionSize, "a Text cannot have \(least) to \(most) code points", at: span,
            hints: [Hint("both ends belong to the range, and \(TextGenerator.longest) are the most")])
    }

    fileprivate static func longLine(_ length: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            .columnMismatch, "a line has \(length) code points, and \(TextGenerator.longest) are the most", at: span)
    }
}
