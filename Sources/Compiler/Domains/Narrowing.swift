import Checker

/// What a `where` says about one coordinate at a time becomes the coordinate's own bounds; the rest is left over.
extension LeafBounds {
    /// Narrows the leaves of some variables by the restriction and returns the parts of it that their bounds cannot say.
    mutating func narrow(_ variables: Set<Int>, by term: Term) -> [Term] {
        switch term.kind {
        case .and(let parts): return parts.flatMap { narrow(variables, by: $0) }
        case .compare(let comparison, let a, let b):
            if let place = coordinates(of: a, among: variables), let bound = constant(b) {
                return narrow(place, comparison, bound) ? [] : [term]
            }
            if let place = coordinates(of: b, among: variables), let bound = constant(a) {
                return narrow(place, comparison.mirrored, bound) ? [] : [term]
            }
            return [term]
        default: return [term]
        }
    }

    private mutating func narrow(_ places: Range<Int>, _ comparison: Term.Comparison, _ bound: Double) -> Bool {
        guard !bound.isNaN, comparison != .notEqual else { return false }
        for place in places {
            let isReal = kinds[place] == .real64
            switch comparison {
            case .lessOrEqual: upper[place] = min(upper[place], isReal ? bound : bound.rounded(.down))
            case .greaterOrEqual: lower[place] = max(lower[place], isReal ? bound : bound.rounded(.up))
            case .less: upper[place] = min(upper[place], isReal ? bound.nextDown : bound.rounded(.up) - 1)
            case .greater: lower[place] = max(lower[place], isReal ? bound.nextUp : bound.rounded(.down) + 1)
            case .equal, .notEqual:
                lower[place] = max(lower[place], bound)
                upper[place] = min(upper[place], bound)
            }
        }
        return true
    }

    private func constant(_ term: Term) -> Double? {
        if case .constant(let values) = term.kind, values.count == 1 { values[0] } else { nil }
    }

    /// The coordinates that a scalar path names: `x`, `e.rho`, `image[0, 3]`.
    private func coordinates(of term: Term, among variables: Set<Int>) -> Range<Int>? {
        switch term.kind {
        case .index(let tensor, _):
            guard let leaf = leaf(of: tensor), variables.contains(leaf.variable) else { return nil }
            return entry(of: term)
        default:
            guard let leaf = leaf(of: term), variables.contains(leaf.variable), leaf.coordinates.count == 1,
                leaf.table == nil, leaf.values == nil
            else { return nil }
            return leaf.coordinates
        }
    }

    /// The coordinate of one entry of a leaf: `image[0, 3]`.
    func entry(of term: Term) -> Range<Int>? {
        guard case .index(let tensor, let entries) = term.kind, let leaf = leaf(of: tensor),
            let place = place(entries, in: tensor.type)
        else { return nil }
        let index = leaf.coordinates.lowerBound + place
        return index..<(index + 1)
    }

    func leaf(of term: Term) -> Leaf? { path(of: term).flatMap { leaf(of: $0.variable, path: $0.fields) } }

    /// The leaves that a variable or a field is made of, or part of; none where it is neither.
    func leaves(in term: Term) -> [Leaf] {
        guard let path = path(of: term) else { return [] }
        return leaves.filter {
            $0.variable == path.variable && ($0.path.starts(with: path.fields) || path.fields.starts(with: $0.path))
        }
    }

    private func path(of term: Term) -> Path? {
        var (term, fields) = (term, [Int]())
        while case .field(let record, let index) = term.kind {
            fields.insert(index, at: 0)
            term = record
        }
        guard case .variable(let id) = term.kind else { return nil }
        return Path(variable: id, fields: fields)
    }

    private func place(_ entries: [Term.IndexEntry], in type: SayType) -> Int? {
        guard let shape = type.shape, shape.count == entries.count else { return nil }
        var place = 0
        for (entry, size) in zip(entries, shape) {
            guard case .at(let term) = entry, let value = constant(term), let index = Int(exactly: value),
                (0..<size).contains(index)
            else { return nil }
            place = place * size + index
        }
        return place
    }
}

extension Term.Comparison {
    /// The same with its sides exchanged.
    var mirrored: Term.Comparison {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .equal, .notEqual: self
        }
    }
}
