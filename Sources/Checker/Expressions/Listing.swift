import Diagnostics
import Syntax

/// How far writing out has gone.
struct Listing {
    /// Bodies that are being checked for one value each, inside one another.
    var depth = 0
    /// Expressions visited by writing out, in all of the spec.
    var visits = 0

    var isInside: Bool { depth > 0 }

    /// Whether rows of data are gone through one by one, or left to a region.
    enum Rows { case each, together }
}

/// What came of going through the values of binders.
enum Listed {
    /// In order, the last binder changing fastest; how many values each binder had, where that is the same throughout.
    case entries([Term.Listed.Entry], counts: [Int?])
    /// Too many, or not values that are known one by one.
    case tooLong
    /// Something in it is wrong, and has been reported.
    case wrong
}

extension Checker {
    /// Checks a body once for each combination of the binders' values, their names being constants there.
    ///
    /// So indices and inner ranges are known, and nothing is left of the binders. At most `limit` expressions are visited.
    func list(
        _ binders: [Binder], in scope: Scope, limit: Int, rows: Listing.Rows = .together, _ body: (Scope) -> Value
    ) -> Listed {
        var lister = Lister(checker: self, binders: binders.flatMap(\.separated), limit: limit, rows: rows)
        return lister.list(in: scope, body)
    }

    /// The values of a domain, in order; nil where they are not finitely many, or more than `most`.
    func values(of domain: Domain, most: Int, at span: Span) -> [Term]? {
        guard let count = domain.count, count <= most else { return nil }
        switch domain {
        case .bool: return [.bool(false, at: span), .bool(true, at: span)]
        case .enumeration(let it): return it.cases.map { .enumCase($0, of: it, at: span) }
        case .integer(let lower, _): return (0..<count).map { .int(lower + $0, at: span) }
        case .set(let type, let values): return values.map { Term(.constant([$0]), type, at: span) }
        case .tensor(let tensor, let lower, let upper):
            let places = (0..<tensor.count).map { index in
                (Int(lower[lower.count == 1 ? 0 : index]), Int(upper[upper.count == 1 ? 0 : index]))
            }
            let rows = places.reduce([[Double]]([[]])) { rows, place in
                rows.flatMap { row in (place.0...place.1).map { row + [Double($0)] } }
            }
            return rows.map { Term(.constant($0), .tensor(tensor), at: span) }
        case .record(let record, let fields):
            var rows: [[Term]] = [[]]
            for field in fields {
                guard let values = values(of: field, most: most, at: span) else { return nil }
                rows = rows.flatMap { row in values.map { row + [$0] } }
            }
            return rows.map { Term(.record($0), .record(record), at: span) }
        case .real, .text, .row: return nil
        }
    }
}

private struct Lister {
    let checker: Checker
    let binders: [Binder]
    let limit: Int
    let rows: Listing.Rows
    private var entries: [Term.Listed.Entry] = []
    private var counts: [Int?]
    /// Values of the binders up to the first entry, multiplied.
    private var expected = 1
    private var visits = 0

    private enum Stop: Error { case tooLong, wrong }

    init(checker: Checker, binders: [Binder], limit: Int, rows: Listing.Rows) {
        (self.checker, self.binders, self.limit, self.rows) = (checker, binders, limit, rows)
        counts = [Int?](repeating: -1, count: binders.count)
    }

    mutating func list(in scope: Scope, _ body: (Scope) -> Value) -> Listed {
        do {
            try descend(0, scope, [], body)
            return .entries(entries, counts: counts)
        } catch Stop.wrong { return .wrong } catch { return .tooLong }
    }

