import Checker
import Diagnostics
import Search
import Tensors

/// A comparison of some coordinates with what follows from coordinates before them: `y <= x`.
struct OpenCondition {
    let coordinates: Range<Int>
    let sides: [DependentBounds.Bound.Side]
    let isStrict: Bool
    /// One number for all coordinates, or one for each.
    let bound: Term
    /// The coordinates that the bound follows from, all of them before its own.
    let needs: [Range<Int>]
}

extension LeafBounds {
    /// What a condition says of some coordinates by others; nil where any of it is no such comparison, or has a bound that is
    /// not quickly computed: of models, rows that are gone through, and loops.
    func open(_ term: Term, within own: Range<Int>) -> [OpenCondition]? {
        switch term.kind {
        case .binding(let binding): return open(binding.term, within: own)
        case .apply(.every, let parts): return open(parts[0], within: own)
        case .and(let parts): return open(parts, within: own)
        case .listed(let listed) where listed.kind == .all && listed.entries.allSatisfy({ $0.condition == nil }):
            return open(listed.entries.map(\.value), within: own)
        case .compare(let relation, let a, let b):
            return (open(a, relation, b, own) ?? open(b, relation.mirrored, a, own)).map { [$0] }
        default: return nil
        }
    }

    private func open(_ terms: [Term], within own: Range<Int>) -> [OpenCondition]? {
        var found: [OpenCondition] = []
        for term in terms {
            guard let next = open(term, within: own) else { return nil }
            found += next
        }
        return found
    }

    private func open(_ side: Term, _ relation: Term.Comparison, _ bound: Term, _ own: Range<Int>) -> OpenCondition? {
        guard let coordinates = places(of: side), coordinates.lowerBound >= own.lowerBound,
            coordinates.upperBound <= own.upperBound, let needs = needs(of: bound), !needs.isEmpty,
            needs.allSatisfy({ $0.upperBound <= coordinates.lowerBound }),
            bound.type.shape == [] || bound.type.shape == side.type.shape
        else { return nil }
        let sides: [DependentBounds.Bound.Side]
        switch relation {
        case .less, .lessOrEqual: sides = [.upper]
        case .greater, .greaterOrEqual: sides = [.lower]
        case .equal: sides = [.lower, .upper]
        case .notEqual: return nil
        }
        return OpenCondition(
            coordinates: coordinates, sides: sides, isStrict: relation == .less || relation == .greater, bound: bound,
            needs: needs)
    }

    /// The coordinates of a whole leaf, or of one entry of it.
    private func places(of term: Term) -> Range<Int>? {
        switch term.kind {
        case .binding(let binding): return places(of: binding.term)
        case .apply(.convert, let arguments): return places(of: arguments[0])
        case .index: return entry(of: term)
        default:
            guard let leaf = leaf(of: term), leaf.table == nil, leaf.values == nil else { return nil }
            return leaf.coordinates
        }
    }

    /// The coordinates that a value follows from.
    private func needs(of bound: Term) -> [Range<Int>]? {
        var seen: Set<ObjectIdentifier> = []
        var waiting = [bound]
        var needs: [Range<Int>] = []
        while let term = waiting.popLast() {
            guard seen.insert(ObjectIdentifier(term)).inserted else { continue }
            switch term.kind {
            case .call, .aggregate, .listed, .loop, .quantified, .row, .place: return nil
            case .variable, .field:
                let found = leaves(in: term)
                if found.isEmpty { waiting += term.children }
                needs += found.map(\.coordinates)
            case .index:
                if let place = entry(of: term) { needs.append(place) } else { waiting += term.children }
            default: waiting += term.children
            }
        }
        return needs
    }
}

extension Lowering {
    /// The bounds that some conditions say, read from a graph that goes on from the property's; nil where there are none.
    func dependence(of open: [OpenCondition], in space: Space) throws(Diagnostic) -> DependentBounds? {
        guard let first = open.first?.bound else { return nil }
        let open = open.sorted { $0.coordinates.lowerBound < $1.coordinates.lowerBound }
        let values = try open.map { (condition) throws(Diagnostic) in try numbers(condition.bound) }
        let margin = number(.infinity)
        let answers = try joined(values, for: first)
        do {
            let reader = try GraphObjective(space: space, graph: graph, margin: margin, answers: answers)
            return DependentBounds(levels(of: open, space.dimension), reader: reader)
        } catch { throw .shape(error, at: first.span) }
    }

    /// All entries of some values as one vector.
    func joined(_ values: [Value], for term: Term) throws(Diagnostic) -> Value {
        var parts: [Value] = []
        for value in values { parts.append(try reshape(value, to: [graph.shape(of: value).count], for: term)) }
        let shapes = parts.map { graph.shape(of: $0) }
        return try add(for: term) { graph throws(ShapeError) in
            try graph.add(Rearrange.concatenate(shapes, axis: 0), parts)
        }
    }

    /// Those that follow from coordinates without any, then those that follow from these, and so on.
    private func levels(of open: [OpenCondition], _ dimension: Int) -> [[DependentBounds.Bound]] {
        var levels = [Int](repeating: 0, count: dimension)
        for condition in open {
            let level = 1 + (condition.needs.lazy.joined().map { levels[$0] }.max() ?? 0)
            for coordinate in condition.coordinates { levels[coordinate] = max(levels[coordinate], level) }
        }
        var bounds = [[DependentBounds.Bound]](repeating: [], count: levels.max() ?? 0)
        var output = 0
        for condition in open {
            let isForAll = condition.bound.type.shape == []
            for (place, coordinate) in condition.coordinates.enumerated() {
                bounds[levels[coordinate] - 1] += condition.sides.map {
                    .init($0, of: coordinate, isStrict: condition.isStrict, output: output + (isForAll ? 0 : place))
                }
            }
            output += isForAll ? 1 : condition.coordinates.count
        }
        return bounds
    }
}
