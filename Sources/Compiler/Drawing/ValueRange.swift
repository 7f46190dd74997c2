import Tensors

extension Graph {
    /// Between which numbers a scalar lies over a box of the inputs, rounding included, by intervals; nil where bounds are not
    /// known, or not finite.
    func range(of value: Value, lower: [Double], upper: [Double]) -> ClosedRange<Double>? {
        var graph = self
        guard let negated = try? graph.add(Unary(.negate), [value]),
            let decomposition = try? Decomposition(graph, wanted: [value, negated])
        else { return nil }
        let targets = [value, negated].compactMap { decomposition.image(of: $0) }
        guard targets.count == 2, let plan = try? BoundPlan(decomposition, targets: targets) else { return nil }
        let workspace = BoundWorkspace(plan, regions: 1)
        workspace.load(lower: lower, upper: upper)
        workspace.bound(known: [], .none)
        let (low, high) = (workspace.lower(targets[0].index, 0), -workspace.lower(targets[1].index, 0))
        return low.isFinite && high.isFinite && low <= high ? low...high : nil
    }
}
