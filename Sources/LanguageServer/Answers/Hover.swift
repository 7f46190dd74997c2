import Checker
import Diagnostics
import Syntax

extension Place {
    /// What stands under the cursor: a name, a function of the language, or the type of an expression.
    func hover() -> Hover? {
        if let (_, index, span) = analysis.symbol(at: offset) {
            return Hover(
                contents: MarkupContent(value: Description(index, in: analysis).markdown), range: range(span))
        }
        if let word = word(at: offset), word.kind == .name, let line = builtinLine(source.text(word.span)) {
            return Hover(contents: MarkupContent(value: "```say\n\(line)\n```"), range: range(word.span))
        }
        guard let (span, type) = innermostExpression else { return nil }
        return Hover(contents: MarkupContent(value: "```say\n\(type)\n```"), range: range(span))
    }

    private var innermostExpression: (Span, SayType)? {
        let found = analysis.index.types.filter { span, _ in
            span.file == source.id && span.lower <= offset && offset < span.upper
        }
        return found.min { ($0.key.range.count, $0.key.lower) < ($1.key.range.count, $1.key.lower) }
            .map { ($0.key, $0.value) }
    }

    /// The word that a place is in or directly behind.
    func word(at offset: Int) -> Word? {
        words(of: source).last { $0.span.lower <= offset && offset <= $0.span.upper }
    }
}
