import Search
import Tensors

/// Bounds the claim in up to 64 regions at once, and says what is to become of each. Belongs to one thread.
final class CoordinateBounder: Bounder, @unchecked Sendable {
    private let plan: BoundPlan
    private let claim: Claim
    private let leaves: [Claim.Leaf]
    private let ordering: Ordering
    private let varying: Set<Int>
    /// Whether something was shown by other means than linear bounds.
    private(set) var isSharp = false
    private let space: Space
    private let workspace: BoundWorkspace
    private let ends: RegionEnds
    /// Per leaf and region.
    private var bounds: [[Double]]
    private var cuts: [[Int]]
    private var corners: [[[Double]]]
    private var renewals: [[BoundWorkspace.Renewal]]
    /// Per leaf and region: quadratic bounds, and what they lose by coordinate; empty where regions have many coordinates.
    private var curved: [[QuadraticBound]]
    private var left: [[[Double]]]
    /// The leaves that may hold in each leaf's stead.
    private let substitutes: [[Int]]
    /// Per region.
    private let slacks: UnsafeMutablePointer<Double>
    /// Per coordinate and region.
    private let losses: UnsafeMutablePointer<Double>
    private let tangents: Tangents
    private let isHalted: () -> Bool

    /// The checker of certificates has its own tangents: what is to be written down is shown with those at the middle.
    enum Tangents { case moved, atTheMiddle }

    init(
        _ goal: Goal, _ space: Space, regions: Int, tangents: Tangents, isHalted: @escaping () -> Bool = { false }
    ) {
        self.tangents = tangents
        let (plan, claim, leaves) = (goal.plan, goal.claim, goal.leaves)
        (self.plan, self.claim, self.leaves, self.space) = (plan, claim, leaves, space)
        (ordering, varying) = (goal.makeOrdering(), goal.varying)
        self.isHalted = isHalted
        workspace = BoundWorkspace(plan, regions: regions)
        workspace.isHalted = isHalted
        let size = max(1, plan.dimension * regions)
        ends = RegionEnds(plan.dimension, lanes: regions)
        slacks = .allocate(capacity: regions)
        slacks.initialize(repeating: 0, count: regions)
        losses = .allocate(capacity: size)
        losses.initialize(repeating: 0, count: size)
        let isSmall = plan.dimension <= QuadraticBound.greatestDimension
        // Grows with the square of the coordinates: only where it is used.
        curved =
            isSmall
            ? leaves.map { _ in Array(repeating: QuadraticBound(dimension: plan.dimension), count: regions) } : []
        left = leaves.map { _ in Array(repeating: [], count: regions) }
        substitutes = isSmall ? claim.substitutes(of: leaves.indices) : leaves.map { _ in [] }
        bounds = leaves.map { _ in Array(repeating: -.infinity, count: regions) }
        cuts = leaves.map { _ in Array(repeating: 0, count: regions) }
        corners = leaves.map { _ in Array(repeating: [], count: regions) }
        renewals = leaves.map { _ in Array(repeating: .open, count: regions) }
    }

    deinit {
        slacks.deallocate()
        losses.deallocate()
    }

    func bound(_ regions: [Region]) -> Bounding {
        ends.load(regions)
        workspace.load(lower: ends.lower, upper: ends.upper)
        workspace.bound(known: regions.map(\.known), regions.contains { $0.renewal == .all } ? .all : .open)
        for leaf in leaves.indices where regions.contains(where: { !$0.settled.contains(leaf) }) {
            // What is known of the other leaves is of other regions.
            if isHalted() { return .halted }
            bound(leaf, regions)
        }
        for leaf in leaves.indices {
            for other in substitutes[leaf] {
                for (lane, region) in regions.enumerated()
                where !region.settled.contains(leaf) && !region.settled.contains(other) {
                    if isOpen(leaf, lane), isOpen(other, lane) { mix(leaf, other, lane, region) }
                }
            }
        }
        var result = Bounding()
        result.isSharp = isSharp
        for (lane, region) in regions.enumerated() { place(region, lane, &result) }
        return result
    }

    /// The leaves that hold in all of a region.
    func holding(in region: Region) -> Set<Int> {
        _ = bound([region])
        return Set(leaves.indices.filter { leaves[$0].holds(from: bounds[$0][0]) })
    }

    private func bound(_ leaf: Int, _ regions: [Region]) {
        let (target, lanes) = (plan.targets[leaf].index, workspace.regions)
        workspace.seed(target, rows: lanes, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: target, rows: lanes, .ofEachRegion)
        for lane in regions.indices {
            bounds[leaf][lane] = workspace.bound(lane, .ofEachRegion)
            guard isOpen(leaf, lane) else { continue }
            bounds[leaf][lane] = max(bounds[leaf][lane], workspace.lower(target, lane))
            if isOpen(leaf, lane), lanes == 1 { moveTangents(leaf, target) }
            if isOpen(leaf, lane), mayBeInOrder(regions[lane], bounds[leaf][lane]),
                ordering.shows(leaf, lane, of: workspace)
            {
                bounds[leaf][lane] = .infinity
            }
            if !isOpen(leaf, lane) { isSharp = true }
        }
        guard regions.indices.contains(where: { isOpen(leaf, $0) }) else { return }
        slacks.update(repeating: 0, count: lanes)
        workspace.addSlacks(of: target, to: slacks)
        losses.update(repeating: 0, count: plan.dimension * lanes)
        workspace.addLosses(of: target, widths: ends.widths, to: losses)
        for lane in regions.indices where isOpen(leaf, lane) {
            left[leaf][lane] = (0..<plan.dimension).map { losses[$0 * lanes + lane] }
            corners[leaf][lane] = workspace.corner(lane, rows: lanes, .ofEachRegion)
            if !curved.isEmpty { bend(leaf, lane, target) }
            cuts[leaf][lane] = cut(regions[lane]) { [left, workspace, ends] coordinate in
                let span = ends.widths[coordinate * lanes + lane] * workspace.influence(coordinate, lane)
                return left[leaf][lane][coordinate] + 0.1 * span
            }
            // Rounding must not be what is left in the end.
            renewals[leaf][lane] = slacks[lane] > 0.5 * bounds[leaf][lane].magnitude ? .all : .open
        }
    }

