extension Term.Kind {
    /// The height of the highest part.
    var height: Int {
        switch self {
        case .variable, .place, .constant: 0
        case .binding(let binding): binding.term.height
        case .field(let term, _), .reshape(let term), .not(let term), .row(_, let term): term.height
        case .arithmetic(_, let a, let b), .compare(_, let a, let b), .implies(let a, let b): max(a.height, b.height)
        case .select(let a, let b, let c): max(a.height, b.height, c.height)
        case .call(_, _, let terms, _), .record(let terms), .and(let terms), .or(let terms), .apply(_, let terms),
            .text(_, let terms),
            .concat(let terms, _), .stack(let terms):
            highest(terms)
        case .index(let base, let entries): max(base.height, highest(entries.compactMap(\.term)))
        case .aggregate(let it): max(it.body.height, it.filter?.height ?? 0)
        case .loop(let it): max(it.body.height, it.from.height, it.scan?.over.height ?? 0)
        case .quantified(let it): max(it.body.height, highest(it.conditions))
        case .drawn(let it): max(it.body.height, it.filter?.height ?? 0)
        case .listed(let it): it.entries.reduce(0) { max($0, $1.value.height, $1.condition?.height ?? 0) }
        }
    }

    private func highest(_ terms: [Term]) -> Int { terms.reduce(0) { max($0, $1.height) } }
}

extension Term.IndexEntry {
    fileprivate var term: Term? { if case .at(let term) = self { term } else { nil } }
}
