import Checker
import Diagnostics
import Tensors

/// Where the same draws are wanted at every point, what is estimated is a region over a table of them.
extension Lowering {
    func estimate(_ drawn: Term.Drawn, _ term: Term) throws(Diagnostic) -> Value {
        let inner = Lowering(context)
        var arguments: [Value] = []
        try capture(everyTermOf: [drawn.body] + (drawn.filter.map { [$0] } ?? []), into: inner, &arguments)
        let bounds = LeafBounds(drawn.variables, rowCounts: context.spec.tables.map(\.rowCount))
        let tables = try sampled(bounds, Drawer(drawn.variables, bounds), term)
        try inner.bind(drawn.variables, bounds, to: inner.inputs(for: tables, term))
        inner.graph.output("body", try drawn.measure == .rate ? inner.truth(drawn.body) : inner.numbers(drawn.body))
        guard case .quantile(let share) = drawn.measure else {
            if let filter = drawn.filter {
                inner.graph.output("counts", try inner.add(Cast(to: .bool), [inner.truth(filter)], for: filter))
            }
            let operation = ForEachRow(
                body: inner.graph, tables: tables, reduction: .mean, rows: drawn.filter == nil ? .all : .filtered)
            return try add(operation, arguments, for: term)
        }
        if let filter = drawn.filter {
            throw Diagnostic(
                code: "compile-unsupported", "a quantile of what a `where` lets through is not searched under `forall`",
                at: filter.span)
        }
        let kept = try add(
            ForEachRow(body: inner.graph, tables: tables, reduction: .stacked), arguments, for: term)
        return try add(Quantile(share), [kept], for: term)
    }

    /// A table for each leaf, a row for each draw.
    private func sampled(_ bounds: LeafBounds, _ drawer: Drawer, _ term: Term) throws(Diagnostic) -> [Tensor] {
        let (sample, width) = (context.sample, drawer.distributions.count)
        var draws = [Double](repeating: 0, count: sample.count * width)
        for row in 0..<sample.count {
            drawer.draw(row, key: sample.key) { coordinate, value in draws[row * width + coordinate] = value }
        }
        var tables: [Tensor] = []
        do {
            for leaf in bounds.leaves {
                let columns = (0..<sample.count).flatMap { row in
                    draws[(row * width + leaf.coordinates.lowerBound)..<(row * width + leaf.coordinates.upperBound)]
                }
                tables.append(try Tensor(Shape([sample.count] + leaf.shape), columns))
            }
        } catch { throw .shape(error, at: term.span) }
        return tables
    }
}
