import Tensors

/// Bounds one scalar in up to 64 parts of a domain at once, each told by thresholds that inputs of smooth curves do not pass, and
/// cuts what is left at one more (Shi et al., "Neural Network Verification with Branch-and-Bound for General Nonlinearities", 2024).
/// Belongs to one thread.
final class ThresholdBounder: Bounder, @unchecked Sendable {
    /// Steps upward in each region, which starts from the slopes of the one that it is part of; the first has far to go.
    private static let ascents = (alone: 120, amongMany: 30)

    private let leaf: Claim.Leaf
    private let target: Int
    private let workspace: BoundWorkspace
    private let lines: FreeLines
    private let ends: RegionEnds
    private var bounds: [Double]
    private var best: [[Float]]
    private let isHalted: () -> Bool

    /// `target` is the node of the plan that the leaf speaks of.
    init(
        _ plan: BoundPlan, _ leaf: Claim.Leaf, _ target: Int, regions: Int, isHalted: @escaping () -> Bool = { false }
    ) {
        (self.leaf, self.target, self.isHalted) = (leaf, target, isHalted)
        workspace = BoundWorkspace(plan, regions: regions)
        lines = FreeLines(workspace, of: target)
        ends = RegionEnds(plan.dimension, lanes: regions)
        bounds = Array(repeating: -.infinity, count: regions)
        best = Array(repeating: [], count: regions)
    }

    func bound(_ regions: [Region]) -> Bounding {
        ends.load(regions)
        workspace.load(lower: ends.lower, upper: ends.upper)
        workspace.bound(known: regions.map(\.known), signs: regions.map(\.signs), .none)
        lines.draw(regions[0].lines.isEmpty ? [] : regions.map(\.lines))
        ascend(regions)
        return result(regions)
    }

    private func ascend(_ regions: [Region]) {
        let lanes = workspace.regions
        for lane in 0..<lanes { bounds[lane] = -.infinity }
        let ascents = lanes == 1 ? Self.ascents.alone : Self.ascents.amongMany
        for ascent in 0...ascents {
            workspace.seed(target, rows: lanes, element: { _ in 0 }, sign: { _ in 1 })
            workspace.propagate(from: target, rows: lanes, .ofEachRegion)
            let found = (0..<lanes).map { workspace.bound($0, .ofEachRegion) }
            for lane in regions.indices where found[lane] > bounds[lane] || ascent == 0 {
                bounds[lane] = found[lane]
                if !isSettled(lane) { best[lane] = lines.slopes(lane) }
            }
            guard ascent < ascents, !isHalted(), !regions.indices.allSatisfy(isSettled) else { return }
            workspace.evaluate(to: target, rows: lanes, .ofEachRegion, relaxation: nil)
            lines.ascend(found)
        }
    }

    private func isSettled(_ lane: Int) -> Bool {
        leaf.holds(from: bounds[lane]) || workspace.vacuous.contains(lane)
    }

    private func result(_ regions: [Region]) -> Bounding {
        var result = Bounding()
        let lanes = workspace.regions
        for (lane, region) in regions.enumerated() where !isSettled(lane) {
            result.candidates.append(workspace.corner(lane, rows: lanes, .ofEachRegion))
            guard let sign = lines.threshold(lane) else {
                result.impasse = "no curve is left to be cut, and the bound is \(bounds[lane])"
                continue
            }
            var parent = region
            parent.bound = bounds[lane]
            parent.lines = best[lane]
            let (first, second) = parent.halves(by: sign)
            result.regions += [first, second]
        }
        return result
    }
}
