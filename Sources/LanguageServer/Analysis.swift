import Diagnostics
import Loading
import Syntax

/// What is known of one spec, with the files that it uses, as they were at one time.
struct Analysis {
    let examined: Examination
    let index: NameIndex

    init(_ examined: Examination) {
        self.examined = examined
        index = NameIndex(examined.trees, imports: examined.imports, types: examined.types)
    }

    var tree: SyntaxTree { examined.trees[0] }
    var source: SourceFile { tree.source }

    func source(_ id: SourceFile.ID) -> SourceFile? { examined.sources.first { $0.id == id } }

    func symbol(at offset: Int) -> (symbol: Symbol, index: Int, span: Span)? {
        index.occurrence(at: offset, in: source.id).map { (index.symbols[$0.symbol], $0.symbol, $0.span) }
    }

    /// What declares a symbol at the top of a file; nil for what is declared inside of that.
    func declaration(of symbol: Symbol) -> Declaration? {
        examined.trees.lazy.flatMap(\.declarations).first { $0.name?.span == symbol.name.span }
    }

    /// The property that a place is in.
    func property(at offset: Int) -> PropertyDeclaration? {
        for case .property(let it) in tree.declarations where it.span.lower <= offset && offset <= it.span.upper {
            return it
        }
        return nil
    }

    var properties: [PropertyDeclaration] {
        tree.declarations.compactMap { if case .property(let it) = $0, !it.name.isMissing { it } else { nil } }
    }
}
