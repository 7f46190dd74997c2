import Tensors

/// What has to be shown of a property: that some scalars are not negative, joined by and and or.
indirect enum Claim: Sendable {
    case always, never
    /// A leaf, by number.
    case leaf(Int)
    case all([Claim])
    case any([Claim])

    /// A scalar that has to be at least 0, or above 0.
    struct Leaf: Sendable, Hashable {
        enum Strictness: Sendable, Hashable { case atLeastZero, aboveZero }

        let value: Value
        let strictness: Strictness

        func holds(from bound: Double) -> Bool { strictness == .aboveZero ? bound > 0 : bound >= 0 }
    }

    /// Whether the claim holds where these leaves do.
    func holds(_ leaf: (Int) -> Bool) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .leaf(let index): leaf(index)
        case .all(let parts): parts.allSatisfy { $0.holds(leaf) }
        case .any(let parts): parts.contains { $0.holds(leaf) }
        }
    }

    /// The leaf that decides the claim's bound: the worst of all, the best of any.
    func decisive(_ bound: (Int) -> Double) -> (leaf: Int, bound: Double)? {
        switch self {
        case .always, .never: nil
        case .leaf(let index): (index, bound(index))
        case .all(let parts): parts.compactMap { $0.decisive(bound) }.min { $0.bound < $1.bound }
        case .any(let parts): parts.compactMap { $0.decisive(bound) }.max { $0.bound < $1.bound }
        }
    }

    /// The leaves of a conjunction of leaves; nil for any other claim.
    var leafParts: [Int]? {
        switch self {
        case .always: return []
        case .never, .any: return nil
        case .leaf(let index): return [index]
        case .all(let parts):
            var all: [Int] = []
            for part in parts {
                guard let leaves = part.leafParts else { return nil }
                all += leaves.filter { !all.contains($0) }
            }
            return all
        }
    }
}
