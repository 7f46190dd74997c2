import Diagnostics

/// The diagnostics so far. A mistake in a function is reported once, however often the function is called.
struct CheckLog {
    private(set) var diagnostics: [Diagnostic] = []
    /// Errors, those included that are not reported again.
    private(set) var mistakes = 0
    /// Where the functions that are being written out were called, outermost first.
    var callers: [Span] = []
    private var seen: Set<Place> = []
    private var seenCodes: Set<String> = []
    /// While above 0 nothing is kept: an attempt is made whose failure is reported otherwise.
    private var muted = 0

    private struct Place: Hashable {
        let code: String
        let span: Span
    }

    mutating func report(_ diagnostic: Diagnostic) {
        guard muted == 0 else { return }
        if diagnostic.severity == .error { mistakes += 1 }
        guard seen.insert(Place(code: diagnostic.code, span: diagnostic.span)).inserted else { return }
        diagnostics.append(withCaller(diagnostic))
    }

    /// Reports the first diagnostic of its code alone.
    mutating func report(once diagnostic: Diagnostic) {
        guard muted == 0, seenCodes.insert(diagnostic.code).inserted else {
            mistakes += muted == 0 ? 1 : 0
            return
        }
        report(diagnostic)
    }

    /// Reports without saying which call led there.
    mutating func report(alone diagnostic: Diagnostic) {
        let callers = callers
        self.callers = []
        report(diagnostic)
        self.callers = callers
    }

    mutating func mute() { muted += 1 }
    mutating func unmute() { muted -= 1 }

    private func withCaller(_ diagnostic: Diagnostic) -> Diagnostic {
        guard let caller = callers.first, caller != diagnostic.span else { return diagnostic }
        return Diagnostic(
            diagnostic.severity, code: diagnostic.code, diagnostic.message, at: diagnostic.span,
            labels: diagnostic.labels + [Label("in this call", at: caller)], hints: diagnostic.hints)
    }
}
