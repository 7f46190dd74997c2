import Checker
import Diagnostics
import Search
import Tensors

/// Variables are put together from their leaves, each of which is a value of the graph.
extension Lowering {
    /// Makes each variable stand for its leaves' values, float64 and in order.
    func bind(
        _ variables: [QuantifiedVariable], _ bounds: LeafBounds, to values: [Value]
    ) throws(Diagnostic) {
        for variable in variables {
            bind(variable.id, to: try assemble(variable, variable.domain, path: [], bounds, values))
        }
    }

    private func assemble(
        _ variable: QuantifiedVariable, _ domain: Domain, path: [Int], _ bounds: LeafBounds, _ values: [Value]
    ) throws(Diagnostic) -> Lowered {
        if case .record(_, let fields) = domain {
            var parts: [Lowered] = []
            for (index, field) in fields.enumerated() {
                parts.append(try assemble(variable, field, path: path + [index], bounds, values))
            }
            return .record(parts)
        }
        guard let index = bounds.index(of: variable.id, path: path) else {
            throw Diagnostic(code: "compile-unsupported", "`\(variable.name)` has no domain", at: variable.span)
        }
        let leaf = bounds.leaves[index]
        guard leaf.table != nil || leaf.values != nil else { return .numbers(values[index]) }
        let span = Term(.variable(id: variable.id), .int, at: variable.span)
        let place = try add(Cast(to: .int64), [values[index]], for: span)
        if let table = leaf.table { return .row(place, columns: context.tables[table]) }
        return .numbers(try add(GatherRows(), [vector(leaf.values ?? [], for: span), place], for: span))
    }
}
