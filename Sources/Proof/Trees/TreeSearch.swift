import Search
import Tensors

/// Branch and bound over cells: shows that a claim about trees holds in a region, or finds where it does not.
///
/// In a box of cells each tree gives at least what its best leaf within reach does; the sum of those is a lower bound (Chen et al.,
/// *Robustness Verification of Tree-based Models*, NeurIPS 2019, section 3). Boxes are cut at the threshold that raises the bound most,
/// worst first. Where no test is left, what the engine computes decides.
struct TreeSearch {
    private let claim: TreeClaim
    private let reading: TreeClaimReading
    private let region: Region
    private let space: Space
    private let isViolation: ([Double]) -> Bool
    /// A box, with the least bound that is known of it, and its place in the proof.
    private struct Item {
        var box: CellBox
        var bound: Double
        var node: Int
        /// What is known of each leaf in all of the box.
        var known: [Bool?]
    }

    /// What became of a box.
    private enum Result {
        case settled(holding: Set<Int>)
        case cut(bound: Double, CellBounds.Cut, known: [Bool?])
        case violated(at: [Double])
        case failed
    }

    init(
        _ reading: TreeClaimReading, _ region: Region, _ space: Space, isViolation: @escaping ([Double]) -> Bool
    ) {
        (claim, self.reading, self.region, self.space) = (reading.claim, reading, region, space)
        self.isViolation = isViolation
    }

    /// Boxes that are bounded in a round, whatever the number of threads.
    private static let round = 32
    /// What open boxes may take, in bytes.
    private static let memory = 1 << 30

    /// nil where cells do not decide.
    func prove(_ run: Prover.Run) -> Prover.Outcome? {
        let start = Item(
            box: claim.axes.whole, bound: -.infinity, node: region.node, known: claim.leaves.map { _ in nil })
        var open = PriorityHeap<Item>()
        open.insert(start, priority: start.bound)
        let limit = max(1024, Self.memory / (256 + 16 * claim.axes.coordinates.count))
        while !open.isEmpty {
            if let halted = run.halted { return halted }
            guard open.count < limit else { return .undecided("too many regions are open", run.effort) }
            if let point = promising(open.first) { return .found(point: point, run.effort) }
            let items = open.removeFirst(Self.round)
            let results = bound(items, run)
            for (item, result) in zip(items, results) {
                run.effort.regions += 1
                switch result {
                case .violated(let point): return .found(point: point, run.effort)
                case .failed: return nil
                case .settled(let holding): settle(item.node, holding, run)
                case .cut(let bound, let cut, let known):
                    for half in halves(item, cut, bound, known, run) { open.insert(half, priority: bound) }
                }
            }
            run.effort.open = open.count
            run.effort.bound = open.first?.bound ?? .infinity
            run.prover.progress(run.effort)
        }
        return .proved(run.effort)
    }

    /// Writes a box down; nothing any more where the claim as it is in the region is not the whole one.
    private func settle(_ node: Int, _ holding: Set<Int>, _ run: Prover.Run) {
        let goal = run.goal
        if claim.claim.partCount == goal.claim.partCount, claim.leaves.count == goal.leaves.count {
            run.tree?.settle(node, parts: goal.evidence(holding.contains))
        } else if goal.claim.leafParts != nil {
            run.tree?.settle(node, parts: goal.parts)
        } else {
            run.tree = nil
        }
    }

    private func bound(_ items: [Item], _ run: Prover.Run) -> [Result] {
        let results = ResultTable<Result>(items.count, .failed)
        let share = (items.count + run.prover.threads - 1) / run.prover.threads
        run.perform(items.count > 4 ? run.prover.threads : 1) { part in
            var bounds = CellBounds()
            let range = items.count > 4 ? part * share..<min(items.count, (part + 1) * share) : 0..<items.count
            for index in range where index < items.count { results[index] = bound(items[index], &bounds) }
        }
        return results.all
    }

