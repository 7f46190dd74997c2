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
            return ends(of: curve.range(over: ranges[source]), allowance)
        case .product(let first, let second, let allowance):
            guard ranges[first].isFinite, ranges[second].isFinite else { return .unbounded }
            return ends(of: ranges[first] * ranges[second], allowance)
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
        case .leaf(let tree, let column):
            var (lower, upper) = (Double.infinity, -Double.infinity)
            trees[tree].reachable(ranges) { (lower, upper) = (min(lower, $0[column]), max(upper, $0[column])) }
            return lower.isFinite && upper.isFinite ? Enclosure(lower, upper) : .unbounded
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
        if let exact = ExactTerms(self, places, offset, allowance, ranges).ends, allowance.error(of: size).isFinite {
            return exact
        }
        // A number less itself is nothing.
        if places.count == 2, let last = places.last, offset == 0,
            terms[places.lowerBound].source == terms[last].source,
            terms[places.lowerBound].weight == -terms[last].weight, allowance.error(of: size).isFinite
        {
            return Enclosure(0)
        }
        // A sum that is rounded in a sum that takes it may not be rounded at all: runtimes fuse the two.
        let isFused = places.contains { isSum(Int(terms[$0].source)) }
        return isFused && allowance.manner == .once
            ? result.isFinite ? result.widened(by: allowance.error(of: size)).finiteOrUnbounded : .unbounded
            : allowance.computed(result, magnitude: size)
    }

    /// Whether a gate is a sum that is rounded more than once.
    func isSum(_ gate: Int) -> Bool {
        if case .sum(_, _, let allowance) = gates[gate] {
            allowance.relative > 0 && allowance.manner != .once
        } else {
            false
        }
    }

    /// A function's result, or a product's: each end answers for its own error.
    private func ends(of exact: Enclosure, _ allowance: Allowance) -> Enclosure {
        guard exact.isFinite else { return .unbounded }
        if allowance.manner == .once { return allowance.computed(exact, magnitude: exact.magnitude) }
        let (below, above) = (
            allowance.error(of: exact.lower.magnitude), allowance.error(of: exact.upper.magnitude)
        )
        guard below.isFinite, above.isFinite, allowance.relative < 1 else { return .unbounded }
        return Enclosure(Down.sum(exact.lower, -below), Up.sum(exact.upper, above))
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
