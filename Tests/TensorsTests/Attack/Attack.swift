@testable import Tensors

/// One random graph under attack: every bound that the engine gives of every node, held against what the node can be.
struct Attack {
    /// What came of it.
    struct Result {
        var comparisons = 0
        /// Bounds that say something, and all.
        var known = 0
        var bounds = 0
        var violations: [String] = []
        var uses: [String: Int] = [:]
    }

    var result = Result()
    let graph: Graph
    private let grids: [AttackGraph.Grid]
    private let plan: BoundPlan
    var random: Adversary
    private(set) var field: Battlefield
    /// The nodes that are bounded, and where their images are.
    let nodes: [Int]
    private let images: [Int: Int]
    /// Those whose values stand for their signs.
    let signs: Set<Int>
    static let lanes = 16

    init(seed: UInt64) throws {
        let made = try AttackGraph(seed: seed, operations: 2 + Int(seed % 7))
        (graph, grids, random) = (made.graph, made.grids, Adversary(seed: seed ^ 0xA77A_C4))
        let all = made.graph
        nodes = all.nodes.indices.filter { all.constant(of: Value($0)) == nil && all.nodes[$0].type.shape.count > 0 }
        let decomposition = try Decomposition(graph, wanted: nodes.map { Value($0) })
        var images: [Int: Int] = [:]
        for node in nodes { images[node] = decomposition.image(of: Value(node))?.index }
        self.images = images
        plan = try BoundPlan(decomposition, targets: Set(images.values).sorted().map { Value($0) })
        signs = Attack.signs(graph, made.margins)
        field = Battlefield(grids, lanes: Attack.lanes, &random)
        result.uses = made.uses
    }

    /// Margins, and what is moved or chosen from them.
    private static func signs(_ graph: Graph, _ margins: [Value]) -> Set<Int> {
        var signs = Set(margins.map(\.index))
        for (index, node) in graph.nodes.enumerated() {
            guard case .operation(let operation) = node.source else { continue }
            if operation is Compare || operation is ArgIs { signs.insert(index) }
            if operation is Rearrange, node.inputs.contains(where: { signs.contains($0.index) }) { signs.insert(index) }
        }
        return signs
    }

    mutating func run() throws {
        let workspace = BoundWorkspace(plan, regions: Attack.lanes)
        load(workspace, field.boxes)
        workspace.bound(known: [], random.chance(0.5) ? .all : .open)
        var claims = intervals(workspace) + lowerBounds(workspace)
        claims += halves(workspace)
        for _ in 0..<2 { claims += rows(random.below(Attack.lanes)) }
        claims += reduced(random.below(Attack.lanes))
        result.bounds += claims.count
        result.known += claims.count { $0.lower.isFinite || $0.upper.isFinite }
        try holdAgainstEngine(claims)
        try holdAgainstDisorder(claims)
    }

    private func load(_ workspace: BoundWorkspace, _ boxes: [[ClosedRange<Double>]]) {
        let ends = Battlefield.ends(boxes)
        ends.lower.withUnsafeBufferPointer { lower in
            ends.upper.withUnsafeBufferPointer { upper in
                guard let lower = lower.baseAddress, let upper = upper.baseAddress else { return }
                workspace.load(lower: lower, upper: upper)
            }
        }
    }
}

/// That an element lies between two numbers, in a box.
struct BoundClaim {
    let node: Int
    let element: Int
    let lane: Int
    var lower = -Double.infinity
    var upper = Double.infinity
    /// A part of the lane's box, if it is claimed there only.
    var box: [ClosedRange<Double>]?
    /// Elements of nodes that are not negative (+1) or not positive (-1), if it is claimed there only.
    var constraints: [(node: Int, element: Int, sign: Double)] = []
    let origin: String
}

/// Claims.
extension Attack {
    private func intervals(_ workspace: BoundWorkspace) -> [BoundClaim] {
        nodes.flatMap { node -> [BoundClaim] in
            guard let image = images[node], graph.nodes[node].type.shape.count > 0 else { return [] }
            let memory = workspace.memory[image]
            return (0..<(graph.nodes[node].type.shape.count * Attack.lanes)).map { place in
                let (lower, upper) = (memory.lower[place], memory.upper[place])
                let isKnown = lower.isFinite && upper.isFinite
                return BoundClaim(
                    node: node, element: place / Attack.lanes, lane: place % Attack.lanes,
                    lower: isKnown ? lower : -.infinity, upper: isKnown ? upper : .infinity, origin: "interval")
            }
        }
    }

    private mutating func someElement() -> (node: Int, element: Int, image: Int)? {
        let node = random.chance(0.5) ? nodes[nodes.count - 1 - random.below(min(3, nodes.count))] : random.pick(nodes)
        guard let image = images[node] else { return nil }
        return (node, random.below(graph.nodes[node].type.shape.count), image)
    }

