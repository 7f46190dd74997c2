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

extension Diagnostic {
    fileprivate static func tooManyErrors(at span: Span) -> Diagnostic {
        Diagnostic(
            .tooManyErrors, "more than \(Limits.diagnostics) errors; those from here on are not shown", at: span,
            hints: [Hint("is this a .say file?")])
    }

    static func fileTooLarge(_ source: SourceFile) -> Diagnostic {
        Diagnostic(
            .fileTooLarge, "a spec may have \(Limits.bytes) bytes, this file has \(source.bytes.count)",
            at: source.span.beginning, hints: [Hint("keep data in a file of its own and read it with `data`")])
    }
}
