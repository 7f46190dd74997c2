import Tensors

/// Bounds a whole box once, with as much effort as is in proportion: what its parts start from.
final class RootBounder {
    private let plan: BoundPlan
    private let leaves: [Claim.Leaf]
    private let ordering: Ordering
    private let workspace: BoundWorkspace
    private let isOver: () -> Bool

    /// Steps upward for each bound of an inner value, at most: as many as take so many products altogether.
    private static let greatestAscents = 12
    private static let greatestWork = 1.2e11
    /// Steps upward for each leaf.
    private static let leafAscents = 20

    /// Where time is up, what is left is bounded by intervals.
    init(_ goal: Goal, workers: Int, crew: @escaping BoundWorkspace.Crew, isOver: @escaping () -> Bool) {
        self.isOver = isOver
        (plan, leaves, ordering) = (goal.plan, goal.leaves, goal.makeOrdering())
        workspace = BoundWorkspace(plan, regions: 1)
        workspace.isHalted = isOver
        workspace.engage(workers, crew)
    }

    /// Bounds of inner values, and of each leaf. Inner values are bounded plainly first; where that does not show all leaves, with slopes
    /// optimised for each.
    func bound(_ box: Region) -> (known: KnownBounds, bounds: [Double]) {
        workspace.load(lower: box.lower, upper: box.upper)
        workspace.ascents = 0
        workspace.bound(known: [])
        let order = leaves.indices.map { ordering.shows($0, 0, of: workspace) ? Double.infinity : -.infinity }
        let bounds = bounds(above: order)
        workspace.ascents = min(Self.greatestAscents, affordableAscents)
        guard leaves.indices.contains(where: { !leaves[$0].holds(from: bounds[$0]) }), workspace.ascents > 0, !isOver()
        else { return (workspace.known(0), bounds) }
        workspace.bound(known: [workspace.known(0)])
        return (workspace.known(0), self.bounds(above: bounds))
    }

    /// What the plan comes down to in the box that was bounded last, for some of the leaves; nil where it does not.
    func reduced(to leaves: [Int]) -> Reduction? { workspace.reduced(to: leaves.map { plan.targets[$0] }) }

    /// A step takes about twice as long as one bound: there and back.
    private var affordableAscents: Int {
        let work = plan.pivots.reduce(0) { $0 + 2 * Double(workspace.openCount(of: $1)) * plan.work(from: $1) }
        return work > 0 ? Int(max(0, min(1e3, (Self.greatestWork / work - 1) / 2))) : 0
    }

    private func bounds(above known: [Double]) -> [Double] {
        let open = leaves.indices.filter { !leaves[$0].holds(from: known[$0]) }
        let table = ResultTable(open.count, -Double.infinity)
        workspace.share(open.count) { [self] workspace, part in
            table[part] = best(plan.targets[open[part]].index, in: workspace) {
                leaves[open[part]].holds(from: $0) || isOver()
            }
        }
        var bounds = known
        for (leaf, bound) in zip(open, table.all) { bounds[leaf] = max(known[leaf], bound) }
        return bounds
    }

    private func best(_ target: Int, in workspace: BoundWorkspace, until isEnough: (Double) -> Bool) -> Double {
        var best = workspace.lower(target, 0)
        let relaxation = workspace.relaxation()
        relaxation.reset(workspace, rows: 1, .ofEachRegion)
        for _ in 0..<(relaxation.freeCount > 0 ? Self.leafAscents : 1) {
            workspace.seed(target, rows: 1, element: { _ in 0 }, sign: { _ in 1 })
            workspace.propagate(from: target, rows: 1, .ofEachRegion, relaxation: relaxation)
            best = max(best, workspace.bound(0, .ofEachRegion))
            if isEnough(best) { break }
            workspace.evaluate(to: target, rows: 1, .ofEachRegion, relaxation: relaxation)
            relaxation.ascend(
                workspace, from: target, rows: 1, .ofEachRegion, slopeRate: 0.1, multiplierRate: 0)
        }
        return best
    }
}
