import Checker

/// A rate over the rows of a table that depends on the property's variables.
struct SharedRate: Sendable {
    let term: Term
    let table: Int
    /// The share of rows that count.
    let counted: Term

    /// Those in a property's checks; nil where something else there goes through rows of data as the variables change.
    static func all(in property: CheckedProperty) -> [SharedRate]? {
        var search = RateSearch()
        for clause in property.checks { search.visit(clause.term, inRate: false) }
        let found = search.rates
        for clause in property.assumptions + property.restrictions { search.visit(clause.term, inRate: false) }
        return search.isOther || search.rates.count > found.count ? nil : found
    }

    fileprivate init?(_ term: Term) {
        guard case .aggregate(let aggregate) = term.kind, aggregate.kind == .rate,
            case .row(let table, _) = aggregate.binder.domain
        else { return nil }
        (self.term, self.table) = (term, table)
        let all = Term(.constant([1]), .bool, at: term.span)
        let counting = Term.Aggregate(
            kind: .rate, binder: aggregate.binder, filter: nil, body: aggregate.filter ?? all)
        counted = Term(.aggregate(counting), .real, at: term.span)
    }
}

private struct RateSearch {
    var rates: [SharedRate] = []
    /// Whether rows are gone through in another way.
    var isOther = false
    private var seen: Set<ObjectIdentifier> = []

    mutating func visit(_ term: Term, inRate: Bool) {
        guard seen.insert(ObjectIdentifier(term)).inserted else { return }
        if case .aggregate(let aggregate) = term.kind, case .row = aggregate.binder.domain, !term.isClosed {
            guard !inRate, let rate = SharedRate(term) else {
                isOther = true
                return
            }
            rates.append(rate)
            visit(aggregate.body, inRate: true)
            if let filter = aggregate.filter { visit(filter, inRate: true) }
            return
        }
        if case .drawn = term.kind { isOther = true }
        for child in term.children { visit(child, inRate: inRate) }
    }
}
