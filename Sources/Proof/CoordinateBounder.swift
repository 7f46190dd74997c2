import Search
import Tensors

/// Bounds the claim in up to 64 regions at once, and says what is to become of each. Belongs to one thread.
final class CoordinateBounder: Bounder, @unchecked Sendable {
    private let plan: BoundPlan
    private let claim: Claim
    private let leaves: [Claim.Leaf]
    private let space: Space
    private let workspace: BoundWorkspace
    private let ends: RegionEnds
    /// Per leaf and region.
    private var bounds: [[Double]]
    private var cuts: [[Int]]
    private var corners: [[[Double]]]
    private var renewals: [[BoundWorkspace.Renewal]]
    /// Per region.
    private let slacks: UnsafeMutablePointer<Double>
    /// Per coordinate and region.
    private let losses: UnsafeMutablePointer<Double>

    init(_ plan: BoundPlan, _ claim: Claim, _ leaves: [Claim.Leaf], _ space: Space, regions: Int) {
        self.plan = plan
        self.claim = claim
        self.leaves = leaves
        self.space = space
        workspace = BoundWorkspace(plan, regions: regions)
        let size = max(1, plan.dimension * regions)
        ends = RegionEnds(plan.dimension, lanes: regions)
        slacks = .allocate(capacity: regions)
        slacks.initialize(repeating: 0, count: regions)
        losses = .allocate(capacity: size)
        losses.initialize(repeating: 0, count: size)
        bounds = leaves.map { _ in Array(repeating: -.infinity, count: regions) }
        cuts = leaves.map { _ in Array(repeating: 0, count: regions) }
        corners = leaves.map { _ in Array(repeating: [], count: regions) }
        renewals = leaves.map { _ in Array(repeating: .open, count: regions) }
    }

    deinit {
        slacks.deallocate()
        losses.deallocate()
    }

    /// Bytes of memory that it holds.
    var bytes: Int { workspace.bytes }

    func bound(_ regions: [Region]) -> Bounding {
        ends.load(regions)
        workspace.load(lower: ends.lower, upper: ends.upper)
        workspace.bound(known: regions.map(\.known), regions.contains { $0.renewal == .all } ? .all : .open)
        for leaf in leaves.indices where regions.contains(where: { !$0.settled.contains(leaf) }) {
            bound(leaf, regions)
        }
        var result = Bounding()
        for (lane, region) in regions.enumerated() { place(region, lane, &result) }
        return result
    }

    private func bound(_ leaf: Int, _ regions: [Region]) {
        let (target, lanes) = (plan.targets[leaf].index, workspace.regions)
        workspace.seed(target, rows: lanes, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: target, rows: lanes, .ofEachRegion)
        for lane in regions.indices {
            bounds[leaf][lane] = max(workspace.bound(lane, .ofEachRegion), workspace.lower(target, lane))
        }
        guard regions.indices.contains(where: { !leaves[leaf].holds(from: bounds[leaf][$0]) }) else { return }
        slacks.update(repeating: 0, count: lanes)
        workspace.addSlacks(of: target, to: slacks)
        losses.update(repeating: 0, count: plan.dimension * lanes)
        workspace.addLosses(of: target, widths: ends.widths, to: losses)
        for lane in regions.indices where !leaves[leaf].holds(from: bounds[leaf][lane]) {
            corners[leaf][lane] = workspace.corner(lane, rows: lanes, .ofEachRegion)
            cuts[leaf][lane] = cut(regions[lane], lane)
            // Rounding must not be what is left in the end.
            renewals[leaf][lane] = slacks[lane] > 0.5 * bounds[leaf][lane].magnitude ? .all : .open
        }
    }

    /// The coordinate whose halving should raise the bound most: what relaxation loses on its account, and a share of what
    /// the linear bound itself spans over it.
    private func cut(_ region: Region, _ lane: Int) -> Int {
        var (best, greatest) = (-1, -Double.infinity)
        for coordinate in 0..<plan.dimension where region.isOpen(coordinate) {
            // What names things is no scale: it is settled first.
            if space.kinds[coordinate] == .category { return coordinate }
            let at = coordinate * workspace.regions + lane
            let score = losses[at] + ends.widths[at] * (0.1 * workspace.influence(coordinate, lane) + 1e-12)
            if score > greatest { (best, greatest) = (coordinate, score) }
        }
        return best
    }

    private func place(_ region: Region, _ lane: Int, _ result: inout Bounding) {
        func holds(_ leaf: Int) -> Bool {
            region.settled.contains(leaf) || leaves[leaf].holds(from: bounds[leaf][lane])
        }
        guard !claim.holds(holds) else {
            result.settled.append((region.node, Set(leaves.indices.filter(holds))))
            return
        }
        let decisive = claim.decisive { holds($0) ? .infinity : bounds[$0][lane] }
        guard let (leaf, bound) = decisive else {
            result.impasse = "the claim can never hold"
            return
        }
        result.candidates.append(corners[leaf][lane])
        let coordinate = cuts[leaf][lane]
        guard coordinate >= 0, var (first, second) = region.halves(along: coordinate, space.kinds[coordinate]) else {
            result.impasse = "rounding alone decides at \(region.lower)"
            return
        }
        let known = workspace.known(lane)
        let settled = region.settled.union(leaves.indices.filter { leaves[$0].holds(from: bounds[$0][lane]) })
        (first.known, second.known) = (known, known)
        (first.settled, second.settled) = (settled, settled)
        (first.bound, second.bound) = (bound, bound)
        (first.renewal, second.renewal) = (renewals[leaf][lane], renewals[leaf][lane])
        result.regions += [first, second]
        result.cut.append((region.node, coordinate))
    }
}
