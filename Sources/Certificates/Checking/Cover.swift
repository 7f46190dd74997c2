import Search

/// Whether the halves of every cut together are the whole: the first pass over a tree, which bounds nothing.
struct Cover {
    private let tree: Certificate.Tree
    private let space: Space
    private let circuit: Circuit

    init(_ tree: Certificate.Tree, _ circuit: Circuit, _ space: Space) {
        (self.tree, self.circuit, self.space) = (tree, circuit, space)
    }

    func check() throws(Refusal) {
        // The area of each half that is still to come, the next one last.
        var waiting = space.boxes.reversed().map { Area($0) }
        for (place, step) in tree.steps.enumerated() {
            guard let area = waiting.popLast() else { throw Refusal("step \(place) belongs to no region") }
            waiting += try branches(of: area, step, place).reversed()
        }
        guard waiting.isEmpty else { throw Refusal("\(waiting.count) regions are missing") }
        try checkClaim()
    }

    /// What is shown in a region: the parts of the claim that hold in all of it, and which of the conditions that make up
    /// the claim follow, if not everywhere from the same parts.
    private struct Shown {
        let parts: Set<Int>
        let conditions: Set<Int>
        let place: Int
    }

    /// Whether the claim follows in every box from the parts that the leaves name.
    private func checkClaim() throws(Refusal) {
        let conditions = circuit.claim.conditions
        func following(from parts: Set<Int>) -> Set<Int> {
            Set(conditions.indices.filter { conditions[$0].follows(from: parts) })
        }
        let ways = tree.ways.map { Shown(parts: Set($0), conditions: following(from: Set($0)), place: 0) }
        var shown: [Shown] = []
        // From the last step to the first, so that the branches of a step come before it.
        for (place, step) in tree.steps.enumerated().reversed() {
            guard case .leaf(let way) = step else {
                guard shown.count >= step.branches else { throw Refusal("step \(place) has too few branches") }
                let own = Array(shown.suffix(step.branches))
                shown.removeLast(step.branches)
                shown.append(join(own, step, place, following))
                continue
            }
            shown.append(Shown(parts: ways[way].parts, conditions: ways[way].conditions, place: place))
        }
        for box in shown where box.conditions.count < conditions.count {
            throw Refusal("step \(box.place): the claim does not follow from the parts that are named there")
        }
    }

    private func join(
        _ branches: [Shown], _ step: Certificate.Step, _ place: Int, _ following: (Set<Int>) -> Set<Int>
    ) -> Shown {
        if case .each = step {
            let parts = branches.reduce(into: Set()) { $0.formUnion($1.parts) }
            let own = branches.reduce(into: following(parts)) { $0.formUnion($1.conditions) }
            return Shown(parts: parts, conditions: own, place: place)
        }
        let (first, second) = (branches[0], branches[1])
        let parts = first.parts == second.parts ? first.parts : first.parts.intersection(second.parts)
        let isSame = first.conditions == second.conditions
        return Shown(
            parts: parts, conditions: isSame ? first.conditions : first.conditions.intersection(second.conditions),
            place: first.conditions.count < second.conditions.count ? first.place : second.place)
    }

    /// The regions that are left to be shown after a step: the halves, or the same again.
    func branches(of area: Area, _ step: Certificate.Step, _ place: Int) throws(Refusal) -> [Area] {
        switch step {
        case .leaf: return []
        case .each(let count): return Array(repeating: area, count: count)
        case .sign(let neuron):
            guard let gate = circuit.gate(of: neuron) else {
                throw Refusal(
                    "step \(place) splits on element \(neuron.element) of value \(neuron.value), which is not there")
            }
            var (first, second) = (area, area)
            first.signs.append(.init(gate: gate, side: .notPositive))
            second.signs.append(.init(gate: gate, side: .notNegative))
            return [first, second]
        case .cut(let coordinate, let below, let above):
            let (low, high) = (area.lower[coordinate], area.upper[coordinate])
            guard low <= below, above <= high else {
                throw Refusal("step \(place) cuts coordinate \(coordinate) at \(below), outside [\(low), \(high)]")
            }
            guard space.kinds[coordinate].isNext(above, after: below) else {
                let fault = above <= below ? "overlap" : "leave a gap"
                throw Refusal(
                    "step \(place): the halves [.., \(below)] and [\(above), ..] of coordinate \(coordinate) \(fault)")
            }
            var (first, second) = (area, area)
            first.upper[coordinate] = below
            second.lower[coordinate] = above
            return [first, second]
        }
    }
}

extension Certificate.Step {
    var branches: Int {
        switch self {
        case .leaf: 0
        case .cut, .sign: 2
        case .each(let count): count
        }
    }
}

extension Area {
    init(_ box: Box) { self.init(lower: box.lower, upper: box.upper) }
}

extension CoordinateKind {
    /// Whether no value of the kind lies between two that it may hold.
    func isNext(_ above: Double, after below: Double) -> Bool {
        switch self {
        case .real64: return below.nextUp == above
        case .real32:
            let number = Float(below)
            return Double(number) == below && Double(number.nextUp) == above
        case .integer, .category:
            return below.rounded() == below && below.magnitude <= 0x1p53 && below + 1 == above
        }
    }

    /// The two halves of a range, as far as they are known to cover it; nil where there is one value.
    func middle(of low: Double, _ high: Double) -> (below: Double, above: Double)? {
        guard low < high else { return nil }
        let middle = 0.5 * low + 0.5 * high
        switch self {
        case .integer, .category: return (middle.rounded(.down), middle.rounded(.down) + 1)
        case .real32:
            let near = Float(middle)
            let below = Double(near) >= high ? near.nextDown : near
            return (Double(below), Double(below.nextUp))
        case .real64:
            let below = middle >= high ? high.nextDown : max(middle, low)
            return (below, below.nextUp)
        }
    }
}

extension Circuit {
    func gate(of neuron: ProofTree.Neuron) -> Int? {
        guard let wires = places[neuron.value], wires.indices.contains(neuron.element) else { return nil }
        return Int(wires[neuron.element])
    }
}
