import Diagnostics

/// The diagnostics of one file so far, no more than `Limits.diagnostics` of them.
struct DiagnosticLog {
    private(set) var diagnostics: [Diagnostic] = []
    private var isFull = false

    mutating func report(_ diagnostic: Diagnostic) {
        guard !isFull else { return }
        guard diagnostics.count < Limits.diagnostics else {
            isFull = true
            return diagnostics.append(.tooManyErrors(at: diagnostic.span))
        }
        diagnostics.append(diagnostic)
    }
}

extension Hint {
    fileprivate static let keepDataApart = Hint("keep data in a file of its own and read it with `data`")
}

extension Diagnostic {
    fileprivate static func tooManyErrors(at span: Span) -> Diagnostic {
        Diagnostic(
            .tooManyErrors, "more than \(Limits.diagnostics) errors; those from here on are not shown", at: span,
            hints: [Hint("is this a .say file?")])
    }

    static func tooManyBytes(_ source: SourceFile) -> Diagnostic {
        Diagnostic(
            .fileTooLarge, "a spec may have \(Limits.bytes) bytes, this file has \(source.bytes.count)",
            at: source.span.beginning, hints: [.keepDataApart])
    }

    static func tooManyTokens(_ source: SourceFile, at offset: Int) -> Diagnostic {
        Diagnostic(
            .fileTooLarge, "a spec may have \(Limits.tokens) words and signs, this file has more",
            at: Span(file: source.id, offset..<offset), hints: [.keepDataApart])
    }
}
