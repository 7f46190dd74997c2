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

    enum Joint { case all, any }

    /// Some claims joined; what is joined alike already is taken apart.
    init(_ joint: Joint, _ claims: [Claim]) {
        let parts = claims.flatMap { claim -> [Claim] in
            switch (joint, claim) {
            case (.all, .all(let inner)), (.any, .any(let inner)): inner
            default: [claim]
            }
        }
        self = joint == .all ? .all(parts) : .any(parts)
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

    /// So many leaves are looked at in pairs.
    private static let greatestPaired = 256

    /// For each leaf the others that may hold in its stead: where A or (B and C) is claimed, A in the stead of B and of C.
    /// None where leaves are many.
    func substitutes(of leaves: Range<Int>) -> [[Int]] {
        guard leaves.count <= Claim.greatestPaired else { return leaves.map { _ in [] } }
        var found: [[Int]?] = leaves.map { _ in nil }
        note([], &found)
        return found.map { $0 ?? [] }
    }

    /// A leaf that occurs more than once has the substitutes of every occurrence.
    private func note(_ others: [Int], _ found: inout [[Int]?]) {
        switch self {
        case .always, .never: return
        case .leaf(let index):
            let own = others.filter { $0 != index }
            found[index] = found[index].map { known in known.filter(own.contains) } ?? own
        case .all(let parts):
            for part in parts { part.note(others, &found) }
        case .any(let parts):
            for (place, part) in parts.enumerated() {
                let siblings = parts.enumerated().compactMap { sibling -> Int? in
                    if sibling.offset != place, case .leaf(let index) = sibling.element { index } else { nil }
                }
                part.note(others + siblings, &found)
            }
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
