import Checker
import Diagnostics
import Syntax

/// What every name of a spec and of the files it uses stands for, read from the trees alone: it is there for a text with
/// mistakes, too. Fields are found with the types that the checker has told.
struct NameIndex {
    private(set) var symbols: [Symbol] = []
    /// By file, in the order of their places.
    private(set) var occurrences: [SourceFile.ID: [Occurrence]] = [:]
    /// The types of expressions and locals by their places.
    let types: [Span: SayType]

    init(_ trees: [SyntaxTree], imports: [SourceFile.ID: [SourceFile.ID]], types: [Span: SayType]) {
        self.types = types
        var resolver = NameResolver(trees, imports: imports, types: types)
        resolver.resolve()
        symbols = resolver.symbols
        occurrences = Dictionary(grouping: resolver.occurrences, by: \.span.file).mapValues {
            $0.sorted { ($0.span.lower, $0.span.upper) < ($1.span.lower, $1.span.upper) }
        }
    }

    /// The name that a place is in or directly behind.
    func occurrence(at offset: Int, in file: SourceFile.ID) -> Occurrence? {
        let all = occurrences[file] ?? []
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle].span.lower <= offset { low = middle + 1 } else { high = middle }
        }
        return all[..<low].reversed().prefix(4).first { $0.span.upper >= offset }
    }

    func occurrences(of symbol: Int) -> [Occurrence] {
        occurrences.values.flatMap { $0.filter { $0.symbol == symbol } }.sorted {
            ($0.span.file, $0.span.lower) < ($1.span.file, $1.span.lower)
        }
    }

    /// What belongs to a type, an enum, a model or a table: its cases or fields, in order.
    func members(of owner: Int) -> [Int] { symbols.indices.filter { symbols[$0].owner == owner } }

    /// The locals that can be read at a place.
    func locals(at offset: Int, in file: SourceFile.ID) -> [Int] {
        symbols.indices.filter { index in
            guard let scope = symbols[index].scope, scope.file == file else { return false }
            return scope.lower < offset && offset <= scope.upper
        }
    }
}
