import Diagnostics

extension Checker {
    /// The term, or its value if nothing in it depends on a variable: what data and models say is known before the search.
    func known(_ term: Term) -> Term {
        guard term.constants == nil, term.type != .unknown, term.type.dimensions != nil, term.isClosed else {
            return term
        }
        let spec = CheckedSpec(parameters: [], models: models, tables: tables, properties: [])
        guard let values = loaded.evaluate(term, spec), !values.isEmpty else { return term }
        return Term(.constant(values), term.type, at: term.span)
    }
}
