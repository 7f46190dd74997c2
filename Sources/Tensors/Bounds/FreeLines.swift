/// Lines of smooth curves whose slopes are free, per region: what makes a bound as high as it can be where inputs of curves lie
/// between thresholds.
///
/// For each slope the line that is as high as it can be over the interval gives a bound. Over an interval that thresholds made
/// narrower, steep lines do what multipliers of the constraint do for max(x, 0): the bound is that of the problem in which
/// the curves' inputs are numbers of their own, tied to the coordinates by multipliers, which are the slopes.
package final class FreeLines {
    /// What belongs to one curve node, `[element][region]`.
    private struct Part {
        let node: Int
        let curve: BoundPlan.CurveNode
        let smooth: any Smooth
        var lines: [Lines]
        /// Where each line is nearest to the curve.
        var touches: [(lower: Double, upper: Double)]
        /// The greatest magnitude of the curve, and how much its slope changes with its input.
        var sizes, bends: [Double]
        /// Where the input lies where bounds are attained, on average, the last steps first.
        var means: [Double]
    }

    private let plan: BoundPlan
    private let workspace: BoundWorkspace
    private var parts: [Part] = []

    /// Of all smooth curves that a target depends on.
    package init(_ workspace: BoundWorkspace, of target: Int) {
        (self.workspace, plan) = (workspace, workspace.plan)
        for index in plan.cones[target]?.nodes ?? [] {
            guard case .curve(let curve) = plan.nodes[index].kind, let smooth = curve.kind.smooth else { continue }
            let count = plan.nodes[index].count * workspace.regions
            let none = [Double](repeating: 0, count: count)
            parts.append(
                Part(
                    node: index, curve: curve, smooth: smooth,
                    lines: Array(
                        repeating: Lines(lowerSlope: 0, lowerIntercept: 0, upperSlope: 0, upperIntercept: 0),
                        count: count),
                    touches: Array(repeating: (0, 0), count: count), sizes: none, bends: none, means: none))
        }
    }

    /// How many slopes a region has.
    private var count: Int { parts.reduce(0) { $0 + 2 * plan.nodes[$1.node].count } }

    /// The slopes of one region.
    package func slopes(_ lane: Int) -> [Float] {
        var kept: [Float] = []
        kept.reserveCapacity(count)
        for part in parts {
            for place in stride(from: lane, to: part.lines.count, by: workspace.regions) {
                kept += [Float(part.lines[place].lowerSlope), Float(part.lines[place].upperSlope)]
            }
        }
        return kept
    }

    /// Draws every line, after `bound`: with the slopes that were kept of each region, or with those that are there.
    package func draw(_ kept: [[Float]]) {
        for at in parts.indices {
            let first = 2 * parts[..<at].reduce(0) { $0 + plan.nodes[$1.node].count }
            switch plan.nodes[parts[at].node].storage {
            case .float32: draw(&parts[at], first, kept, as: Float.self)
            case .float64: draw(&parts[at], first, kept, as: Double.self)
            }
        }
    }

    private func draw<Number: Coefficient>(_ part: inout Part, _ first: Int, _ kept: [[Float]], as: Number.Type) {
        let from = workspace.memory[plan.nodes[part.node].inputs[0]]
        guard let own = written(part, as: Number.self) else { return }
        for place in part.lines.indices {
            let (element, lane) = place.quotientAndRemainder(dividingBy: workspace.regions)
            let (lower, upper) = (from.lower[place], from.upper[place])
            let range = part.curve.kind.range(lower: lower, upper: upper)
            part.sizes[place] = max(range.lower.magnitude, range.upper.magnitude)
            part.means[place] = lower / 2 + upper / 2
            part.bends[place] = 0
            // What is not known, or does not bend, keeps its lines.
            guard lower < upper, part.sizes[place].isFinite else { continue }
            let inclines = [lower, lower / 2 + upper / 2, upper].map(part.smooth.slope)
            let bend = (inclines.reduce(inclines[0], max) - inclines.reduce(inclines[0], min)) / (upper - lower)
            guard bend.isFinite, bend > 0 else { continue }
            part.bends[place] = bend
            let slopes = kept.isEmpty ? [] : kept[min(lane, kept.count - 1)]
            var asked = (lower: Double(own.slopes.0[place]), upper: Double(own.slopes.1[place]))
            if !slopes.isEmpty {
                asked = (Double(slopes[first + 2 * element]), Double(slopes[first + 2 * element + 1]))
            }
            move(&part, place, (lower, upper), asked)
            write(part, place, (lower, upper), own)
        }
    }

    private typealias Written<Number> = (
        slopes: (UnsafeMutablePointer<Number>, UnsafeMutablePointer<Number>),
        offsets: (UnsafeMutablePointer<Number>, UnsafeMutablePointer<Number>)
    )

    private func written<Number: Coefficient>(_ part: Part, as: Number.Type) -> Written<Number>? {
        let own = workspace.memory[part.node]
        guard let slopes = own.slopes, let offsets = own.offsets else { return nil }
        func numbers(_ raw: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Number> {
            raw.assumingMemoryBound(to: Number.self)
        }
        return ((numbers(slopes.lower), numbers(slopes.upper)), (numbers(offsets.lower), numbers(offsets.upper)))
    }

    /// Finds lines of the slopes that are asked for; of no slope where one is not finite.
    private func move(
        _ part: inout Part, _ place: Int, _ ends: (lower: Double, upper: Double),
        _ asked: (lower: Double?, upper: Double?)
    ) {
        if let slope = asked.lower, slope.isFinite {
            let (line, touch) = part.smooth.lineBelow(slope: slope, ends.lower, ends.upper)
            (part.lines[place].lowerSlope, part.lines[place].lowerIntercept) = (line.slope, line.intercept)
            part.touches[place].lower = touch
        }
        if let slope = asked.upper, slope.isFinite {
            let (line, touch) = part.smooth.lineAbove(slope: slope, ends.lower, ends.upper)
            (part.lines[place].upperSlope, part.lines[place].upperIntercept) = (line.slope, line.intercept)
            part.touches[place].upper = touch
        }
    }

    private func write<Number: Coefficient>(
        _ part: Part, _ place: Int, _ ends: (lower: Double, upper: Double), _ own: Written<Number>
    ) {
        workspace.write(
            part.lines[place], of: part.curve, part.sizes[place], own, place,
            reach: max(ends.lower.magnitude, ends.upper.magnitude))
    }

    /// One step towards a bound of 0 in each region, after `propagate` and `evaluate`: each slope along the derivative of the bound, scaled
    /// by how much the curve bends, as far as would be enough if the bound went on as it does there (Polyak's step).
    package func ascend(_ bounds: [Double]) {
        var lengths = [Double](repeating: 0, count: workspace.regions)
        for part in parts {
            forEach(part) { place, lane, weight, distance in
                lengths[lane] += weight.magnitude * distance * distance * part.bends[place]
            }
        }
        let steps = bounds.indices.map { lane -> Double in
            let step = (max(-bounds[lane], 0) + 1e-3 * bounds[lane].magnitude) / lengths[lane]
            return step.isFinite ? step : 0
        }
        for at in parts.indices {
            switch plan.nodes[parts[at].node].storage {
            case .float32: ascend(&parts[at], steps, as: Float.self)
            case .float64: ascend(&parts[at], steps, as: Double.self)
            }
        }
    }

    private func ascend<Number: Coefficient>(_ part: inout Part, _ steps: [Double], as: Number.Type) {
        guard let own = written(part, as: Number.self) else { return }
        let input = plan.nodes[part.node].inputs[0]
        let from = workspace.memory[input]
        let attained = workspace.values[input].assumingMemoryBound(to: Number.self)
        let before = part
        forEach(before) { place, lane, weight, distance in
            let ends = (lower: from.lower[place], upper: from.upper[place])
            part.means[place] += 0.1 * (Double(attained[place]) - part.means[place])
            let change = steps[lane] * (weight > 0 ? distance : -distance) * part.bends[place]
            guard change != 0 else { return }
            let line = part.lines[place]
            move(
                &part, place, ends,
                weight > 0 ? (line.lowerSlope + change, nil) : (nil, line.upperSlope + change))
            write(part, place, ends, own)
        }
    }

    /// The elements that bend, with what they count for and how far from where its line touches each curve's input is.
    private func forEach(
        _ part: Part, _ body: (_ place: Int, _ lane: Int, _ weight: Double, _ distance: Double) -> Void
    ) {
        let input = plan.nodes[part.node].inputs[0]
        for place in part.lines.indices where part.bends[place] > 0 {
            let weight = workspace.coefficient(part.node, place)
            guard weight != 0 else { continue }
            let attained =
                switch plan.nodes[part.node].storage {
                case .float32: Double(workspace.values[input].assumingMemoryBound(to: Float.self)[place])
                case .float64: workspace.values[input].assumingMemoryBound(to: Double.self)[place]
                }
            let touch = weight > 0 ? part.touches[place].lower : part.touches[place].upper
            guard attained.isFinite else { continue }
            body(place, place % workspace.regions, weight, attained - touch)
        }
    }

    /// Where a region should be cut in two: at the input of the curve that is farthest from its line, as the target weighs it.
    package func threshold(_ lane: Int) -> NeuronSign? {
        var (best, greatest): (NeuronSign?, Double) = (nil, 0)
        for part in parts {
            let from = workspace.memory[plan.nodes[part.node].inputs[0]]
            for place in stride(from: lane, to: part.lines.count, by: workspace.regions) where part.bends[place] > 0 {
                let (lower, upper) = (from.lower[place], from.upper[place])
                let (line, weight) = (part.lines[place], workspace.coefficient(part.node, place))
                let at = min(max(part.means[place], lower), upper)
                let value = part.smooth.value(at)
                let gap =
                    weight > 0
                    ? value - (line.lowerSlope * at + line.lowerIntercept)
                    : line.upperSlope * at + line.upperIntercept - value
                guard weight.magnitude * gap > greatest else { continue }
                let margin = 0.2 * (upper - lower)
                let threshold = min(max(at, lower + margin), upper - margin)
                guard lower < threshold, threshold < upper else { continue }
                greatest = weight.magnitude * gap
                best = NeuronSign(
                    node: BoundPlan.root(plan.nodes[part.node].inputs[0], plan.nodes),
                    element: place / workspace.regions,
                    isPositive: true, threshold: threshold)
            }
        }
        return best
    }
}
