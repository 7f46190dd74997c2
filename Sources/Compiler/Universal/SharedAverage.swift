import Checker

/// A rate or a mean over rows of data that depends on the property's variables.
struct SharedAverage: Sendable {
    let term: Term
    /// What is averaged; of the variables some are rows.
    var average: Term.Drawn

    /// Rows that one of the variables takes, in order.
    struct Rows {
        /// The place of the variable.
        let variable: Int
        let table: Int
        var places: [Int]
    }

    /// The tables that rows are taken from.
    var tables: [Int] { rows { ($0, []) }.map(\.table) }

    /// Rows for each of the variables that are rows, given its table. What stands for several variables of one table is dealt out
    /// among them, so that none is taken twice.
    func rows(_ choose: (_ table: Int) -> (table: Int, places: [Int])?) -> [Rows] {
        var rows = average.variables.enumerated().compactMap { place, variable -> Rows? in
            guard case .row(let table, _) = variable.domain, let chosen = choose(table) else { return nil }
            return Rows(variable: place, table: chosen.table, places: chosen.places)
        }
        for table in Set(rows.map(\.table)) {
            let alike = rows.indices.filter { rows[$0].table == table }
            for (turn, index) in alike.enumerated() {
                let all = rows[index].places
                rows[index].places = stride(from: turn, to: all.count / alike.count * alike.count, by: alike.count)
                    .map { all[$0] }
            }
        }
        return rows
    }

    /// Those in a property's checks; nil where something else there goes through rows of data as the variables change.
    static func all(in property: CheckedProperty) -> [SharedAverage]? {
        var search = AverageSearch(outer: Set(property.variables.map(\.id)))
        for clause in property.checks { search.visit(clause.term, isInside: false) }
        let found = search.averages
        for clause in property.assumptions + property.restrictions { search.visit(clause.term, isInside: false) }
        return search.isOther || search.averages.count > found.count ? nil : found
    }
}

private struct AverageSearch {
    /// The variables of the property.
    let outer: Set<Int>
    var averages: [SharedAverage] = []
    /// Whether rows are gone through in another way.
    var isOther = false
    private var seen: Set<Visit> = []

    private struct Visit: Hashable {
        let term: ObjectIdentifier
        let isInside: Bool
    }

    init(outer: Set<Int>) { self.outer = outer }

    mutating func visit(_ term: Term, isInside: Bool) {
        guard seen.insert(Visit(term: ObjectIdentifier(term), isInside: isInside)).inserted else { return }
        if let average = term.average, average.variables.contains(where: { $0.domain.hasRows }), !term.isClosed {
            guard !isInside, average.variables.allSatisfy({ $0.domain.isRow || !$0.domain.hasRows }),
                term.free.isSubset(of: outer)
            else {
                isOther = true
                return
            }
            averages.append(SharedAverage(term: term, average: average))
            for part in [average.body] + (average.filter.map { [$0] } ?? []) { visit(part, isInside: true) }
            return
        }
        switch term.kind {
        case .aggregate(let aggregate) where aggregate.binder.domain.hasRows && !term.isClosed: isOther = true
        // A variable with a value for each row is not shared.
        case .drawn, .place: isOther = true
        default: for child in term.children { visit(child, isInside: isInside) }
        }
    }
}

extension Domain {
    /// Whether a row of data is chosen in it.
    var hasRows: Bool {
        switch self {
        case .row: true
        case .record(_, let fields): fields.contains { $0.hasRows }
        default: false
        }
    }

    fileprivate var isRow: Bool {
        if case .row = self { true } else { false }
    }
}
