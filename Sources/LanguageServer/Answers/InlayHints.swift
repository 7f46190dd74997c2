import Diagnostics
import Syntax

extension Place {
    /// The types of names that are declared without one, behind them.
    func inlayHints(_ range: LSPRange?) -> [InlayHint] {
        let written = typedNames
        let hints = analysis.index.symbols.compactMap { symbol -> InlayHint? in
            guard symbol.name.span.file == source.id, symbol.kind == .local, !written.contains(symbol.name.span),
                let type = analysis.index.types[symbol.name.span]
            else { return nil }
            let position = server.client.encoding.position(of: symbol.name.span.upper, in: source)
            if let range, position < range.start || range.end < position { return nil }
            let text = "\(type)"
            return InlayHint(position: position, label: ": " + (text.count > 60 ? text.prefix(59) + "…" : text))
        }
        return hints.sorted { $0.position < $1.position }
    }

    /// Names that stand before a `:`.
    private var typedNames: Set<Span> {
        let all = words(of: source)
        var (typed, run) = (Set<Span>(), [Span]())
        // In `x, y: Real` the type is that of both.
        for word in all {
            switch word.kind {
            case .name: run.append(word.span)
            case .sign where source.text(word.span) == ",": continue
            case .sign where source.text(word.span) == ":":
                typed.formUnion(run)
                run = []
            default: run = []
            }
        }
        return typed
    }
}