    /// Backward, one row for each region.
    private mutating func lowerBounds(_ workspace: BoundWorkspace) -> [BoundClaim] {
        var claims: [BoundClaim] = []
        for _ in 0..<8 {
            guard let (node, element, image) = someElement() else { continue }
            let sign = random.sign()
            workspace.seed(image, rows: Attack.lanes, element: { _ in element }, sign: { _ in sign })
            workspace.propagate(from: image, rows: Attack.lanes, .ofEachRegion)
            for lane in 0..<Attack.lanes {
                claims.append(claim(node, element, lane, sign, workspace.bound(lane, .ofEachRegion), "backward"))
                attack(workspace.corner(lane, rows: Attack.lanes, .ofEachRegion), lane)
            }
        }
        return claims
    }

    private func claim(
        _ node: Int, _ element: Int, _ lane: Int, _ sign: Double, _ bound: Double, _ origin: String
    ) -> BoundClaim {
        BoundClaim(
            node: node, element: element, lane: lane, lower: sign > 0 ? bound : -.infinity,
            upper: sign < 0 ? -bound : .infinity, origin: origin)
    }

    /// Where a bound is attained is where it is most likely wrong.
    private mutating func attack(_ corner: [Double], _ lane: Int) {
        if field.points[lane].count < 60 { field.add(corner, lane: lane) }
    }

    /// Parts of one box, which start from what is known of the whole.
    private mutating func halves(_ whole: BoundWorkspace) -> [BoundClaim] {
        let lane = random.below(Attack.lanes)
        let known = whole.known(lane)
        var boxes: [[ClosedRange<Double>]] = []
        for _ in 0..<Attack.lanes {
            boxes.append(Battlefield.part(field.boxes[lane], around: random.pick(field.points[lane]), &random))
        }
        let workspace = BoundWorkspace(plan, regions: Attack.lanes)
        load(workspace, boxes)
        workspace.bound(known: boxes.map { _ in known }, random.chance(0.5) ? .all : .open)
        var claims: [BoundClaim] = []
        for var claim in intervals(workspace) {
            guard claim.lane < 4 else { continue }
            claim.box = boxes[claim.lane]
            claims.append(
                BoundClaim(
                    node: claim.node, element: claim.element, lane: lane, lower: claim.lower, upper: claim.upper,
                    box: boxes[claim.lane], origin: "part's interval"))
        }
        for _ in 0..<4 {
            guard let (node, element, image) = someElement() else { continue }
            let sign = random.sign()
            workspace.seed(image, rows: Attack.lanes, element: { _ in element }, sign: { _ in sign })
            workspace.propagate(from: image, rows: Attack.lanes, .ofEachRegion)
            for part in boxes.indices {
                var claim = claim(node, element, lane, sign, workspace.bound(part, .ofEachRegion), "part, backward")
                claim.box = boxes[part]
                claims.append(claim)
            }
        }
        return claims
    }

    /// One region, with many rows, free slopes and signs of inner values that are given.
    private mutating func rows(_ lane: Int) -> [BoundClaim] {
        let workspace = BoundWorkspace(plan, regions: 1)
        let relaxation = Relaxation(plan)
        let (signs, constraints) = random.chance(0.6) ? constraints(relaxation) : ([], [])
        workspace.ascents = random.pick([0, 0, 3])
        load(workspace, [field.boxes[lane]])
        workspace.bound(known: [], signs: [signs], random.pick([.all, .open, .none]))
        guard workspace.vacuous.isEmpty else { return [nothing(lane, constraints)] }
        var claims: [BoundClaim] = []
        for _ in 0..<2 {
            guard let (node, element, image) = someElement() else { continue }
            let count = graph.nodes[node].type.shape.count
            let rows = random.pick([16, 64])
            func seeded(_ row: Int) -> (element: Int, sign: Double) {
                ((element + row / 2) % count, row % 2 == 0 ? 1 : -1)
            }
            relaxation.reset(workspace, rows: rows, .ofRegion(0))
            for row in 0..<rows {
                relaxation.constrain(row, rows: rows, signs, multipliers: signs.map { _ in Float(random.unit()) })
            }
            for step in 0..<5 {
                let isFree = step > 0
                workspace.seed(image, rows: rows, element: { seeded($0).element }, sign: { seeded($0).sign })
                workspace.propagate(from: image, rows: rows, .ofRegion(0), relaxation: isFree ? relaxation : nil)
                for row in 0..<min(rows, 2 * count) {
                    let (element, sign) = seeded(row)
                    var claim = claim(
                        node, element, lane, sign, workspace.bound(row, .ofRegion(0)), isFree ? "relaxed" : "row")
                    claim.constraints = constraints
                    claims.append(claim)
                    attack(workspace.corner(row, rows: rows, .ofRegion(0)), lane)
                }
                guard isFree else { continue }
                workspace.evaluate(to: image, rows: rows, .ofRegion(0), relaxation: relaxation)
                relaxation.ascend(
                    workspace, from: image, rows: rows, .ofRegion(0), slopeRate: 0.25, multiplierRate: 0.1)
            }
        }
        return claims
    }

