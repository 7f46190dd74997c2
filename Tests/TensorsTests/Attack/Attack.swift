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

    private(set) var result = Result()
    private let graph: Graph
    private let grids: [AttackGraph.Grid]
    private let plan: BoundPlan
    private var random: Adversary
    private var field: Battlefield
    /// The nodes that are bounded, and where their images are.
    private let nodes: [Int]
    private let images: [Int: Int]
    /// Those whose values stand for their signs.
    private let signs: Set<Int>
    private static let lanes = 16

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

    /// One region, with many rows, free slopes and constraints.
    private mutating func rows(_ lane: Int) -> [BoundClaim] {
        let workspace = BoundWorkspace(plan, regions: 1)
        load(workspace, [field.boxes[lane]])
        workspace.bound(known: [], random.chance(0.5) ? .all : .open)
        let relaxation = Relaxation(plan)
        var claims: [BoundClaim] = []
        for _ in 0..<2 {
            guard let (node, element, image) = someElement() else { continue }
            let count = graph.nodes[node].type.shape.count
            let rows = random.pick([16, 64])
            func seeded(_ row: Int) -> (element: Int, sign: Double) {
                ((element + row / 2) % count, row % 2 == 0 ? 1 : -1)
            }
            relaxation.reset(workspace, rows: rows, .ofRegion(0))
            let constraints = random.chance(0.5) ? constrain(relaxation, rows: rows) : []
            for step in 0..<5 {
                let isFree = step > 0
                workspace.seed(image, rows: rows, element: { seeded($0).element }, sign: { seeded($0).sign })
                workspace.propagate(from: image, rows: rows, .ofRegion(0), relaxation: isFree ? relaxation : nil)
                for row in 0..<min(rows, 2 * count) {
                    let (element, sign) = seeded(row)
                    var claim = claim(
                        node, element, lane, sign, workspace.bound(row, .ofRegion(0)), isFree ? "relaxed" : "row")
                    if isFree { claim.constraints = constraints }
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

    /// Demands a sign of some inputs of max(x, 0), the same in all rows, with multipliers drawn by chance.
    private mutating func constrain(
        _ relaxation: Relaxation, rows: Int
    ) -> [(node: Int, element: Int, sign: Double)] {
        var constraints: [(node: Int, element: Int, sign: Double)] = []
        for part in relaxation.parts {
            guard let node = nodes.first(where: { images[$0].map { BoundPlan.root($0, plan.nodes) } == part.input })
            else { continue }
            for element in 0..<plan.nodes[part.input].count where random.chance(0.5) {
                let sign = random.sign()
                constraints.append((node, element, sign))
                for row in 0..<rows {
                    let (place, multiplier) = (element * rows + row, random.unit())
                    switch plan.nodes[part.node].storage {
                    case .float32:
                        part.signs.assumingMemoryBound(to: Float.self)[place] = Float(sign)
                        part.multipliers.assumingMemoryBound(to: Float.self)[place] = Float(multiplier)
                    case .float64:
                        part.signs.assumingMemoryBound(to: Double.self)[place] = sign
                        part.multipliers.assumingMemoryBound(to: Double.self)[place] = multiplier
                    }
                }
            }
        }
        relaxation.isConstrained = true
        return constraints
    }
}

/// What claims are held against.
extension Attack {
    /// The engine, on all nodes at once, and on some alone, where it fuses what nobody else asks for.
    private mutating func holdAgainstEngine(_ claims: [BoundClaim]) throws {
        let (graph, points) = (graph, field.points.flatMap(\.self))
        let lanes = field.points.enumerated().flatMap { lane, points in points.map { _ in lane } }
        let batch = try batch(points)
        let wanted = nodes.map { Value($0) }
        let all = try Evaluator(graph, outputs: wanted).run(batch).map(\.doubles)
        var byNode: [Int: [Double]] = [:]
        for (node, values) in zip(nodes, all) { byNode[node] = values }
        hold(claims, points, lanes, "engine") { byNode[$0]?[$1 * graph.nodes[$0].type.shape.count + $2] }
        for node in [nodes[nodes.count - 1], random.pick(nodes)] {
            let values = try Evaluator(graph, outputs: [Value(node)]).run(batch)[0].doubles
            let own = claims.filter { $0.node == node && $0.constraints.isEmpty }
            hold(own, points, lanes, "fused") { values[$1 * graph.nodes[$0].type.shape.count + $2] }
        }
    }

    /// Other orders of summation, and the real numbers behind float64.
    private mutating func holdAgainstDisorder(_ claims: [BoundClaim]) throws {
        var disorder = Disorder(graph, seed: random.next())
        for _ in 0..<12 {
            let lane = random.below(Attack.lanes)
            let point = random.pick(field.points[lane])
            let computed = try disorder.values(inputs(at: point))
            let numbers = computed.map(\.doubles)
            hold(claims.filter { $0.lane == lane }, [point], [lane], "disorder") { numbers[$0][$2] }
            holdAgainstReals(claims.filter { $0.lane == lane }, point, Exactness(graph, computed))
        }
    }

    private func inputs(at point: [Double]) throws -> [Tensor] {
        var (first, inputs) = (0, [Tensor]())
        for input in graph.inputs {
            let type = graph.type(of: input.value)
            inputs.append(try Tensor(type, rounding: Array(point[first..<(first + type.shape.count)])))
            first += type.shape.count
        }
        return inputs
    }

    private func batch(_ points: [[Double]]) throws -> [Tensor] {
        var (first, batch) = (0, [Tensor]())
        for input in graph.inputs {
            let type = graph.type(of: input.value)
            let range = first..<(first + type.shape.count)
            let wide = TensorType(type.element, try Shape([points.count] + type.shape.dimensions))
            batch.append(try Tensor(wide, rounding: points.flatMap { $0[range] }))
            first += type.shape.count
        }
        return batch
    }

    /// `value(node, point, element)` is what an element is at a point.
    private mutating func hold(
        _ claims: [BoundClaim], _ points: [[Double]], _ lanes: [Int], _ witness: String,
        _ value: (Int, Int, Int) -> Double?
    ) {
        let byLane = Dictionary(grouping: points.indices) { lanes[$0] }
        for claim in claims where claim.lower > -.infinity || claim.upper < .infinity {
            for place in byLane[claim.lane] ?? [] {
                if let box = claim.box, !Battlefield.contains(box, points[place]) { continue }
                let isMet = claim.constraints.allSatisfy { constraint in
                    (value(constraint.node, place, constraint.element) ?? 0) * constraint.sign >= 0
                }
                guard isMet, let value = value(claim.node, place, claim.element) else { continue }
                result.comparisons += 1
                let holds =
                    signs.contains(claim.node)
                    ? (claim.lower < 0 || value >= 0) && (claim.upper >= 0 || value < 0)
                    : claim.lower <= value && value <= claim.upper
                if !holds { note(claim, witness, "\(value)", points[place]) }
            }
        }
    }

    private mutating func holdAgainstReals(_ claims: [BoundClaim], _ point: [Double], _ reals: Exactness) {
        for claim in claims where claim.constraints.isEmpty && !signs.contains(claim.node) {
            if let box = claim.box, !Battlefield.contains(box, point) { continue }
            guard graph.nodes[claim.node].type.element == .float64, let value = reals.values[claim.node]?[claim.element]
            else { continue }
            result.comparisons += 1
            let isLow = Dyadic(claim.lower).map { value < $0 } ?? false
            let isHigh = Dyadic(claim.upper).map { $0 < value } ?? false
            if isLow || isHigh { note(claim, "reals", "\(value)", point) }
        }
    }

    private mutating func note(_ claim: BoundClaim, _ witness: String, _ value: String, _ point: [Double]) {
        let node = graph.nodes[claim.node]
        let name = if case .operation(let operation) = node.source { operation.label } else { "input" }
        result.violations.append(
            "node \(claim.node) (\(name), \(node.type)), element \(claim.element), \(claim.origin): "
                + "\(value) by \(witness) at \(point) is outside \(claim.lower)...\(claim.upper)")
    }
}