    /// Of a large region alone, which many are part of: where tangents touch is worth more than the time it takes.
    private func moveTangents(_ leaf: Int, _ target: Int) {
        guard tangents == .moved, workspace.hasTangents(target) else { return }
        var touches: [Int: [Double]] = [:]
        for step in 0..<Self.tangentSteps {
            guard isOpen(leaf, 0), !isHalted() else { return }
            workspace.evaluate(to: target, rows: 1, .ofEachRegion, relaxation: nil)
            workspace.moveTangents(of: target, share: 2 / Double(step + 3), &touches)
            workspace.seed(target, rows: 1, element: { _ in 0 }, sign: { _ in 1 })
            workspace.propagate(from: target, rows: 1, .ofEachRegion)
            bounds[leaf][0] = max(bounds[leaf][0], workspace.bound(0, .ofEachRegion))
        }
    }

    private static let tangentSteps = 24

    /// The order of numbers is worth a look in large regions, and where a bound is all but 0: what neither shows is cut first.
    private func mayBeInOrder(_ region: Region, _ bound: Double) -> Bool { region.depth < 6 || bound > -1e-6 }

    private func isOpen(_ leaf: Int, _ lane: Int) -> Bool { !leaves[leaf].holds(from: bounds[leaf][lane]) }

    /// Takes the products of a leaf together.
    private func bend(_ leaf: Int, _ lane: Int, _ target: Int) {
        var unknown = [Double](repeating: 0, count: plan.dimension)
        workspace.quadraticBound(of: target, lane, &curved[leaf][lane], losses: &unknown)
        guard curved[leaf][lane].isCurved else { return }
        let (bound, _, lost) = curved[leaf][lane].least()
        bounds[leaf][lane] = max(bounds[leaf][lane], bound)
        for at in unknown.indices { left[leaf][lane][at] += unknown[at] + lost[at] }
    }

    /// Bounds a leaf together with one that may hold in its stead.
    private func mix(_ leaf: Int, _ other: Int, _ lane: Int, _ region: Region) {
        let (own, others) = (bounds[leaf][lane], bounds[other][lane])
        guard own < 0, others < 0, own.isFinite, others.isFinite else { return }
        guard curved[leaf][lane].isCurved || curved[other][lane].isCurved else { return }
        let mixture = Mixture((curved[leaf][lane], own), (curved[other][lane], others))
        guard mixture.bound > -1 else { return }
        bounds[leaf][lane] = mixture.bound > 0 ? .infinity : mixture.bound * own.magnitude
        if mixture.bound > 0 { isSharp = true }
        cuts[leaf][lane] = cut(region) { [left, curved] at in
            func worth(_ leaf: Int) -> Double { left[leaf][lane][at] + 0.2 * curved[leaf][lane].linear[at].magnitude }
            return mixture.weights.first * worth(leaf) + mixture.weights.second * worth(other)
        }
    }

    /// The coordinate whose halving should raise the bound most: what relaxation loses on its account, and a share of what
    /// the linear bound itself spans over it.
    private func cut(_ region: Region, worth: (_ coordinate: Int) -> Double) -> Int {
        var (best, greatest) = (-1, -Double.infinity)
        for coordinate in 0..<plan.dimension where region.isOpen(coordinate) && varying.contains(coordinate) {
            // What names things is no scale: it is settled first.
            if space.kinds[coordinate] == .category { return coordinate }
            let score = worth(coordinate) + 1e-12 * (region.upper[coordinate] - region.lower[coordinate])
            if score > greatest { (best, greatest) = (coordinate, score) }
        }
        return best
    }

    /// Where one of several leaves has to hold, the nearest to it may ask for the same coordinate for ever: it holds up to a
    /// point, at which another one does that hangs on other coordinates. So none falls behind too far.
    private func fair(_ chosen: Int, in region: Region) -> Int {
        guard chosen >= 0, leaves.count > 1, space.kinds[chosen] != .category else { return chosen }
        var (widest, share) = (chosen, Self.farthestBehind * width(chosen, of: region))
        for coordinate in varying where space.kinds[coordinate] != .category && region.isOpen(coordinate) {
            let own = width(coordinate, of: region)
            if own > share || (own == share && coordinate < widest) { (widest, share) = (coordinate, own) }
        }
        return widest
    }

    /// How many times as wide another coordinate may be. Much less, and regions are cut that what is near would not ask for.
    private static let farthestBehind = 0x1p10

    /// As a share of the domain's.
    private func width(_ coordinate: Int, of region: Region) -> Double {
        let whole = space.boxes.reduce(0) { max($0, $1.upper[coordinate] - $1.lower[coordinate]) }
        return whole > 0 ? (region.upper[coordinate] - region.lower[coordinate]) / whole : 0
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
        let coordinate = fair(cuts[leaf][lane], in: region)
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
