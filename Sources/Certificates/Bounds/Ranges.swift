/// What every gate may be within one region, and between which lines.
struct Ranges: Sendable {
    var values: [Enclosure]

    /// Nothing is known.
    init(count: Int) { values = Array(repeating: .unbounded, count: count) }
}

/// A box of the domain, with the inner numbers whose sign is taken as known.
struct Area: Sendable {
    var lower, upper: [Double]
    var signs: [Sign] = []

    struct Sign: Sendable {
        let gate: Int
        let side: Side
    }

    enum Side: Sendable { case notPositive, notNegative }
}

extension Circuit {
    /// What a gate may be, from what those before it may be. What depends on anything unbounded is unbounded itself.
    func range(of gate: Int, _ ranges: [Enclosure], _ area: Area) -> Enclosure {
        switch gates[gate] {
        case .coordinate(let index): return Enclosure(area.lower[index], area.upper[index])
        case .constant(let value): return value.isFinite ? Enclosure(value) : .unbounded
        case .sum(let places, let offset, let allowance): return sum(places, offset, allowance, ranges)
        case .curve(let curve, let source, let allowance):
            guard ranges[source].isFinite else { return .unbounded }
            return rounded(curve.range(over: ranges[source]), allowance)
        case .product(let first, let second, let allowance):
            guard ranges[first].isFinite, ranges[second].isFinite else { return .unbounded }
            return rounded(ranges[first] * ranges[second], allowance)
        case .extremum(let extremum, let sources):
            guard var result = sources.first.map({ ranges[$0] }), result.isFinite else { return .unbounded }
            for source in sources.dropFirst() {
                let other = ranges[source]
                guard other.isFinite else { return .unbounded }
                result =
                    extremum == .least
                    ? Enclosure(min(result.lower, other.lower), min(result.upper, other.upper))
                    : Enclosure(max(result.lower, other.lower), max(result.upper, other.upper))
            }
            return result
        case .compare(let first, let second, let order):
            guard ranges[first].isFinite, ranges[second].isFinite else { return .unbounded }
            let difference = ranges[second] - ranges[first]
            return order == .less
                ? Enclosure(min(difference.lower, -.leastNonzeroMagnitude), difference.upper) : difference
        case .entry(let index, let table, let column):
            return entries(ranges[index], tables[table].values, tables[table].columns, column)
        }
    }

    private func sum(
        _ places: Range<Int>, _ offset: Double, _ allowance: Allowance, _ ranges: [Enclosure]
    ) -> Enclosure {
        guard offset.isFinite else { return .unbounded }
        var (result, size) = (Enclosure(offset), offset.magnitude)
        for place in places {
            let term = terms[place]
            let source = ranges[Int(term.source)]
            guard source.isFinite, term.weight.isFinite else { return .unbounded }
            result = result + source * term.weight
            size = Up.sum(size, Up.product(source.magnitude, term.weight.magnitude))
        }
        let error = allowance.error(of: size)
        guard error.isFinite, result.isFinite else { return .unbounded }
        return result.widened(by: error)
    }

    private func rounded(_ exact: Enclosure, _ allowance: Allowance) -> Enclosure {
        let error = allowance.error(of: exact.magnitude)
        guard error.isFinite, exact.isFinite else { return .unbounded }
        return exact.widened(by: error)
    }

    private func entries(_ index: Enclosure, _ values: [Double], _ columns: Int, _ column: Int) -> Enclosure {
        guard index.isFinite, columns > 0 else { return .unbounded }
        let rows = values.count / columns
        // Beyond the table there is no number; in front of it, it is counted from the back.
        guard index.lower >= 0, index.upper <= Double(rows - 1),
            let first = Int(exactly: index.lower.rounded(.up)), let last = Int(exactly: index.upper.rounded(.down)),
            first <= last
        else { return .unbounded }
        var result = Enclosure(values[first * columns + column])
        for row in (first + 1)..<(last + 1) { result = result.union(Enclosure(values[row * columns + column])) }
        return result
    }

    /// By how much a computed sum may differ from the exact one, within these ranges.
    func error(of gate: Int, _ ranges: [Enclosure]) -> Double {
        switch gates[gate] {
        case .sum(let places, let offset, let allowance):
            var size = offset.magnitude
            for place in places {
                let term = terms[place]
                size = Up.sum(size, Up.product(ranges[Int(term.source)].magnitude, term.weight.magnitude))
            }
            return allowance.error(of: size)
        case .curve(let curve, let source, let allowance):
            return allowance.error(of: curve.range(over: ranges[source]).magnitude)
        case .product(let first, let second, let allowance):
            return allowance.error(of: (ranges[first] * ranges[second]).magnitude)
        default: return 0
        }
    }
}