    private mutating func descend(_ level: Int, _ scope: Scope, _ conditions: [Term], _ body: (Scope) -> Value) throws {
        guard level < binders.count else { return try add(scope, conditions, body) }
        let binder = binders[level]
        let values: [(value: Term, isEntry: Term?)]
        do { values = try self.values(of: binder, at: level, in: scope) } catch Stop.wrong {
            // Of what is not known; else the names that the body reads would pass for unused.
            var inner = scope
            if let pattern = binder.patterns.first {
                checker.bind(pattern, to: .unknown(at: binder.span), in: &inner)
                _ = checker.inside { body(inner) }
            }
            throw Stop.wrong
        }
        if counts[level] == -1 {
            expected = expected.multipliedReportingOverflow(by: max(values.count, 1)).partialValue
        }
        counts[level] = counts[level] == -1 || counts[level] == values.count ? values.count : nil
        guard expected <= limit, entries.count <= limit else { throw Stop.tooLong }
        for (value, isEntry) in values {
            var inner = scope
            let conditions = conditions + (isEntry.map { [$0] } ?? [])
            if let pattern = binder.patterns.first { checker.bind(pattern, to: Value(value), in: &inner) }
            guard let condition = binder.condition else {
                try descend(level + 1, inner, conditions, body)
                continue
            }
            var term = checker.inside { checker.checkCondition(condition, in: inner, "the filter") }
            if rows == .each { term = checker.known(term) }
            guard term.type != .unknown else { throw Stop.wrong }
            guard term.constant != 0 else { continue }
            try descend(level + 1, inner, term.constant == nil ? conditions + [term] : conditions, body)
        }
    }

    /// The values, each with the condition under which it is one: of a sequence of varying length.
    private func values(
        of binder: Binder, at level: Int, in scope: Scope
    ) throws -> [(value: Term, isEntry: Term?)] {
        let span = binder.patterns.first?.span ?? binder.span
        let (range, bounds) = checker.openRange(of: binder, in: scope, isFirst: level == 0)
        guard bounds.isEmpty else { throw Stop.tooLong }
        switch range {
        case nil: throw Stop.wrong
        case .values(.row(let table, let type))? where rows == .each:
            let count = checker.tables[table].rowCount
            guard count <= limit else { throw Stop.tooLong }
            return (0..<count).map { number in
                let row = Term(.row(table: table, .int(number, at: span)), type, at: span)
                return (binder.isLine ? row.field(0, at: span) : row, nil)
            }
        case .values(let domain)?:
            guard let values = checker.values(of: domain, most: limit, at: span) else { throw Stop.tooLong }
            return values.map { ($0, nil) }
        case .entries(let term, let count)?:
            guard count <= limit else { throw Stop.tooLong }
            return (0..<count).map { index in
                let place = Term.int(index, at: span)
                return (term.entry(at: place, at: span), term.isEntry(place, at: span))
            }
        }
    }

    private mutating func add(_ scope: Scope, _ conditions: [Term], _ body: (Scope) -> Value) throws {
        let before = checker.visitCount
        let value = checker.inside { body(scope) }
        guard !value.isUnknown else { throw Stop.wrong }
        let condition = conditions.isEmpty ? nil : checker.conjunction(conditions, at: value.span).term
        entries.append(.init(condition: condition, value: value.term))
        visits += checker.visitCount - before
        checker.listing.visits += checker.visitCount - before
        let (total, overflow) = (visits / entries.count).multipliedReportingOverflow(by: max(expected, entries.count))
        guard !overflow, total <= limit, checker.listing.visits <= Bounds.listedInAll else { throw Stop.tooLong }
    }
}

extension Checker {
    /// Does `work` for one of several values.
    func inside<Result>(_ work: () -> Result) -> Result {
        listing.depth += 1
        defer { listing.depth -= 1 }
        return work()
    }

    /// What a binder ranges over, and its bounds that depend on a variable. A range that follows from others may be empty.
    fileprivate func openRange(of binder: Binder, in scope: Scope, isFirst: Bool) -> (BinderRange?, [OpenBound]) {
        collectingOpenBounds { isFirst ? range(of: binder, in: scope) : inside { range(of: binder, in: scope) } }
    }
}
