import Search
import Tensors

/// Claims about trees, which have neither slopes nor signs: what is open there is which side of which thresholds a point is on.
extension Prover {
    /// Shows a goal in some boxes; nil where it does not speak of trees alone, or cells do not decide.
    func showTrees(_ run: Run, _ boxes: [Region]) -> Outcome? {
        guard let reading = run.goal.treeReading(space, isOver: { run.isOver }) else { return nil }
        guard let named = named(boxes, run.goal.varying, &run.tree) else { return nil }
        let tree = run.tree
        for region in named {
            if let halted = run.halted { return halted }
            guard let claim = (try? reading.read(in: region)) ?? nil,
                let outcome = TreeSearch(
                    claim, reading, region, space, isViolation: { [self] in violation([$0]) != nil }
                ).prove(run)
            else {
                run.tree = tree
                return nil
            }
            guard case .proved = outcome else { return outcome }
        }
        return .proved(run.effort)
    }
}
