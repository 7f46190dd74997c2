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

    package var seconds = Double.infinity
    package var clock: @Sendable () -> Double = { 0 }
    package var threads = 1
    package var isCancelled: @Sendable () -> Bool = { false }
    package var progress: @Sendable (Effort) -> Void = { _ in }

    private let space: Space
    private let objective: any Objective
    private let claim: Claim
    private let leaves: [Claim.Leaf]
    private let plan: BoundPlan

    /// `margin` is a scalar of `graph`, whose inputs are the coordinates of the space, in order, and which the objective
    /// computes. Throws where no bounds are known for an operator.
    package init(_ objective: some Objective, graph: Graph, margin: Value) throws(ShapeError) {
        self.objective = objective
        space = objective.space
        var reading = ClaimReading(graph)
        claim = try reading.claim(margin)
        leaves = reading.leaves
        let decomposition = try Decomposition(reading.graph, wanted: leaves.map(\.value))
        plan = try BoundPlan(decomposition, targets: leaves.compactMap { decomposition.image(of: $0.value) })
    }

    package func prove() -> Outcome {
        var effort = Effort()
        if claim.holds({ _ in false }) { return .proved(effort) }
        let end = clock() + seconds
        var queue = Frontier(space.boxes.map { Region(lower: $0.lower, upper: $0.upper) })
        let crew = Crew(size: threads)
        let roots = (0..<threads).map { _ in TileBounder(plan, claim, leaves, space, regions: 1) }
        var wide: [TileBounder] = []
        while !queue.isEmpty {
            if isCancelled() { return .undecided("interrupted", effort) }
            if clock() >= end { return .undecided("time is up", effort) }
            let isSmall = queue.count < 4
            if !isSmall && wide.isEmpty {
                wide = (0..<threads).map { _ in TileBounder(plan, claim, leaves, space, regions: 64) }
            }
            let bounders = isSmall ? roots : wide
            let tiles = queue.take(tiles: 2, of: isSmall ? 1 : 64)
            let results = Results(tiles.count)
            crew.perform(tiles.count) { worker, item in
                results[item] = bounders[worker].bound(tiles[item])
            }
            for (tile, result) in zip(tiles, results.all) {
                effort.regions += tile.count
                if let point = violation(result.candidates) { return .found(point: point, effort) }
                if let reason = result.impasse { return .undecided(reason, effort) }
                queue.add(result.regions)
            }
            effort.open = queue.count
            effort.bound = queue.worst
            progress(effort)
        }
        return .proved(effort)
    }

    /// The first of some points that violates the property.
    private func violation(_ points: [[Double]]) -> [Double]? {
        let tile = Tile(for: Erased(objective))
        for first in stride(from: 0, to: points.count, by: Tile.width) {
            let batch = points[first..<min(first + Tile.width, points.count)]
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

/// What the threads of one round found; each writes its own place.
private final class Results: @unchecked Sendable {
    private let places: UnsafeMutablePointer<TileBounder.Result>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        places = .allocate(capacity: max(count, 1))
        places.initialize(repeating: TileBounder.Result(), count: count)
    }

    subscript(_ index: Int) -> TileBounder.Result {
        get { places[index] }
        set { places[index] = newValue }
    }

    var all: [TileBounder.Result] { Array(UnsafeBufferPointer(start: places, count: count)) }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }
}
