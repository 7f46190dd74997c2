/// One finding about a source text: what is wrong, where, and, where one is evident, the mend.
///
/// Call sites build it with named factories that hold facts (`.unknownName(name, near:)`), declared beside the
/// construct they speak of. Rendering is elsewhere (`Rendering.swift`), so the same value serves terminal, JSON and editor.
package struct Diagnostic: Error, Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case error, warning, note
    }

    /// Stable and in lower case with hyphens, as in `unknown-name`; the construct's word comes first where there is one.
    package let code: String
    package let severity: Severity
    /// One line that begins in lower case and has no full stop.
    package let message: String
    package let span: Span
    package let labels: [Label]
    package let hints: [Hint]

    package init(
        _ severity: Severity = .error, code: String, _ message: String, at span: Span,
        labels: [Label] = [], hints: [Hint] = []
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.span = span
        self.labels = labels
        self.hints = hints
    }
}

/// A second place that has to do with a diagnostic, and what it has to do with it.
package struct Label: Hashable, Sendable {
    package let span: Span
    package let text: String

    package init(_ text: String, at span: Span) {
        self.text = text
        self.span = span
    }
}

/// Advice below a diagnostic; with an `edit` an editor can carry it out.
package struct Hint: Hashable, Sendable {
    package let text: String
    package let edit: Edit?

    package init(_ text: String, edit: Edit? = nil) {
        self.text = text
        self.edit = edit
    }
}

/// The replacement of a span by a text: an insertion where the span is empty, a deletion where the text is.
package struct Edit: Hashable, Sendable {
    package let span: Span
    package let replacement: String

    package init(replacing span: Span, with replacement: String) {
        self.span = span
        self.replacement = replacement
    }
}

extension [Diagnostic] {
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// In the order in which a reader meets them: file, place, then the order of finding.
    package func inReadingOrder() -> [Diagnostic] {
        enumerated().sorted { first, second in
            let (a, b) = (first.element.span, second.element.span)
            return (a.file, a.lower, first.offset) < (b.file, b.lower, second.offset)
        }.map(\.element)
    }
}
