import Certificates

extension ProofTree {
    /// What became of the regions of one tile; the halves of those that were cut get their places.
    mutating func record(_ result: inout Bounding, _ goal: Goal) {
        if result.isSharp { isSharp = true }
        for settled in result.settled {
            settle(settled.node, parts: goal.evidence { settled.holding.contains($0) })
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

/// Writes down how one leaf is shown in parts of a region that are told by signs of inner values.
struct SignRecording {
    /// The parts of the claim that are the leaf.
    let parts: [Int]
    /// What a spec's reader calls an inner value that signs speak of; nil for what only bounds know.
    let name: (_ node: Int, _ element: Int) -> ProofTree.Neuron?

    /// What became of the regions of one tile; false where something has no name.
    func record(_ result: inout Bounding, in tree: inout ProofTree) -> Bool {
        for shown in result.shown {
            guard let hints = hints(shown.hints) else { return false }
            tree.settle(shown.node, parts: parts, hints: hints)
        }
        for (pair, origin) in result.split.enumerated() {
            guard let neuron = name(origin.sign.node, origin.sign.element) else { return false }
            let places = tree.split(origin.node, on: neuron)
            result.regions[2 * pair].node = places.notNegative
            result.regions[2 * pair + 1].node = places.notPositive
        }
        return true
    }

    private func hints(_ hints: SignHints) -> ProofTree.Hints? {
        var result = ProofTree.Hints()
        for (place, slope) in hints.slopes {
            guard let neuron = name(place.node, place.element) else { return nil }
            result.slopes.append(.init(neuron, slope))
        }
        for (sign, multiplier) in hints.multipliers where multiplier > 0 {
            guard let neuron = name(sign.node, sign.element) else { return nil }
            for part in parts { result.multipliers.append(.init(part: part, neuron, Double(multiplier))) }
        }
        return result
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

    /// The parts that are a leaf.
    func parts(of leaf: Int) -> [Int] {
        var (next, own) = (0, [Int]())
        note(leaf, &next, &own)
        return own
    }

    private func note(_ leaf: Int, _ next: inout Int, _ own: inout [Int]) {
        switch self {
        case .always, .never: return
        case .leaf(let index):
            if index == leaf { own.append(next) }
            next += 1
        case .all(let claims), .any(let claims): for claim in claims { claim.note(leaf, &next, &own) }
        }
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