    /// What is left of the plan in one region, in parts of it with signs given.
    private mutating func reduced(_ lane: Int) -> [BoundClaim] {
        let whole = BoundWorkspace(plan, regions: 1)
        whole.ascents = random.pick([0, 0, 3])
        load(whole, [field.boxes[lane]])
        whole.bound(known: [], random.pick([.all, .open, .none]))
        guard let (node, _, image) = someElement(), let reduction = whole.reduced(to: [Value(image)]) else { return [] }
        result.uses["reduced", default: 0] += 1
        let (workspace, target) = (
            BoundWorkspace(reduction.plan, regions: Attack.lanes), reduction.plan.targets[0].index
        )
        load(workspace, Array(repeating: field.boxes[lane], count: Attack.lanes))
        let given = (0..<Attack.lanes).map { random.chance(Double($0) / 16) ? constraints(reduction) : ([], []) }
        workspace.bound(known: given.map { _ in reduction.known }, signs: given.map(\.0), .none)
        let relaxation = Relaxation(reduction.plan)
        relaxation.reset(workspace, rows: Attack.lanes, .ofEachRegion)
        for (part, signs) in given.enumerated() {
            relaxation.constrain(
                part, rows: Attack.lanes, signs.0, multipliers: signs.0.map { _ in Float(random.unit()) })
        }
        var claims: [BoundClaim] = []
        let (element, sign) = (random.below(graph.nodes[node].type.shape.count), random.sign())
        for step in 0..<4 {
            workspace.seed(target, rows: Attack.lanes, element: { _ in element }, sign: { _ in sign })
            workspace.propagate(
                from: target, rows: Attack.lanes, .ofEachRegion, relaxation: step == 0 ? nil : relaxation)
            for part in 0..<Attack.lanes {
                let bound = workspace.bound(part, .ofEachRegion)
                var claim =
                    workspace.vacuous.contains(part)
                    ? nothing(lane, given[part].1) : claim(node, element, lane, sign, bound, "reduced")
                claim.constraints = given[part].1
                claims.append(claim)
                attack(workspace.corner(part, rows: Attack.lanes, .ofEachRegion), lane)
            }
            guard step > 0 else { continue }
            workspace.evaluate(to: target, rows: Attack.lanes, .ofEachRegion, relaxation: relaxation)
            relaxation.ascend(
                workspace, from: target, rows: Attack.lanes, .ofEachRegion, slopeRate: 0.25, multiplierRate: 0.1)
        }
        return claims
    }

    /// Signs of some of what curves take in a reduced plan, by node of that, and by node of the graph.
    private mutating func constraints(
        _ reduction: Reduction
    ) -> ([NeuronSign], [(node: Int, element: Int, sign: Double)]) {
        constraints(
            reduction.origins.sorted { $0.key < $1.key }.map { ($0.key, of: $0.value.node, $0.value.elements) })
    }

    /// Signs of some inputs of max(x, 0), by node of the plan, and by node of the graph.
    private mutating func constraints(
        _ relaxation: Relaxation
    ) -> ([NeuronSign], [(node: Int, element: Int, sign: Double)]) {
        constraints(
            relaxation.parts.map { ($0.input, of: $0.input, Array(0..<plan.nodes[$0.input].count)) })
    }

    /// Of nodes that are elements of a node of the plan.
    private mutating func constraints(
        _ candidates: [(named: Int, of: Int, elements: [Int])]
    ) -> ([NeuronSign], [(node: Int, element: Int, sign: Double)]) {
        var (signs, constraints) = ([NeuronSign](), [(node: Int, element: Int, sign: Double)]())
        for candidate in candidates {
            guard let node = nodes.first(where: { images[$0].map { BoundPlan.root($0, plan.nodes) } == candidate.of })
            else { continue }
            for (place, element) in candidate.elements.enumerated() where random.chance(0.4) {
                let isPositive = random.chance(0.5)
                signs.append(NeuronSign(node: candidate.named, element: place, isPositive: isPositive))
                constraints.append((node, element, isPositive ? 1 : -1))
            }
        }
        return (signs, constraints)
    }

    /// That no point meets the constraints.
    private func nothing(_ lane: Int, _ constraints: [(node: Int, element: Int, sign: Double)]) -> BoundClaim {
        BoundClaim(
            node: constraints[0].node, element: constraints[0].element, lane: lane, lower: .infinity,
            upper: -.infinity, constraints: constraints, origin: "vacuous")
    }
}
