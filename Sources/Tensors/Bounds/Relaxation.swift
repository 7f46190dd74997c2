import Kernels

/// Free slopes of max(x, 0), and multipliers of constraints on its input, one of each per row: what makes a bound as high
/// as it can be (alpha-CROWN, Xu et al. 2021; beta-CROWN, Wang et al. 2021).
///
/// Every choice gives a bound. `ascend` moves them along the derivative of the bound, which is read off the values of the
/// relaxed graph at the point where the bound is attained.
package final class Relaxation {
    /// What belongs to one curve node: arrays `[element][row]` in its format.
    struct Part {
        let node: Int
        let slopes, slopeFirst, slopeSecond: UnsafeMutableRawPointer
        /// +1 where the input is known not to be negative, -1 where it is known not to be positive, else 0; for the node
        /// that is the curve's input.
        let input: Int
        let signs, multipliers, first, second: UnsafeMutableRawPointer
    }

    private(set) var parts: [Part] = []
    private var places: [Int: Int] = [:]
    private var inputs: [Int: Int] = [:]
    private let slab = Slab()
    private let plan: BoundPlan
    /// Whether any row has a constraint.
    package var isConstrained = false
    var steps = 0

    package init(_ plan: BoundPlan) {
        self.plan = plan
        for (index, node) in plan.nodes.enumerated() {
            guard case .curve(let curve) = node.kind, curve.kind == .relu else { continue }
            let bytes = node.count * BoundWorkspace.rows * node.storage.stride
            let input = BoundPlan.root(node.inputs[0], plan.nodes)
            // One constraint speaks of one node, whatever takes it.
            guard inputs[input] == nil else { continue }
            places[index] = parts.count
            // Joining a multiplier to a coefficient rounds it once more: linear nodes have room for that.
            if case .linear = plan.nodes[input].kind { inputs[input] = parts.count }
            parts.append(
                Part(
                    node: index, slopes: slab.take(bytes), slopeFirst: slab.take(bytes), slopeSecond: slab.take(bytes),
                    input: input, signs: slab.take(bytes), multipliers: slab.take(bytes), first: slab.take(bytes),
                    second: slab.take(bytes)))
        }
    }

    /// Starts from the slopes of the workspace's regions, without constraints.
    package func reset(_ workspace: BoundWorkspace, rows: Int, _ use: BoundWorkspace.Rows) {
        steps = 0
        isConstrained = false
        for part in parts {
            switch plan.nodes[part.node].storage {
            case .float32: reset(part, workspace, rows, use, as: Float.self)
            case .float64: reset(part, workspace, rows, use, as: Double.self)
            }
        }
    }

    private func reset<Number: Coefficient>(
        _ part: Part, _ workspace: BoundWorkspace, _ rows: Int, _ use: BoundWorkspace.Rows, as: Number.Type
    ) {
        let count = plan.nodes[part.node].count
        for array in [part.slopeFirst, part.slopeSecond, part.signs, part.multipliers, part.first, part.second] {
            array.initializeMemory(as: UInt8.self, repeating: 0, count: count * rows * MemoryLayout<Number>.stride)
        }
        guard let own = workspace.memory[part.node].slopes else { return }
        let band: Band<Number> = workspace.band(own, use)
        let slopes = part.slopes.assumingMemoryBound(to: Number.self)
        for element in 0..<count {
            for row in 0..<rows {
                slopes[element * rows + row] = band.lower[element * band.lowerRow + row * band.lowerStep]
            }
        }
    }

    /// Sets the constraints of one row, and their multipliers.
    package func constrain(_ row: Int, rows: Int, _ signs: [NeuronSign], multipliers: [Float]) {
        for (index, sign) in signs.enumerated() {
            guard let place = inputs[sign.node] else { continue }
            isConstrained = true
            let at = sign.element * rows + row
            set(parts[place].signs, sign.node, at, sign.isPositive ? 1 : -1)
            set(parts[place].multipliers, sign.node, at, index < multipliers.count ? Double(multipliers[index]) : 0)
        }
    }

    /// The multipliers of one row's constraints.
    package func multipliers(_ row: Int, rows: Int, _ signs: [NeuronSign]) -> [Float] {
        signs.map { sign in
            guard let place = inputs[sign.node] else { return 0 }
            return Float(number(parts[place].multipliers, sign.node, sign.element * rows + row))
        }
    }

    /// The curve that an input node's signs settle.
    func part(of input: Int) -> Part? { inputs[input].map { parts[$0] } }

    func slope(_ part: Part, _ place: Int) -> Double { number(part.slopes, part.node, place) }

    /// The slopes of one row that are free in its region, by what max(x, 0) takes.
    package func freeSlopes(
        _ row: Int, rows: Int, _ workspace: BoundWorkspace
    ) -> [(place: NeuronPlace, slope: Double)] {
        parts.flatMap { part -> [(place: NeuronPlace, slope: Double)] in
            let input = workspace.memory[part.input]
            return (0..<plan.nodes[part.node].count).compactMap { element in
                let place = element * workspace.regions + row
                guard input.crosses(place) else { return nil }
                return (NeuronPlace(node: part.input, element: element), slope(part, element * rows + row))
            }
        }
    }

    /// The free slopes of one row, in 255ths.
    package func slopes(_ row: Int, rows: Int) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(freeCount)
        for part in parts {
            for element in 0..<plan.nodes[part.node].count {
                let slope = number(part.slopes, part.node, element * rows + row)
                kept.append(UInt8(min(max(slope, 0), 1) * 255))
            }
        }
        return kept
    }

    /// Starts one row from slopes that were kept, where they are free still.
    package func resume(_ row: Int, rows: Int, _ kept: [UInt8], _ workspace: BoundWorkspace) {
        var next = 0
        for part in parts {
            for element in 0..<plan.nodes[part.node].count {
                defer { next += 1 }
                let input = workspace.memory[part.input]
                let place = element * workspace.regions + row
                guard input.crosses(place) else { continue }
                set(part.slopes, part.node, element * rows + row, Double(kept[next]) / 255)
            }
        }
    }

    private func set(_ raw: UnsafeMutableRawPointer, _ node: Int, _ place: Int, _ value: Double) {
        switch plan.nodes[node].storage {
        case .float32: raw.assumingMemoryBound(to: Float.self)[place] = Float(value)
        case .float64: raw.assumingMemoryBound(to: Double.self)[place] = value
        }
    }

    private func number(_ raw: UnsafeMutableRawPointer, _ node: Int, _ place: Int) -> Double {
        switch plan.nodes[node].storage {
        case .float32: Double(raw.assumingMemoryBound(to: Float.self)[place])
        case .float64: raw.assumingMemoryBound(to: Double.self)[place]
        }
    }

    /// The number of free slopes per row, all nodes together: the length of what `store` gives.
    package var freeCount: Int { parts.reduce(0) { $0 + plan.nodes[$1.node].count } }

    func slopes<Number: Coefficient>(_ node: Int, _ band: Band<Number>, rows: Int) -> Band<Number>? {
        guard let place = places[node] else { return nil }
        var own = band
        own.lower = UnsafePointer(parts[place].slopes.assumingMemoryBound(to: Number.self))
        (own.lowerRow, own.lowerStep) = (rows, 1)
        return own
    }

    /// Joins the constraints on a node to its coefficients.
    func constrain<Number: Coefficient>(_ node: Int, _ coefficients: UnsafeMutablePointer<Number>, rows: Int) {
        guard isConstrained, let place = inputs[node] else { return }
        Number.multipliersApply(
            plan.nodes[node].count, rows, parts[place].signs.assumingMemoryBound(to: Number.self),
            parts[place].multipliers.assumingMemoryBound(to: Number.self), coefficients)
    }

    /// One step upward, after `propagate` and `evaluate` with these slopes and multipliers.
    package func ascend(
        _ workspace: BoundWorkspace, from target: Int, rows: Int, _ use: BoundWorkspace.Rows, slopeRate: Double,
        multiplierRate: Double
    ) {
        guard let cone = plan.cones[target] else { return }
        steps += 1
        // The corrections of Adam for moments that start at zero.
        let first = 1 / (1 - Double.pow(0.9, steps))
        let second = 1 / (1 - Double.pow(0.999, steps))
        for part in parts where cone.contains(part.node) {
            let rates = (slope: slopeRate * first, multiplier: multiplierRate * first)
            switch plan.nodes[part.node].storage {
            case .float32: ascend(part, workspace, rows, use, rates, second, as: Float.self)
            case .float64: ascend(part, workspace, rows, use, rates, second, as: Double.self)
            }
        }
    }

    private func ascend<Number: Coefficient>(
        _ part: Part, _ workspace: BoundWorkspace, _ rows: Int, _ use: BoundWorkspace.Rows,
        _ rates: (slope: Double, multiplier: Double), _ correction: Double, as: Number.Type
    ) {
        func numbers(_ raw: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Number> {
            raw.assumingMemoryBound(to: Number.self)
        }
        guard let slopes = workspace.memory[part.node].slopes else { return }
        let (count, values) = (plan.nodes[part.node].count, numbers(workspace.values[part.input]))
        Number.slopesAscend(
            count, rows, numbers(workspace.memory[part.node].coefficients), values, workspace.band(slopes, use),
            numbers(part.slopes), (numbers(part.slopeFirst), numbers(part.slopeSecond)), rates.slope, correction)
        guard isConstrained else { return }
        Number.multipliersAscend(
            count, rows, numbers(part.signs), values, numbers(part.multipliers),
            (numbers(part.first), numbers(part.second)), rates.multiplier, correction)
    }
}

