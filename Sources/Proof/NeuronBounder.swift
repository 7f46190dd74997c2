import Search
import Tensors

/// Bounds one scalar in up to 64 parts of a domain at once, each with signs of inner values given, and cuts what is left by
/// one more sign (beta-CROWN, Wang et al., "Beta-CROWN: Efficient Bound Propagation with Per-neuron Split Constraints for
/// Neural Network Robustness Verification", 2021). Belongs to one thread.
final class NeuronBounder: Bounder, @unchecked Sendable {
    /// How many signs are tried before one is settled: a good choice saves far more regions than it costs.
    private static let looks = 16
    /// Steps upward in each region, which starts from the slopes and multipliers of the one that it is part of.
    private static let ascents = 10
    /// The same where nothing is left to be settled, and the linear program is too large to be solved: entries of its table.
    private static let lastAscents = 500
    private static let greatestProgram = 1 << 15
    /// So few that bounding them anew costs little.
    static let fewNeurons = 64

    private let leaf: Claim.Leaf
    private let target, dimension: Int
    private let workspace: BoundWorkspace
    private let relaxation: Relaxation
    private let ends: RegionEnds
    private var bounds: [Double]
    /// Per region what showed the leaf, where it is written down.
    private let isRecorded: Bool
    private let isHalted: () -> Bool
    /// Inner values are bounded anew where that costs little, and nobody has to follow it.
    private let renewal: BoundWorkspace.Renewal
    private var hints: [SignHints?] = []

    /// `target` is the node of the plan that the leaf speaks of.
    init(
        _ plan: BoundPlan, _ leaf: Claim.Leaf, _ target: Int, regions: Int, isRecorded: Bool,
        isHalted: @escaping () -> Bool = { false }
    ) {
        self.isHalted = isHalted
        self.leaf = leaf
        (self.target, dimension) = (target, plan.dimension)
        self.isRecorded = isRecorded
        renewal = plan.neuronCount <= Self.fewNeurons && !isRecorded ? .open : .none
        workspace = BoundWorkspace(plan, regions: regions)
        relaxation = Relaxation(plan)
        ends = RegionEnds(plan.dimension, lanes: regions)
        bounds = Array(repeating: -.infinity, count: regions)
    }

    func bound(_ regions: [Region]) -> Bounding {
        let lanes = workspace.regions
        ends.load(regions)
        workspace.load(lower: ends.lower, upper: ends.upper)
        workspace.bound(known: regions.map(\.known), signs: regions.map(\.signs), renewal)
        relaxation.reset(workspace, rows: lanes, .ofEachRegion)
        for (lane, region) in regions.enumerated() {
            if !region.slopes.isEmpty { relaxation.resume(lane, rows: lanes, region.slopes, workspace) }
            relaxation.constrain(lane, rows: lanes, region.signs, multipliers: region.multipliers)
        }
        ascend(regions)
        return result(regions)
    }

    private func ascend(_ regions: [Region]) {
        let lanes = workspace.regions
        for lane in 0..<lanes { bounds[lane] = -.infinity }
        hints = Array(repeating: nil, count: lanes)
        for ascent in 0...NeuronBounder.ascents {
            boundAgain(regions.indices)
            if isRecorded { noteHints(regions) }
            guard ascent < NeuronBounder.ascents, !isHalted(), !regions.indices.allSatisfy(isSettled) else { return }
            workspace.evaluate(to: target, rows: lanes, .ofEachRegion, relaxation: relaxation)
            let decay = NeuronBounder.decay(ascent)
            relaxation.ascend(
                workspace, from: target, rows: lanes, .ofEachRegion, slopeRate: 0.1 * decay,
                multiplierRate: 0.1 * decay)
        }
    }

    /// Where every sign is settled, what is left is a linear program, whose multipliers show the leaf, or whose point contradicts it: such
    /// points. Large ones are climbed step by step, until the leaf is shown.
    private func finish(_ left: [Int], _ regions: [Region]) -> [[Double]] {
        guard !left.isEmpty, !isHalted() else { return [] }
        var points: [[Double]] = []
        for lane in left where isSolvable(regions[lane]) {
            let solution = Self.settled(regions[lane], lane, target: target, workspace)
            relaxation.constrain(
                lane, rows: workspace.regions, regions[lane].signs,
                multipliers: solution.multipliers.map { Float($0) })
            if let point = solution.point { points.append(point) }
        }
        boundAgain(left)
        if isRecorded {
            noteHints(regions)
        } else {
            climb(left, regions)
        }
        return points
    }

    private func isSolvable(_ region: Region) -> Bool { region.signs.count * dimension <= Self.greatestProgram }

