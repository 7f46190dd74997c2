import Tensors

/// Bounds a whole box once, with all effort: what its parts start from.
struct RootBounder {
    private let plan: BoundPlan
    private let leaves: [Claim.Leaf]
    private let ordering: Ordering
    private let workspace: BoundWorkspace
    private let relaxation: Relaxation
    private let isOver: () -> Bool

    /// Where time is up, what is left is bounded by intervals.
    init(_ goal: Goal, isOver: @escaping () -> Bool) {
        self.isOver = isOver
        (plan, leaves, ordering) = (goal.plan, goal.leaves, goal.makeOrdering())
        workspace = BoundWorkspace(plan, regions: 1)
        workspace.ascents = 12
        workspace.isHalted = isOver
        relaxation = Relaxation(plan)
    }

    /// Bounds of inner values, and of each leaf.
    func bound(_ box: Region) -> (known: KnownBounds, bounds: [Double]) {
        workspace.load(lower: box.lower, upper: box.upper)
        workspace.bound(known: [])
        let bounds = leaves.indices.map { leaf in
            ordering.shows(leaf, 0, of: workspace)
                ? .infinity : best(plan.targets[leaf].index) { leaves[leaf].holds(from: $0) || isOver() }
        }
        return (workspace.known(0), bounds)
    }

    /// What the plan comes down to in the box that was bounded last, for some of the leaves; nil where it does not.
    func reduced(to leaves: [Int]) -> Reduction? { workspace.reduced(to: leaves.map { plan.targets[$0] }) }

    private func best(_ target: Int, until isEnough: (Double) -> Bool) -> Double {
        var best = workspace.lower(target, 0)
        relaxation.reset(workspace, rows: 1, .ofEachRegion)
        for _ in 0..<20 {
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
