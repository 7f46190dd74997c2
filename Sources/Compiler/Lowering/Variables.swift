import Checker
import Diagnostics
import Search
import Tensors
import Texts

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
        if let texts = leaf.texts { return .numbers(try text(of: texts, values[index], variable)) }
        guard leaf.table != nil || leaf.values != nil else { return .numbers(values[index]) }
        let span = Term(.variable(id: variable.id), .int, at: variable.span)
        let place = try add(Cast(to: .int64), [values[index]], for: span)
        if let table = leaf.table { return .row(place, columns: context.tables[table]) }
        return .numbers(try add(GatherRows(), [vector(leaf.values ?? [], for: span), place], for: span))
    }

    /// The text that choices come to, or the line of this number.
    private func text(
        of texts: TextDomain, _ coordinates: Value, _ variable: QuantifiedVariable
    ) throws(Diagnostic) -> Value {
        let term = Term(.variable(id: variable.id), .text(most: texts.most), at: variable.span)
        switch texts {
        case .generated(let generator):
            return try add(
                TextOperator(.written(GeneratorReference(generator)), shape: [texts.most]), [coordinates], for: term)
        case .tokens(let tokens):
            return try add(
                TextOperator(.spelled(TokenTextsReference(tokens)), shape: [texts.most]), [coordinates], for: term)
        case .lines(let table, _):
            let place = try add(Cast(to: .int64), [coordinates], for: term)
            return try add(GatherRows(), [graph.constant(context.tables[table][0]), place], for: term)
        }
    }
}
