import Kernels

/// Makes a program of a graph: prepares the steps, decides what lies where and until when.
///
/// Time: step k runs at k, the gradient is seeded at n, step k runs backward at 2n - k.
struct Planner {
    /// Where an array lies, before the arena is laid out.
    private enum Spot: Hashable {
        case nowhere
        case array(Int)
        case external(Int)
        case constant(Int)
    }

    /// Where the gradients by uniform inputs go.
    enum UniformGradients {
        /// A number for each lane.
        case laned
        /// Sums over lanes, added to arrays that the caller gives behind all inputs, one for each, in order.
        case summed
    }

    private let graph: Graph
    private let outputs: [Value]
    private let gradient: Evaluator.Gradient?
    /// Whether input `index` has one number per element instead of lanes.
    private let uniform: [Bool]
    private let sums: UniformGradients
    private let count: Int

    private var arena = Arena()
    private var constants: [Packed] = []
    private var spots: [Spot] = []
    private var instructions: [Program.Instruction] = []
    private var preparations: [Program.Instruction] = []
    private var reversals: [Program.Reversal] = []
    /// The value whose array a value shares.
    private var roots: [Int]
    private var values: [Spot]
    /// The laned copies of uniform values.
    private var laned: [Int: Spot] = [:]
    private var gradients: [Spot]
    /// The value that each instruction computes.
    private var results: [Int] = []
    private var operands: [[Value]] = []

    init(
        _ graph: Graph, outputs: [Value], gradient: Evaluator.Gradient?, uniform: [Bool]? = nil,
        sums: UniformGradients = .laned
    ) {
        self.sums = sums
        self.graph = graph
        self.outputs = outputs
        self.gradient = gradient
        self.uniform = uniform ?? graph.inputs.map { _ in false }
        count = graph.nodes.count
        roots = Array(0..<count)
        values = Array(repeating: .nowhere, count: count)
        gradients = Array(repeating: .nowhere, count: count)
    }

    /// A program whose arrays, for so many lanes, fit into memory.
    mutating func program(_ policy: Arena.Policy, tiling: Tiling? = nil) throws(ShapeError) -> Program {
        let end = 2 * count + 1
        let needed = graph.ancestors(of: outputs + (gradient.map { [$0.value] } ?? []))
        let flows = differentiable()
        for (index, input) in graph.inputs.enumerated() { values[input.value.index] = .external(index) }
        for index in 0..<count where needed[index] { try place(index, flows) }
        let results = outputs.map { lanedSpot($0.index, at: end) }
        for spot in results { use(spot, at: end) }
        let (seed, wanted, zeroed) = planBackward(flows, end)
        let (offsets, size) = arena.layout(policy)
        let nested = instructions.map(\.step.nestedBytes).max() ?? 0
        // What is asked of others is asked of many lanes at once, whatever their size.
        let asksOthers = graph.opaqueCalls(for: outputs).count > 0
        let tiling = tiling ?? (asksOthers ? .together : Tiling(laneBytes: size + nested))
        try Arena.ask(size + nested, lanes: tiling == .together ? Evaluator.maximumLanes : 1)
        func resolved(_ spot: Spot) -> Program.Place {
            switch spot {
            case .nowhere: .nowhere
            case .array(let array): .arena(offset: offsets[array])
            case .external(let input): .external(input)
            case .constant(let constant): .constant(constant)
            }
        }
        return Program(
            instructions: instructions, preparations: preparations, reversals: reversals, places: spots.map(resolved),
            constants: constants, outputs: results.map(resolved), gradients: wanted.map(resolved),
            zeroed: zeroed.map { (resolved($0.spot), $0.bytes) },
            seed: seed.map {
                Program.Seed(place: resolved($0.spot), type: $0.type)
            },
            laneBytes: size + nested, arena: size, tiling: tiling,
            batchLanes: asksOthers ? Evaluator.maximumLanes : Tiling.cachedLanes(laneBytes: size + nested))
    }

