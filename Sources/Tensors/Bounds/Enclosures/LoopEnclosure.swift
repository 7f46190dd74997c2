extension Iterate: Enclosing {
    /// The intervals of each state from those of the state before; unknown where no bounds of the body are known.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        guard let steps = try? LoopEnclosure(self, inputs, lanes: lanes) else {
            return output.fill(Enclosure.unknown, lanes: lanes)
        }
        let size = inputs[0].shape.count * lanes
        for step in 0...times {
            if step > 0 { steps.advance(step - 1) }
            let first = result == .trace ? step * size : 0
            for place in 0..<size { output[first + place] = steps.state(place) }
        }
        withExtendedLifetime(steps) {}
    }
}

/// The steps of a loop in intervals, 64 regions at once or fewer.
private final class LoopEnclosure {
    private let loop: Iterate
    private let inputs: [LanedBounds]
    private let lanes: Int
    private let workspace: BoundWorkspace
    private let next: Int
    /// What a step is given: `[coordinate][lane]`, the state first.
    private let lower, upper: UnsafeMutablePointer<Double>
    private let memory = Slab()

    init(_ loop: Iterate, _ inputs: [LanedBounds], lanes: Int) throws(ShapeError) {
        let graph = try LoopEnclosure.graph(of: loop)
        let wanted = graph.outputs.map(\.value)
        let decomposition = try Decomposition(graph, wanted: wanted)
        let targets = wanted.compactMap { decomposition.image(of: $0) }
        let plan = try BoundPlan(decomposition, targets: targets, varying: [])
        (self.loop, self.inputs, self.lanes, next) = (loop, inputs, lanes, targets[0].index)
        workspace = BoundWorkspace(plan, regions: lanes)
        lower = memory.doubles(plan.dimension * lanes)
        upper = memory.doubles(plan.dimension * lanes)
        for place in 0..<(inputs[0].shape.count * lanes) {
            (lower[place], upper[place]) = (inputs[0].lower[place], inputs[0].upper[place])
        }
    }

    /// The body as it is run, with float64 coordinates for inputs.
    private static func graph(of loop: Iterate) throws(ShapeError) -> Graph {
        let body = try loop.running()
        var graph = Graph()
        var arguments: [Value] = []
        for input in body.graph.inputs {
            let type = body.graph.type(of: input.value)
            let wide = try graph.input(input.name, type.widened)
            arguments.append(type == type.widened ? wide : try graph.add(Cast(to: type.element), [wide]))
        }
        for value in try graph.splice(body.graph, inputs: arguments, wanted: body.outputs) {
            graph.output("next", value)
        }
        return graph
    }

    func advance(_ step: Int) {
        var first = inputs[0].shape.count * lanes
        for (place, input) in inputs.enumerated().dropFirst() {
            let isScanned = place <= loop.scanned
            let size = (isScanned ? input.shape.count / loop.times : input.shape.count) * lanes
            let start = isScanned ? step * size : 0
            (lower + first).update(from: input.lower + start, count: size)
            (upper + first).update(from: input.upper + start, count: size)
            first += size
        }
        workspace.load(lower: lower, upper: upper)
        workspace.bound(known: [], .none)
        let state = workspace.memory[next]
        for place in 0..<(inputs[0].shape.count * lanes) {
            (lower[place], upper[place]) = (state.lower[place], state.upper[place])
        }
    }

    func state(_ place: Int) -> Ends {
        let ends = (lower[place], upper[place])
        return Enclosure.isKnown(ends) ? ends : Enclosure.unknown
    }
}
