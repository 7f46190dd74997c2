import Search
import Tensors

/// Claims about trees, which have neither slopes nor signs: what is open there is which side of which thresholds a point is on.
extension Prover {
    /// Whether the claim is about trees alone, as far as the first region of the domain tells: then a proof is the best search as well.
    package var speaksOfTrees: Bool {
        guard graph.hasTrees, let first = space.boxes.first else { return false }
        var region = Region(lower: first.lower, upper: first.upper)
        for place in space.kinds.indices where space.kinds[place] == .category {
            region.upper[place] = region.lower[place]
        }
        return (try? treeReading(in: region) { false }) ?? nil != nil
    }

    /// Shows the claim in all of the domain; nil where it does not speak of trees alone, or cells do not decide.
    func showTrees(_ run: Run) -> Outcome? {
        guard graph.hasTrees else { return nil }
        let tree = run.tree
        guard let named = named(run.boxes, whole.varying, &run.tree) else { return nil }
        // The checker of certificates adds trees in any order, so its bounds are not these.
        run.tree?.isSharp = true
        for region in named {
            if let halted = run.halted { return halted }
            guard let reading = (try? treeReading(in: region) { run.isOver }) ?? nil,
                let outcome = TreeSearch(reading, region, space, isViolation: { violation([$0]) != nil }).prove(run)
            else {
                run.tree = tree
                return nil
            }
            guard case .proved = outcome else { return outcome }
        }
        return .proved(run.effort)
    }

    private func treeReading(in region: Region, isOver: @escaping () -> Bool) throws(ShapeError) -> TreeClaimReading? {
        try TreeClaimReading(margin, in: graph, region, space, isOver: isOver)
    }
}
