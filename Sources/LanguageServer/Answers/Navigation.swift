import Diagnostics
import Syntax

extension Place {
    enum Reach { case withDeclaration, usesAlone }

    func definition() -> Location? {
        if let file = usedFile { return location(file.span.beginning) }
        guard let (symbol, _, _) = analysis.symbol(at: offset) else { return nil }
        return location(symbol.name.span)
    }

    func references(_ reach: Reach) -> [Location] {
        occurrences.filter { reach == .withDeclaration || !$0.isDeclaration }.compactMap { location($0.span) }
    }

    struct Highlight: Encodable {
        let range: LSPRange
    }

    func highlights() -> [Highlight] {
        occurrences.filter { $0.span.file == source.id }.map { Highlight(range: range($0.span)) }
    }

    private var occurrences: [Occurrence] {
        guard let (_, index, _) = analysis.symbol(at: offset) else { return [] }
        return analysis.index.occurrences(of: index)
    }

    /// The file of a `use` that the place is in.
    private var usedFile: SourceFile? {
        let uses = analysis.tree.declarations.compactMap { declaration in
            if case .use(let it) = declaration { it } else { nil }
        }
        guard let place = uses.firstIndex(where: { $0.span.lower <= offset && offset <= $0.span.upper }) else {
            return nil
        }
        // Those that were found, in order: none is passed over where all were.
        let used = analysis.examined.imports[source.id] ?? []
        guard used.count == uses.count else { return nil }
        return analysis.source(used[place])
    }
}