    /// The values through which the gradient flows: computed from a requested input, on the way to what is asked.
    private func differentiable() -> [Bool] {
        guard let gradient else { return [Bool](repeating: false, count: count) }
        var flows = [Bool](repeating: false, count: count)
        for input in gradient.inputs { flows[input.index] = true }
        for (index, node) in graph.nodes.enumerated() where !flows[index] {
            flows[index] = slopedInputs(of: node, flows).contains(true)
        }
        // Backward along the same values only: what matters through an index or a condition alone gets no gradient.
        var asked = [Bool](repeating: false, count: count)
        asked[gradient.value.index] = flows[gradient.value.index]
        for (index, node) in graph.nodes.enumerated().reversed() where asked[index] {
            for (input, isSloped) in zip(node.inputs, slopedInputs(of: node, flows)) where isSloped {
                asked[input.index] = true
            }
        }
        return asked
    }

    private func slopedInputs(of node: Graph.Node, _ flows: [Bool]) -> [Bool] {
        guard case .operation(let operation) = node.source else { return [] }
        return operation.slopedInputs(
            node.inputs.map { flows[$0.index] }, node.inputs.map { graph.type(of: $0) }, node.type)
    }

    // MARK: forward

    private mutating func place(_ index: Int, _ flows: [Bool]) throws(ShapeError) {
        let node = graph.nodes[index]
        switch node.source {
        case .input: break
        case .constant(let tensor):
            values[index] = .constant(constants.count)
            constants.append(.of(tensor))
        case .operation(let operation):
            let uniform = node.inputs.indices.map { operation.readsUniform($0) && isUniform(node.inputs[$0].index) }
            let site = Site(
                inputs: node.inputs.map { graph.type(of: $0) }, output: node.type, uniform: uniform,
                passes: flows[index] ? .forwardAndBackward : .forward,
                muted: Set(node.inputs.indices.filter { isMuted(node.inputs[$0].index) }))
            let step = try operation.prepare(site)
            if step is Alias {
                roots[index] = roots[node.inputs[0].index]
            } else {
                add(step, index, node, uniform)
            }
        }
    }

    private func isMuted(_ index: Int) -> Bool {
        guard case .operation(let operation) = graph.nodes[roots[index]].source else { return false }
        return operation.mutesAtZero
    }

    private func isUniform(_ index: Int) -> Bool {
        switch values[roots[index]] {
        case .constant: true
        case .external(let input): uniform[input]
        case .array, .nowhere: false
        }
    }

    private mutating func add(_ step: any Step, _ index: Int, _ node: Graph.Node, _ uniform: [Bool]) {
        let inputs = zip(node.inputs, uniform).map { input, uniform in
            uniform ? values[roots[input.index]] : lanedSpot(input.index, at: index)
        }
        for spot in inputs { use(spot, at: index) }
        values[index] = .array(arena.add(bytes: node.type.laneBytes, from: index))
        let scratch = step.scratch == 0 ? Spot.nowhere : .array(arena.add(bytes: step.scratch, from: index))
        instructions.append(
            Program.Instruction(
                step: step, inputCount: inputs.count, first: spots.count, workspace: instructions.count))
        results.append(index)
        operands.append(node.inputs)
        spots += inputs + [values[index], scratch]
        spots += [Spot](repeating: .nowhere, count: inputs.count + 1)
    }

    /// Where a value has lanes: its own place, or a copy.
    private mutating func lanedSpot(_ value: Int, at time: Int) -> Spot {
        let root = roots[value]
        guard isUniform(root) else { return values[root] }
        if let spot = laned[root] { return spot }
        let type = graph.nodes[root].type
        let array = arena.add(bytes: type.laneBytes, from: -1)
        let isConstant = if case .constant = values[root] { true } else { false }
        let instruction = Program.Instruction(
            step: SplatStep(count: type.shape.count, storage: type.storage), inputCount: 1, first: spots.count,
            workspace: isConstant ? -1 : instructions.count)
        if isConstant {
            preparations.append(instruction)
            arena.use(array, at: 2 * count + 1)
        } else {
            instructions.append(instruction)
            results.append(-1)
            operands.append([])
        }
        spots += [values[root], .array(array), .nowhere, .nowhere, .nowhere]
        laned[root] = .array(array)
        return .array(array)
    }

