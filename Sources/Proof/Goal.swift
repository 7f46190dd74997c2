import Tensors

/// What is to be shown: a claim, with what bounds its leaves; or some of its conjuncts, which are shown apart.
struct Goal: Sendable {
    let claim: Claim
    let leaves: [Claim.Leaf]
    /// The number of each part of the claim in the whole one.
    let parts: [Int]
    let plan: BoundPlan
    let decomposition: Decomposition
    /// The coordinates that have more than one value, and on which the claim depends.
    let varying: Set<Int>
    /// The margin graph with what reading the claim added.
    private let graph: Graph

    /// Throws where no bounds are known for an operator, or time is over.
    init(
        _ claim: Claim, _ leaves: [Claim.Leaf], parts: [Int], in graph: Graph, _ decomposition: Decomposition,
        varying: Set<Int>, isOver: () -> Bool
    ) throws(ShapeError) {
        (self.claim, self.leaves, self.parts) = (claim, leaves, parts)
        (self.graph, self.decomposition, self.varying) = (graph, decomposition, varying)
        plan = try BoundPlan(
            decomposition, targets: leaves.compactMap { decomposition.image(of: $0.value) }, varying: varying,
            isOver: isOver)
    }

    /// The order of what the leaves compare; for one thread.
    func makeOrdering() -> Ordering {
        let margins = zip(leaves, claim.substitutes(of: leaves.indices)).map {
            Ordering.Margin($0.value, isStrict: $0.strictness == .aboveZero, substitutes: $1)
        }
        return Ordering(graph, decomposition, plan, margins)
    }

    /// The parts of the whole claim that suffice where these leaves hold.
    func evidence(_ holds: (Int) -> Bool) -> [Int] { (claim.evidence(holds) ?? []).map { parts[$0] } }

    /// The parts of the whole claim that are a leaf.
    func parts(of leaf: Int) -> [Int] { claim.parts(of: leaf).map { parts[$0] } }

    /// The parts that suffice for those conjuncts that hold.
    func closedEvidence(_ holds: (Int) -> Bool) -> [Int] {
        guard case .all(let conjuncts) = claim else { return [] }
        var (first, evidence) = (0, [Int]())
        for conjunct in conjuncts {
            evidence += (conjunct.evidence(holds) ?? []).map { parts[first + $0] }
            first += conjunct.partCount
        }
        return evidence
    }

    /// The most goals that conjuncts are divided into.
    private static let greatestCount = 1024

    /// The conjuncts that do not hold yet, those together that depend on the same coordinates: cutting along one is of no use
    /// to what does not depend on it. One goal where all do, or where there would be too many. Throws when time is over.
    func divided(isOver: @escaping () -> Bool, _ holds: (Int) -> Bool) throws(ShapeError) -> [Goal] {
        guard case .all(let conjuncts) = claim else { return [self] }
        let dependence = try CoordinateDependence(graph, of: leaves.map(\.value), isOver: isOver)
        var (groups, places): ([Group], [Set<Int>: Int]) = ([], [:])
        var first = 0
        for conjunct in conjuncts {
            let own = Array(parts[first..<(first + conjunct.partCount)])
            first += conjunct.partCount
            if conjunct.holds(holds) { continue }
            let coordinates = conjunct.leaves.reduce(into: Set()) {
                $0.formUnion(dependence.coordinates(of: GraphElement(leaves[$1].value, 0)).intersection(varying))
            }
            if places[coordinates] == nil {
                places[coordinates] = groups.count
                groups.append(Group(coordinates: coordinates))
            }
            guard let place = places[coordinates] else { continue }
            groups[place].conjuncts.append(conjunct)
            groups[place].parts += own
        }
        guard groups.count > 1, groups.count <= Goal.greatestCount else { return [self] }
        var goals: [Goal] = []
        for group in groups { goals.append(try goal(group, isOver)) }
        return goals
    }

    private struct Group {
        let coordinates: Set<Int>
        var conjuncts: [Claim] = []
        var parts: [Int] = []
    }

    /// A group alone, with the leaves that it has.
    private func goal(_ group: Group, _ isOver: () -> Bool) throws(ShapeError) -> Goal {
        let whole = Claim.all(group.conjuncts)
        let own = whole.leaves
        let numbers = Dictionary(uniqueKeysWithValues: own.enumerated().map { ($1, $0) })
        return try Goal(
            whole.renumbered { numbers[$0] ?? 0 }, own.map { leaves[$0] }, parts: group.parts, in: graph, decomposition,
            varying: group.coordinates, isOver: isOver)
    }
}

extension Claim {
    /// Its leaves, each once, in the order of reading.
    var leaves: [Int] {
        var (found, seen) = ([Int](), Set<Int>())
        collect(&found, &seen)
        return found
    }

    private func collect(_ found: inout [Int], _ seen: inout Set<Int>) {
        switch self {
        case .always, .never: return
        case .leaf(let index): if seen.insert(index).inserted { found.append(index) }
        case .all(let parts), .any(let parts): for part in parts { part.collect(&found, &seen) }
        }
    }

    func renumbered(_ number: (Int) -> Int) -> Claim {
        switch self {
        case .always, .never: self
        case .leaf(let index): .leaf(number(index))
        case .all(let parts): .all(parts.map { $0.renumbered(number) })
        case .any(let parts): .any(parts.map { $0.renumbered(number) })
        }
    }
}