    private func bound(_ item: Item, _ bounds: inout CellBounds) -> Result {
        var known = item.known
        var found = [(least: Double, cut: CellBounds.Cut?)](repeating: (-.infinity, nil), count: known.count)
        for leaf in known.indices where known[leaf] == nil {
            found[leaf] = self.bound(claim.leaves[leaf], item.box, &bounds)
            if holds(leaf, found[leaf].least) { known[leaf] = true }
        }
        if claim.claim.holds({ known[$0] == true }) { return settled(known) }
        let isDecided = known.indices.contains { known[$0] == nil && found[$0].cut == nil }
        if isDecided {
            let point = point(in: item.box)
            guard let values = try? reading.leaves(at: point) else { return .failed }
            for leaf in known.indices where known[leaf] == nil && found[leaf].cut == nil {
                known[leaf] = holds(leaf, values[leaf])
            }
            if claim.claim.holds({ known[$0] == true }) { return settled(known) }
            // What cannot hold any more, whatever the other leaves do.
            guard claim.claim.holds({ known[$0] != false }) else {
                return isViolation(point) ? .violated(at: point) : .failed
            }
        }
        let decisive = claim.claim.decisive { leaf in
            known[leaf].map { $0 ? .infinity : -.greatestFiniteMagnitude } ?? found[leaf].least
        }
        guard let (leaf, bound) = decisive, let cut = found[leaf].cut else { return .failed }
        return .cut(bound: bound, cut, known: known)
    }

    private func settled(_ known: [Bool?]) -> Result {
        .settled(holding: Set(known.indices.filter { known[$0] == true }))
    }

    private func holds(_ leaf: Int, _ bound: Double) -> Bool {
        claim.leaves[leaf].strictness == .aboveZero ? bound > 0 : bound >= 0
    }

    /// The least of a leaf's sums, and the cut that this one asks for.
    private func bound(
        _ leaf: TreeClaim.Leaf, _ box: CellBox, _ bounds: inout CellBounds
    ) -> (least: Double, cut: CellBounds.Cut?) {
        var (least, cut, isOpen) = (Double.infinity, CellBounds.Cut?.none, CellBounds.Cut?.none)
        for sum in leaf.sums {
            let own = bounds.bound(sum.trees, box)
            if own.cut != nil { isOpen = own.cut }
            if own.least + sum.offset < least { (least, cut) = (own.least + sum.offset, own.cut) }
        }
        // A sum of which rounding is all that is left does not decide while another is open.
        return (least, cut ?? isOpen)
    }

    private func halves(
        _ item: Item, _ cut: CellBounds.Cut, _ bound: Double, _ known: [Bool?], _ run: Prover.Run
    ) -> [Item] {
        var (low, high) = (item, item)
        (low.bound, high.bound, low.known, high.known) = (bound, bound, known, known)
        low.box.upper[cut.axis] = Int32(cut.atMost)
        high.box.lower[cut.axis] = Int32(cut.atMost) + 1
        if run.tree != nil {
            let coordinate = claim.axes.coordinates[cut.axis]
            let (below, above) = (
                claim.axes.region(low.box, of: region, space), claim.axes.region(high.box, of: region, space)
            )
            let places = run.tree?.cut(
                item.node, coordinate: coordinate, below: below.upper[coordinate], above: above.lower[coordinate])
            if let places { (low.node, high.node) = (places.first, places.second) }
        }
        return [low, high]
    }

    /// A violation in the box, where its decisive sums are likely small.
    private func promising(_ item: Item?) -> [Double]? {
        guard let item else { return nil }
        var box = item.box
        let bounds = CellBounds()
        let open = claim.leaves.indices.filter { item.known[$0] == nil }
        guard let leaf = open.min(by: { least($0, box) < least($1, box) }) else { return nil }
        for sum in claim.leaves[leaf].sums { box = bounds.promising(sum.trees, box) }
        let point = point(in: box)
        return isViolation(point) ? point : nil
    }

    private func least(_ leaf: Int, _ box: CellBox) -> Double {
        var bounds = CellBounds()
        return bound(claim.leaves[leaf], box, &bounds).least
    }

    /// The point of a box that is next to the simplest one.
    private func point(in box: CellBox) -> [Double] {
        let part = claim.axes.region(box, of: region, space)
        return part.lower.indices.map { min(max(space.reference[$0], part.lower[$0]), part.upper[$0]) }
    }
}