    private mutating func use(_ spot: Spot, at time: Int) {
        if case .array(let array) = spot { arena.use(array, at: time) }
    }

    // MARK: backward

    private typealias Backward = (
        seed: (spot: Spot, type: TensorType)?, wanted: [Spot], zeroed: [(spot: Spot, bytes: Int)]
    )

    private mutating func planBackward(_ flows: [Bool], _ end: Int) -> Backward {
        guard let gradient else { return (nil, [], []) }
        var seed: (spot: Spot, type: TensorType)?
        if flows[gradient.value.index] {
            let spot = gradientSpot(gradient.value.index, from: count)
            seed = (spot, graph.type(of: gradient.value))
        }
        for instruction in instructions.indices.reversed()
        where results[instruction] >= 0 && flows[results[instruction]] {
            reverse(instruction, flows)
        }
        var zeroed: [(spot: Spot, bytes: Int)] = []
        let wanted = gradient.inputs.map { input in
            let isReached = gradients[input.index] != .nowhere
            let spot = gradientSpot(input.index, from: count)
            if !isReached, case .array = spot { zeroed.append((spot, graph.type(of: input).laneBytes)) }
            use(spot, at: end)
            return spot
        }
        return (seed, wanted, zeroed)
    }

    private mutating func reverse(_ instruction: Int, _ flows: [Bool]) {
        let (index, inputs, step) = (results[instruction], operands[instruction], instructions[instruction].step)
        let time = 2 * count - index
        let first = instructions[instruction].first
        keep(step.keeps, first, inputs.count, until: time)
        var cleared: [(place: Int, bytes: Int)] = []
        var isFresh = false
        for (place, input) in inputs.enumerated() where flows[input.index] {
            let slot = first + inputs.count + 2 + place
            let isNew = gradients[roots[input.index]] == .nowhere
            if place == 0 { isFresh = isNew }
            spots[slot] = gradientSpot(input.index, from: time)
            use(spots[slot], at: time)
            if isNew, step.gradients == .add, case .array = spots[slot] {
                cleared.append((slot, graph.type(of: input).laneBytes))
            }
        }
        let own = gradientSpot(index, from: time)
        use(own, at: time)
        spots[first + 2 * inputs.count + 2] = own
        reversals.append(
            Program.Reversal(
                instruction: instruction,
                store: isFresh && step.gradients == .writeOrAdd ? GS_STORE_REPLACE : GS_STORE_ADD, cleared: cleared))
    }

    private mutating func keep(_ kept: Kept, _ first: Int, _ inputs: Int, until time: Int) {
        if kept == .inputs || kept == .all { for place in 0..<inputs { use(spots[first + place], at: time) } }
        if kept == .output || kept == .all { use(spots[first + inputs], at: time) }
        use(spots[first + inputs + 1], at: time)
    }

    private mutating func gradientSpot(_ value: Int, from time: Int) -> Spot {
        let root = roots[value]
        if gradients[root] == .nowhere {
            if sums == .summed, case .external(let input) = values[root], uniform[input] {
                gradients[root] = .external(graph.inputs.count + input)
                return gradients[root]
            }
            gradients[root] = .array(arena.add(bytes: graph.nodes[root].type.laneBytes, from: time))
        }
        return gradients[root]
    }
}

extension TensorType {
    var storage: LaneStorage { element.storage }
    /// Bytes per lane.
    var laneBytes: Int { shape.count * element.storage.stride }
}

/// Gives a uniform value lanes.
struct SplatStep: Step {
    let count: Int
    let storage: LaneStorage

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: gs_splat_f32(count, frame.lanes, frame.input(0), frame.output())
        case .float64: gs_splat_f64(count, frame.lanes, frame.input(0), frame.output())
        }
    }
}