extension Relaxation {
    /// One step of one row's multipliers towards a bound of 0, after `propagate` and `evaluate`: each along the derivative of the bound, as
    /// far as would be enough if the bound went on as it does there (Polyak's step).
    package func climb(_ workspace: BoundWorkspace, _ row: Int, rows: Int, _ signs: [NeuronSign], from bound: Double) {
        let steepness = signs.map { sign -> Double in
            guard let place = inputs[sign.node] else { return 0 }
            let at = sign.element * rows + row
            let value = number(workspace.values[sign.node], sign.node, at)
            let derivative = sign.isPositive ? -value : value
            return derivative > 0 || number(parts[place].multipliers, sign.node, at) > 0 ? derivative : 0
        }
        let step = (max(-bound, 0) + 1e-3 * bound.magnitude) / steepness.reduce(0) { $0 + $1 * $1 }
        guard step.isFinite else { return }
        for (sign, derivative) in zip(signs, steepness) where derivative != 0 {
            guard let place = inputs[sign.node] else { continue }
            let at = sign.element * rows + row
            let next = number(parts[place].multipliers, sign.node, at) + step * derivative
            set(parts[place].multipliers, sign.node, at, max(next, 0))
        }
    }
}

extension Double {
    static func pow(_ base: Double, _ exponent: Int) -> Double {
        var (result, power, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= power }
            power *= power
            rest >>= 1
        }
        return result
    }
}