    /// Bounds with the slopes and multipliers as they are.
    private func boundAgain(_ lanes: some Sequence<Int>) {
        let rows = workspace.regions
        workspace.seed(target, rows: rows, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: target, rows: rows, .ofEachRegion, relaxation: relaxation)
        for lane in lanes { bounds[lane] = max(bounds[lane], workspace.bound(lane, .ofEachRegion)) }
    }

    private func climb(_ left: [Int], _ regions: [Region]) {
        let lanes = workspace.regions
        for _ in 0..<NeuronBounder.lastAscents {
            let open = left.filter { !isSettled($0) && !isSolvable(regions[$0]) }
            if open.isEmpty || isHalted() { return }
            workspace.evaluate(to: target, rows: lanes, .ofEachRegion, relaxation: relaxation)
            for lane in open {
                relaxation.climb(
                    workspace, lane, rows: lanes, regions[lane].signs, from: workspace.bound(lane, .ofEachRegion))
            }
            boundAgain(left)
        }
    }

    private func noteHints(_ regions: [Region]) {
        let lanes = workspace.regions
        for lane in regions.indices where hints[lane] == nil && isSettled(lane) {
            let signs = regions[lane].signs
            hints[lane] = SignHints(
                slopes: relaxation.freeSlopes(lane, rows: lanes, workspace),
                multipliers: Array(zip(signs, relaxation.multipliers(lane, rows: lanes, signs))))
        }
    }

    private static func decay(_ step: Int) -> Double { (0..<step).reduce(1) { rate, _ in rate * 0.98 } }

    private func isSettled(_ lane: Int) -> Bool {
        leaf.holds(from: bounds[lane]) || workspace.vacuous.contains(lane)
    }

    private func result(_ regions: [Region]) -> Bounding {
        var result = Bounding()
        let open = regions.indices.filter { !isSettled($0) }
        if !open.isEmpty {
            // Signs are chosen with care, which takes as long as all else.
            if isHalted() { return .halted }
            let lanes = workspace.regions
            for lane in open { result.candidates.append(workspace.corner(lane, rows: lanes, .ofEachRegion)) }
            let choices = choices(open)
            result.candidates += finish(open.filter { choices[$0] == nil }, regions)
            for lane in open where !isSettled(lane) { part(regions[lane], lane, by: choices[lane], &result) }
        }
        for (lane, region) in regions.enumerated() {
            if let hints = hints[lane] { result.shown.append((region.node, hints)) }
        }
        return result
    }

    /// Cuts a region by a sign.
    private func part(_ region: Region, _ lane: Int, by sign: NeuronSign?, _ result: inout Bounding) {
        guard let sign else {
            result.impasse = isHalted() ? "time is up" : "every sign is settled, and the bound is \(bounds[lane])"
            return
        }
        var parent = region
        parent.bound = bounds[lane]
        parent.slopes = relaxation.slopes(lane, rows: workspace.regions)
        parent.multipliers = relaxation.multipliers(lane, rows: workspace.regions, parent.signs)
        if renewal != .none { parent.known = workspace.known(lane) }
        let (first, second) = parent.halves(by: sign)
        result.regions += [first, second]
        result.split.append((parent.node, sign))
    }

    /// The sign to be settled next in each open region: of a few that look best, the one whose worse half is bounded best
    /// without further ado (filtered smart branching, De Palma et al., "Improved Branch and Bound for Neural Network
    /// Verification via Lagrangian Decomposition", 2021).
    private func choices(_ open: [Int]) -> [NeuronSign?] {
        let promising = workspace.openNeurons(of: target, relaxation: relaxation, count: NeuronBounder.looks)
        var choices = [NeuronSign?](repeating: nil, count: workspace.regions)
        var best = [Double](repeating: -.infinity, count: workspace.regions)
        for look in 0..<NeuronBounder.looks {
            let signs = promising.enumerated().map { lane, signs in
                look < signs.count && open.contains(lane) ? signs[look] : nil
            }
            guard !isHalted(), signs.contains(where: { $0 != nil }) else { break }
            let halves = [true, false].map { isPositive in
                workspace.bounds(
                    of: target, relaxation: relaxation,
                    settling: signs.map { sign in
                        sign.map { NeuronSign(node: $0.node, element: $0.element, isPositive: isPositive) }
                    })
            }
            for (lane, sign) in signs.enumerated() {
                guard let sign else { continue }
                let worse = min(halves[0][lane], halves[1][lane])
                guard choices[lane] == nil || worse > best[lane] else { continue }
                (choices[lane], best[lane]) = (sign, worse)
            }
        }
        return choices
    }
}
