import Search

/// The second pass over a tree: bounds regions from the root down, and shows the leaves.
struct Walk {
    private let tree: Certificate.Tree
    private let circuit: Circuit
    private let space: Space
    private let cover: Cover
    private let isCancelled: () -> Bool
    private let substitution: Substitution
    private var account = CertificateCheck.Account()

    /// A region that is still to come, and what is known of the one that it is part of.
    private struct Waiting {
        let area: Area
        let known: Ranges
    }

    init(
        _ tree: Certificate.Tree, _ circuit: Circuit, _ space: Space, _ cover: Cover,
        _ isCancelled: @escaping () -> Bool
    ) {
        (self.tree, self.circuit, self.space, self.cover) = (tree, circuit, space, cover)
        self.isCancelled = isCancelled
        substitution = Substitution(circuit)
    }

    mutating func verdict() throws(Refusal) -> CertificateCheck.Verdict {
        let nothing = Ranges(count: circuit.gates.count)
        var waiting = space.boxes.reversed().map { Waiting(area: Area($0), known: nothing) }
        for (place, step) in tree.steps.enumerated() {
            guard let next = waiting.popLast() else { throw Refusal("step \(place) belongs to no region") }
            if isCancelled() { return .unfinished("interrupted after \(account.leaves) leaves") }
            if case .leaf(let way) = step {
                account.leaves += 1
                guard try show(tree.ways[way], next, place, CertificateCheck.greatestCuts) else {
                    throw Refusal("leaf at step \(place): its bounds do not show the claim in \(words(next.area))")
                }
                continue
            }
            let known = try bound(next, place).map { Ranges($0) } ?? next.known
            waiting += try cover.branches(of: next.area, step, place).reversed().map { Waiting(area: $0, known: known) }
        }
        return .accepted(account)
    }

    /// The ranges of all numbers in a region; nil where it holds no point.
    private mutating func bound(
        _ region: Waiting, _ place: Int, _ hints: Substitution.Hints = .init()
    ) throws(Refusal) -> [Enclosure]? {
        account.regions += 1
        if substitution.bound(region.area, known: region.known, hints) { return substitution.ranges }
        // Only a region that signs were taken for granted in may be empty.
        guard !region.area.signs.isEmpty else { throw Refusal("step \(place): the bounds contradict each other") }
        return nil
    }

    private mutating func show(_ way: [Int], _ region: Waiting, _ place: Int, _ cuts: Int) throws(Refusal) -> Bool {
        let hints = circuit.hints(tree.hints[place])
        guard try bound(region, place, hints) != nil else { return true }
        var (open, order): ([Int], Order) = ([], Order(circuit, substitution.ranges))
        var influence = [Double](repeating: 0, count: circuit.dimension)
        for number in way where !circuit.parts[number].holds(in: substitution.ranges[circuit.parts[number].gate]) {
            substitution.tighten(circuit.parts[number], number: number, hints)
            if circuit.parts[number].holds(in: substitution.ranges[circuit.parts[number].gate]) { continue }
            if order.shows(circuit.parts[number]) { continue }
            open.append(number)
            for index in influence.indices { influence[index] = max(influence[index], substitution.influence[index]) }
        }
        guard !open.isEmpty else { return true }
        guard cuts > 0, let (first, second) = halves(of: region.area, influence) else { return false }
        account.extraCuts += 1
        let known = Ranges(substitution.ranges)
        for half in [first, second] {
            guard try show(open, Waiting(area: half, known: known), place, cuts - 1) else { return false }
        }
        return true
    }

    /// Halved where the bound depends on it most.
    private func halves(of area: Area, _ influence: [Double]) -> (Area, Area)? {
        let open = area.lower.indices.filter { area.lower[$0] < area.upper[$0] }
        let names = open.first { space.kinds[$0] == .category }
        func weight(_ index: Int) -> Double { (area.upper[index] - area.lower[index]) * (influence[index] + 1e-9) }
        guard let index = names ?? open.max(by: { weight($0) < weight($1) }),
            let cut = space.kinds[index].middle(of: area.lower[index], area.upper[index])
        else { return nil }
        var (first, second) = (area, area)
        first.upper[index] = cut.below
        second.lower[index] = cut.above
        return (first, second)
    }

    private func words(_ area: Area) -> String {
        let ends = zip(area.lower, area.upper).prefix(8).map { "[\($0), \($1)]" }.joined(separator: " × ")
        return area.lower.count > 8 ? ends + " × ..." : ends
    }
}

extension Ranges {
    init(_ values: [Enclosure]) { self.values = values }
}

extension Circuit {
    /// Hints by gate. A slope belongs to the functions of a neuron; one of what is not there is passed over, since slopes
    /// and multipliers never make a bound wrong.
    func hints(_ hints: ProofTree.Hints?) -> Substitution.Hints {
        var result = Substitution.Hints()
        guard let hints else { return result }
        for slope in hints.slopes { result.slopes[gate(of: slope.neuron) ?? -1] = slope.slope }
        for entry in hints.multipliers {
            guard let gate = gate(of: entry.neuron) else { continue }
            result.multipliers[entry.part, default: [:]][gate] = entry.multiplier
        }
        return result
    }
}
