import Diagnostics
import Syntax

/// A variable of infinitely many values inside a region has a value for each row: it is a tensor of the property, and its
/// name stands for the entry of the row at hand.
extension Checker {
    /// Gives a variable an entry for each combination of the rows around; nil, and a report, where that cannot be.
    func spread(_ variable: QuantifiedVariable) -> (variable: QuantifiedVariable, entry: Term)? {
        let plain = Term(.variable(id: variable.id), variable.type, at: variable.span)
        guard !regions.isEmpty else { return (variable, plain) }
        let counts = regions.map { valueCount($0) ?? 1 }
        let total = counts.reduce(variable.domain.coordinateCount) {
            let (product, overflow) = $0.multipliedReportingOverflow(by: $1)
            return overflow ? .max : product
        }
        let isTooFar = total > Bounds.spread
        // Bounds of so many entries are not written out: nothing but an error comes of them.
        guard let domain = variable.domain.repeated(counts, isWrittenOut: !isTooFar) else {
            report(.notSpread(variable))
            return nil
        }
        var spread = variable
        spread.domain = domain
        domains[variable.id] = domain
        let whole = Term(.variable(id: variable.id), domain.type, at: variable.span)
        spreads[variable.id] = SpreadVariable(
            plain: variable, regions: regions.map(\.id), excess: isTooFar ? .spreadTooFar(variable, total) : nil)
        return (spread, entry(of: whole, as: variable.type))
    }

    private func entry(of whole: Term, as type: SayType) -> Term {
        guard case .record(let record) = type else {
            let places = regions.map { Term.IndexEntry.at(Term(.place(of: $0.id), .int, at: whole.span)) }
            return Term(.index(whole, places), type, at: whole.span)
        }
        let fields = record.fields.indices.map {
            entry(of: whole.field($0, at: whole.span), as: record.fields[$0].type)
        }
        return Term(.record(fields), type, at: whole.span)
    }
}

/// A variable that has an entry for each row around, and what it is where one row is looked at alone.
struct SpreadVariable {
    let plain: QuantifiedVariable
    /// The binders around, outermost first.
    let regions: [Int]
    /// What is wrong with it where all rows are searched together; nil where nothing is.
    let excess: Diagnostic?
}

extension Domain {
    /// The domain of a tensor with leading dimensions of these sizes; nil where there is none. What is not written out has one
    /// pair of bounds for all entries, around those of each.
    func repeated(_ counts: [Int], isWrittenOut: Bool = true) -> Domain? {
        let front = counts.map { SayType.Tensor.Dimension($0) }
        func tensor(_ element: SayType.Tensor.Element, _ lower: Double, _ upper: Double) -> Domain {
            .tensor(SayType.Tensor(element, front), lower: [lower], upper: [upper])
        }
        switch self {
        case .real(let lower, let upper): return tensor(.real, lower, upper)
        case .integer(let lower, let upper): return tensor(.int, Double(lower), Double(upper))
        case .bool: return tensor(.bool, 0, 1)
        case .enumeration(let it): return tensor(.enumeration(it), 0, Double(it.cases.count - 1))
        case .tensor(let own, let lower, let upper):
            let copies = isWrittenOut ? counts.reduce(1, *) : 1
            func repeated(_ bounds: [Double], _ outermost: Double) -> [Double] {
                if bounds.count == 1 { return bounds }
                return isWrittenOut ? (0..<copies).flatMap { _ in bounds } : [outermost]
            }
            return .tensor(
                SayType.Tensor(own.element, front + own.dimensions), lower: repeated(lower, lower.min() ?? 0),
                upper: repeated(upper, upper.max() ?? 0))
        case .record(var record, let fields):
            let domains = fields.compactMap { $0.repeated(counts, isWrittenOut: isWrittenOut) }
            guard domains.count == fields.count else { return nil }
            for (index, domain) in domains.enumerated() { record.fields[index].type = domain.type }
            record.origin = nil
            record.isOptional = false
            return .record(record, domains)
        case .set, .row, .text: return nil
        }
    }

    var coordinateCount: Int {
        switch self {
        case .tensor(let tensor, _, _):
            tensor.dimensions.reduce(1) { $0.multipliedReportingOverflow(by: $1.size).overflow ? .max : $0 * $1.size }
        case .record(_, let fields): fields.reduce(0) { $0 &+ $1.coordinateCount }
        default: 1
        }
    }
}

extension Diagnostic {
    fileprivate static func notSpread(_ variable: QuantifiedVariable) -> Diagnostic {
        Diagnostic(
            .quantifierPlace,
            "`\(variable.name)` would need a value for each row around, which its type has no room for",
            at: variable.span, hints: [Hint("use Real, Int, Bool, an enum, a tensor or a record of them")])
    }

    fileprivate static func spreadTooFar(_ variable: QuantifiedVariable, _ count: Int) -> Diagnostic {
        Diagnostic(
            .domainTooLarge,
            "`\(variable.name)` has a value for each row around, \(count) numbers in all: more than the \(Bounds.spread) that are searched together",
            at: variable.span,
            hints: [Hint("check fewer rows at a time, with `where`, or a verdict for each row, with `for`")])
    }
}
