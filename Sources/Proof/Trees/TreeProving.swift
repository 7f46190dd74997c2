import Certificates
import Search
import Tensors

/// Claims about trees, which have neither slopes nor signs: what is open there is which side of which thresholds a point is on.
extension Prover {
    /// The same where the claim is about trees alone, which costs no more than a search of them; else undecided at once.
    package func proveTrees(recording tree: inout ProofTree?) -> Outcome {
        recording(&tree) { run in
            trivial(run) ?? showTrees(run) ?? .undecided("it does not speak of trees alone", run.effort)
        }
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
