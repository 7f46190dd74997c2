import Certificates
import Search
import Tensors

/// Shows that a property holds in all of its domain, or finds where it does not: branch and bound.
///
/// Regions whose claim is not settled by bounds are cut, and cut again, worst first. Each round takes a fixed number of
/// regions whatever the number of threads, so that the same regions are seen in the same order.
package struct Prover {
    /// How it ended.
    package enum Outcome: Sendable {
        /// The claim holds in every region that the domain was cut into.
        case proved(Effort)
        /// A point where the objective is negative.
        case found(point: [Double], Effort)
        /// Time or memory ran out, or bounds cannot decide; why.
        case undecided(String, Effort)
    }

    package struct Effort: Sendable {
        /// Regions that were bounded, and that are left.
        package var regions = 0
        package var open = 0
        /// The least bound among the regions that are left.
        package var bound = Double.infinity

        package init() {}
    }

    /// Domains of up to so many coordinates are cut along them.
    private static let fewCoordinates = 16
    /// More than so many only where there are more neurons.
    private static let leastCoordinates = 4

    package var seconds = Double.infinity
    package var clock: @Sendable () -> Double = { 0 }
    package var threads = 1
    /// Regions that are bounded at most.
    package var regionLimit = Int.max
    /// Looks for a violation, from some points, for so many seconds.
    package var search: @Sendable (_ seeds: [[Double]], _ seconds: Double) -> [Double]? = { _, _ in nil }
    package var isCancelled: @Sendable () -> Bool = { false }
    package var progress: @Sendable (Effort) -> Void = { _ in }

    let space: Space
    private let objective: any Objective
    let whole: Goal
    /// The margin graph, loops written out, and the margin there.
    let graph: Graph
    let margin: Value
    /// How many values the margin graph has without what reading the claim added.
    fileprivate let valueCount: Int

    /// `margin` is a scalar of `graph`, whose inputs are the coordinates of the space, in order, and which the objective
    /// computes. Throws where no bounds are known for an operator, or once `isOver` says so: weights are packed anew.
    package init(
        _ objective: some Objective, graph: Graph, margin: Value, isOver: () -> Bool = { false }
    ) throws(ShapeError) {
        try Prover.requireRoom(graph, margin)
        self.objective = objective
        space = objective.space
        let boxes = space.boxes
        let varying = Set(space.kinds.indices.filter { place in boxes.contains { $0.lower[place] < $0.upper[place] } })
        let (graph, places) = try graph.unrolled([margin])
        (self.graph, self.margin) = (graph, places[margin.index] ?? margin)
        var reading = ClaimReading(graph)
        let claim = try reading.claim(self.margin)
        valueCount = graph.nodes.count
        let decomposition = try Decomposition(reading.graph, wanted: reading.leaves.map(\.value))
        whole = try Goal(
            claim, reading.leaves, parts: Array(0..<claim.partCount), in: reading.graph, decomposition,
            varying: varying, isOver: isOver)
    }

    /// Whether intervals, forward from each box of the space, show the claim: what plainly holds, for about the cost of
    /// trying one input of each. How many boxes there are; nil where that is not enough.
    package func provePlainly() -> Int? {
        guard widestTile(whole.plan) != nil else { return nil }
        let (plan, claim, leaves) = (whole.plan, whole.claim, whole.leaves)
        let workspace = BoundWorkspace(plan, regions: 1)
        for box in space.boxes {
            if isCancelled() { return nil }
            workspace.load(lower: box.lower, upper: box.upper)
            workspace.bound(known: [], .none)
            let bounds = plan.targets.map { workspace.lower($0.index, 0) }
            guard claim.holds({ leaf in leaves[leaf].holds(from: bounds[leaf]) }) else { return nil }
        }
        return space.boxes.count
    }

    package func prove() -> Outcome {
        var none: ProofTree?
        return prove(recording: &none)
    }

    /// Writes down in `tree`, if there is one, into which regions the domain was cut. Where the outcome is `proved` the
    /// tree is complete, unless signs of inner values were settled that only bounds know.
    package func prove(recording tree: inout ProofTree?) -> Outcome {
        recording(&tree) { run in
            if let outcome = trivial(run) { return outcome }
            if let outcome = showTrees(run) { return outcome }
            guard widestTile(whole.plan) != nil else { return .undecided(tooLarge, run.effort) }
            guard let goals = try? whole.divided(isOver: { run.isOver }, { _ in false }), goals.count > 1 else {
                return show(run, run.boxes)
            }
            return showApart(run, run.boxes)
        }
    }

    /// The same without cutting anything: undecided at once where the bounds of whole boxes do not show the claim, or there
    /// is much to be bounded.
    package func proveAtOnce(recording tree: inout ProofTree?) -> Outcome {
        recording(&tree) { run in
            if let outcome = trivial(run) { return outcome }
            guard whole.plan.elementCount + whole.leaves.count <= Prover.greatestAtOnce, run.boxes.count <= 16 else {
                return .undecided("there is much to be bounded", run.effort)
            }
            let holding = holding(run, run.boxes)
            return settled(run, run.boxes, holding) ?? .undecided("nothing was cut", run.effort)
        }
    }

    /// So many values and leaves are bounded in no time.
    package static let greatestAtOnce = 20_000

    func recording(_ tree: inout ProofTree?, _ prove: (Run) -> Outcome) -> Outcome {
        let run = Run(self, whole, end: clock() + seconds)
        run.tree = tree
        run.tree?.partCount = whole.claim.partCount
        defer { tree = run.tree }
        return prove(run)
    }

    /// What needs no bounds.
    func trivial(_ run: Run) -> Outcome? { settled(run, run.boxes) { _ in false } }

    /// Shows the goal of a run in some boxes.
    func show(_ run: Run, _ boxes: [Region]) -> Outcome {
        let goal = run.goal
        let isByCurves = run.tree == nil && goal.plan.isSumsAndCurves
        let isByNeurons =
            goal.varying.count > Prover.leastCoordinates && goal.plan.hasNeurons
            && goal.plan.neuronCount <= NeuronBounder.fewNeurons
        guard isByNeurons || goal.varying.count > Prover.fewCoordinates && (goal.plan.hasNeurons || isByCurves),
            let parts = goal.claim.leafParts
        else {
            return run.explore(boxes, goal.plan) { run.coordinateBounder($0) }
        }
        guard let named = named(boxes, goal.varying, &run.tree) else {
            return .undecided("too many names for regions of their own", run.effort)
        }
        return run.settle(named, parts)
    }

    /// A region for each choice of what names things, which bounds cannot mix; nil where they are too many.
    func named(_ boxes: [Region], _ varying: Set<Int>, _ tree: inout ProofTree?) -> [Region]? {
        var regions = boxes
        for place in space.kinds.indices where space.kinds[place] == .category && varying.contains(place) {
            var next: [Region] = []
            for region in regions {
                guard region.upper[place] - region.lower[place] < 65_536 else { return nil }
                var rest = region
                for name in stride(from: region.lower[place], through: region.upper[place], by: 1) {
                    var part = rest
                    (part.lower[place], part.upper[place]) = (name, name)
                    if name < region.upper[place],
                        let halves = tree?.cut(rest.node, coordinate: place, below: name, above: name + 1)
                    {
                        (part.node, rest.node) = (halves.first, halves.second)
                    }
                    next.append(part)
                }
            }
            guard next.count <= 65_536 else { return nil }
            regions = next
        }
        return regions
    }

    /// One proof under way: its clock, its threads, what it has cost so far.
    final class Run {
        let prover: Prover
        var goal: Goal
        /// When, and after how many regions, it ends.
        var end: Double
        var regionEnd: Int
        private let crew: Crew
        var effort = Effort()
        var tree: ProofTree?
        /// When what resists is searched next; ever more seldom.
        private var nextSearch: Double
        private var interval = 1.0

        init(_ prover: Prover, _ goal: Goal, end: Double) {
            self.prover = prover
            self.goal = goal
            self.end = end
            regionEnd = prover.regionLimit
            crew = Crew(size: prover.threads)
            nextSearch = prover.clock() + interval
        }

        /// The boxes of the domain.
        var boxes: [Region] {
            prover.space.boxes.enumerated().map { Region(lower: $1.lower, upper: $1.upper, node: $0) }
        }

        /// Cuts regions until every one is settled.
        func explore(
            _ regions: [Region], _ plan: BoundPlan, _ signs: SignRecording? = nil,
            _ make: (_ regions: Int) -> any Bounder
        ) -> Outcome {
            guard let widest = prover.widestTile(plan) else { return .undecided(prover.tooLarge, effort) }
            var queue = Frontier(regions)
            var bounders: [Int: [any Bounder]] = [:]
            while !queue.isEmpty {
                if let halted { return halted }
                let size = min(widest, queue.count < 4 ? 1 : queue.count < 32 ? 16 : 64)
                if bounders[size] == nil { bounders[size] = (0..<prover.threads).map { _ in make(size) } }
                guard let crewed = bounders[size] else { break }
                let tiles = queue.take(tiles: 2, of: size)
                let results = ResultTable(tiles.count, Bounding())
                crew.perform(tiles.count) { worker, item in results[item] = crewed[worker].bound(tiles[item]) }
                let candidates = results.all.flatMap(\.candidates)
                if let point = searched(candidates) { return .found(point: point, effort) }
                for (tile, var result) in zip(tiles, results.all) {
                    effort.regions += tile.count
                    record(&result, signs)
                    if let point = prover.violation(result.candidates) { return .found(point: point, effort) }
                    if let reason = result.impasse { return .undecided(reason, effort) }
                    queue.add(result.regions)
                }
                effort.open = queue.count
                effort.bound = queue.worst
                prover.progress(effort)
            }
            return .proved(effort)
        }

        /// Writes down what became of one tile; nothing any more once something had no name.
        private func record(_ result: inout Bounding, _ signs: SignRecording?) {
            guard var recorded = tree else { return }
            tree = nil
            if let signs {
                if signs.record(&result, in: &recorded) { tree = recorded }
            } else {
                recorded.record(&result, goal)
                tree = recorded
            }
        }

        /// Settles leaf after leaf of a conjunction, cutting by signs of inner values.
        func settle(_ boxes: [Region], _ parts: [Int]) -> Outcome {
            guard prover.widestTile(goal.plan) != nil else { return .undecided(prover.tooLarge, effort) }
            let root = RootBounder(goal, workers: prover.threads, crew: perform) { self.isOver }
            let names =
                tree == nil
                ? [:] : goal.decomposition.originals(in: goal.plan).filter { $0.value < prover.valueCount }
            for box in boxes {
                if let halted { return halted }
                let (known, bounds) = root.bound(box)
                let open = parts.filter { !goal.leaves[$0].holds(from: bounds[$0]) }.sorted {
                    bounds[$0] < bounds[$1]
                }
                effort.regions += 1
                prover.progress(effort)
                let trees = divide(box, parts, open)
                if open.isEmpty { continue }
                let reduction = goal.plan.hasNeurons ? root.reduced(to: open) : nil
                let plan = reduction?.plan ?? goal.plan
                for (place, part) in open.enumerated() {
                    var region = box
                    region.known = reduction?.known ?? known
                    region.bound = bounds[part]
                    if let trees { region.node = trees[place] }
                    let outcome =
                        goal.plan.hasNeurons
                        ? settle(region, part, in: plan, reduction, at: place, names) : cut(region, part)
                    if case .proved = outcome { continue }
                    // Signs are settled, and other curves are not: coordinates may be cut.
                    let mayCut = goal.plan.hasOtherCurves || goal.varying.count <= Prover.fewCoordinates
                    guard case .undecided = outcome, mayCut, halted == nil, tree == nil else {
                        return outcome
                    }
                    let rest = explore([alone(part, box)], goal.plan) { coordinateBounder($0) }
                    guard case .proved = rest else { return rest }
                }
            }
            return .proved(effort)
        }

        /// Shows one leaf, cutting by signs, in what the plan comes down to.
        private func settle(
            _ region: Region, _ part: Int, in plan: BoundPlan, _ reduction: Reduction?, at place: Int,
            _ names: [Int: Int]
        ) -> Outcome {
            let signs = SignRecording(parts: goal.parts(of: part)) { node, element in
                let origin = reduction?.origins[node]
                guard let value = names[origin?.node ?? node] else { return nil }
                return .init(value: value, element: origin?.elements[element] ?? element)
            }
            let target = plan.targets[reduction == nil ? part : place].index
            let isRecorded = tree != nil
            return explore([region], plan, signs) {
                NeuronBounder(
                    plan, goal.leaves[part], target, regions: $0, isRecorded: isRecorded
                ) { self.isOver }
            }
        }

        /// Shows one leaf over smooth curves, cutting at thresholds of what they take; what is convex is shown by its tangents.
        private func cut(_ region: Region, _ part: Int) -> Outcome {
            if coordinateBounder(1).holding(in: alone(part, region)).contains(part) { return .proved(effort) }
            return explore([region], goal.plan) { [goal] in
                ThresholdBounder(goal.plan, goal.leaves[part], goal.plan.targets[part].index, regions: $0) {
                    self.isOver
                }
            }
        }

        /// A box in which one leaf alone is left to be shown.
        private func alone(_ part: Int, _ box: Region) -> Region {
            var region = box
            region.settled = Set(goal.leaves.indices).subtracting([part])
            return region
        }

        func coordinateBounder(_ regions: Int) -> CoordinateBounder {
            CoordinateBounder(
                goal, prover.space, regions: regions, tangents: tree == nil ? .moved : .atTheMiddle
            ) { self.isOver }
        }

        /// A tree for each leaf that is open in a box, and one for those that are not, which hold by what is known of the box.
        private func divide(_ box: Region, _ parts: [Int], _ open: [Int]) -> [Int]? {
            guard tree != nil else { return nil }
            let closed = parts.filter { !open.contains($0) }.flatMap(goal.parts).sorted()
            let count = open.count + (closed.isEmpty ? 0 : 1)
            guard count > 1 else {
                if open.isEmpty { tree?.settle(box.node, parts: closed) }
                return [box.node]
            }
            guard let places = tree?.divide(box.node, into: count), let last = places.last else { return nil }
            if !closed.isEmpty { tree?.settle(last, parts: closed) }
            return Array(places)
        }

        /// Now and then a search starts from where bounds are attained in the worst regions.
        private func searched(_ candidates: [[Double]]) -> [Double]? {
            guard prover.clock() >= nextSearch else { return nil }
            let point = prover.search(candidates, 0.05 * interval)
            interval *= 1.5
            nextSearch = prover.clock() + interval
            return point
        }

        /// Does parts of some work on several threads.
        func perform(_ count: Int, _ work: @escaping (_ part: Int) -> Void) { perform(count) { _, part in work(part) } }

        private func perform(_ count: Int, _ work: @escaping (_ worker: Int, _ part: Int) -> Void) {
            crew.performUnchecked(count, work)
        }

        var isOver: Bool { prover.isCancelled() || prover.clock() >= end }

        var halted: Outcome? {
            if prover.isCancelled() { return .undecided("interrupted", effort) }
            if effort.regions >= regionEnd { return .undecided("enough regions", effort) }
            return prover.clock() >= end ? .undecided("time is up", effort) : nil
        }
    }

    /// What bounds may take, in bytes: 3 GiB.
    private static let greatestMemory = 3 * 0x1p30

    /// How many regions a tile may have, so that all threads together stay within the limit; nil where one is too many.
    func widestTile(_ plan: BoundPlan) -> Int? {
        // Besides, each leaf keeps what it loses by coordinate.
        let count = plan.elementCount + plan.targets.count * plan.dimension / 4
        let elements = Double(max(1, count)) * Double(threads)
        return [64, 16, 1].first { elements * Double(64 * $0 + 3072) < Prover.greatestMemory }
    }

    /// Weights are kept in four forms while a graph is bounded: beyond 1 GiB of them it is not.
    private static func requireRoom(_ graph: Graph, _ margin: Value) throws(ShapeError) {
        let needed = graph.ancestors(of: [margin])
        let weights = graph.nodes.indices.reduce(0) { sum, index in
            guard needed[index], case .constant(let tensor) = graph.nodes[index].source else { return sum }
            return sum + tensor.shape.count
        }
        guard weights <= 1 << 25 else { throw ShapeError("bounds of \(weights) weights do not fit into memory") }
    }

    var tooLarge: String { "bounds of \(whole.plan.elementCount) values do not fit into memory" }

    /// The first of some points that violates the property.
    func violation(_ points: [[Double]]) -> [Double]? {
        let tile = Tile(for: Erased(objective))
        let points = points.map { point in point.indices.map { space.onGrid(point[$0], at: $0) } }
        for first in stride(from: 0, to: points.count, by: tile.lanes) {
            let batch = points[first..<min(first + tile.lanes, points.count)]
            for (lane, point) in batch.enumerated() { tile.set(point, lane: lane) }
            tile.count = batch.count
            objective.evaluate(tile, .margins)
            for (lane, point) in batch.enumerated() where tile.margins[lane] < 0 {
                // Alone, as every finding is.
                if objective.margin(at: point) < 0 { return point }
            }
        }
        return nil
    }
}

/// An objective whose type is not known.
private struct Erased: Objective {
    let inner: any Objective
    init(_ inner: any Objective) { self.inner = inner }
    var space: Space { inner.space }
    var keyCount: Int { inner.keyCount }
    var outputCount: Int { inner.outputCount }
    var hasGradient: Bool { inner.hasGradient }
    func evaluate(_ tile: Tile, _ reading: Reading) { inner.evaluate(tile, reading) }
}
