import Certificates

extension ProofTree {
    /// What became of the regions of one tile; the halves of those that were cut get their places.
    mutating func record(_ result: inout Bounding, _ claim: Claim) {
        for settled in result.settled {
            settle(settled.node, parts: claim.evidence { settled.holding.contains($0) } ?? [])
        }
        for (pair, origin) in result.cut.enumerated() {
            let halves = (below: result.regions[2 * pair], above: result.regions[2 * pair + 1])
            let places = cut(
                origin.node, coordinate: origin.coordinate, below: halves.below.upper[origin.coordinate],
                above: halves.above.lower[origin.coordinate])
            (result.regions[2 * pair].node, result.regions[2 * pair + 1].node) = (places.first, places.second)
        }
    }
}

extension Claim {
    /// The number of places where it names a leaf.
    var partCount: Int {
        switch self {
        case .always, .never: 0
        case .leaf: 1
        case .all(let claims), .any(let claims): claims.reduce(0) { $0 + $1.partCount }
        }
    }

    /// The parts of the claim that are enough for it, where these leaves hold; nil where they are not.
    ///
    /// A part is one place where the claim names a leaf; parts are numbered in the order of reading, so that whoever reads
    /// the same margin in the same order gives them the same numbers.
    func evidence(_ holds: (Int) -> Bool) -> [Int]? {
        var next = 0
        return evidence(holds, &next)
    }

    private func evidence(_ holds: (Int) -> Bool, _ next: inout Int) -> [Int]? {
        switch self {
        case .always: return []
        case .never: return nil
        case .leaf(let index):
            next += 1
            return holds(index) ? [next - 1] : nil
        case .all(let claims):
            var all: [Int]? = []
            for claim in claims {
                let own = claim.evidence(holds, &next)
                if let own { all? += own } else { all = nil }
            }
            return all
        case .any(let claims):
            var first: [Int]?
            for claim in claims {
                let own = claim.evidence(holds, &next)
                if first == nil { first = own }
            }
            return first
        }
    }
}
