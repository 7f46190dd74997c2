import Tensors

/// What can be said of a graph near some inputs beyond what it computes: its slope, and bounds.
struct NodeLaws {
    enum Slope: CustomStringConvertible {
        /// Agrees with finite differences.
        case agrees
        /// Zero, as finite differences are.
        case flat
        /// Differs from finite differences, as it may at a kink or a step.
        case differs
        /// No input and output are real.
        case none(String)

        var description: String {
            switch self {
            case .agrees: "agrees"
            case .flat: "flat"
            case .differs: "differs"
            case .none(let reason): "none: \(reason)"
            }
        }
    }

    enum Bounds: CustomStringConvertible {
        case finite
        /// Nothing is known.
        case infinite
        /// Above what is computed.
        case wrong
        case none(String)

        var description: String {
            switch self {
            case .finite: "finite"
            case .infinite: "infinite"
            case .wrong: "wrong"
            case .none(let reason): "none: \(reason)"
            }
        }
    }

    private let graph: Graph
    private let inputs: [Tensor]

    init(_ graph: Graph, _ inputs: [Tensor]) { (self.graph, self.inputs) = (graph, inputs) }

    private var isReal: Bool {
        inputs.contains { $0.element.isReal } && graph.outputs.contains { graph.type(of: $0.value).element.isReal }
    }

    /// In float64, at a few points beside the inputs, where kinks are not met.
    func slope() -> Slope {
        guard isReal else { return .none("no real numbers go in and come out") }
        do {
            var wide = try graph.widened()
            let sum = try NodeLaws.weightedSum(&wide)
            let places = inputs.indices.filter { inputs[$0].element.isReal }
            let evaluator = try Evaluator(
                wide, outputs: [sum], gradient: .init(of: sum, to: places.map { wide.inputs[$0].value }))
            var chance = Chance()
            var found: [(slope: Double, difference: Double)] = []
            for _ in 0..<8 { found.append(try slopes(evaluator, places, &chance)) }
            if found.allSatisfy({ abs($0.slope - $0.difference) <= 1e-4 * max(abs($0.difference), 1e-3) }) {
                return found.allSatisfy { $0.difference == 0 } ? .flat : .agrees
            }
            return .differs
        } catch {
            return .none("\(error)")
        }
    }

    /// Along one direction, from one point: what the gradient says, and what central differences do.
    private func slopes(
        _ evaluator: Evaluator, _ places: [Int], _ chance: inout Chance
    ) throws -> (slope: Double, difference: Double) {
        let point = inputs.map { input in
            input.doubles.map { input.element.isReal ? $0 + 1e-3 * max(abs($0), 1e-2) * chance.next() : $0 }
        }
        let direction = inputs.map { input in input.doubles.map { _ in chance.next() } }
        func batch(_ step: Double) throws -> [Tensor] {
            try inputs.indices.map { index in
                let input = inputs[index]
                let isMoved = places.contains(index)
                let numbers = zip(point[index], direction[index]).map { isMoved ? $0 + step * $1 : $0 }
                let element = input.element.isReal ? .float64 : input.element
                return try Tensor(TensorType(element, Shape([1] + input.shape.dimensions)), rounding: numbers)
            }
        }
        let gradients = try evaluator.runWithGradient(batch(0)).gradients
        var slope = 0.0
        for (gradient, place) in zip(gradients, places) {
            for (number, along) in zip(gradient.doubles, direction[place]) where number != 0 { slope += number * along }
        }
        let step = 1e-6
        let (ahead, behind) = (
            try evaluator.run(batch(step))[0].doubles[0], try evaluator.run(batch(-step))[0].doubles[0]
        )
        return (slope, (ahead - behind) / (2 * step))
    }

    /// Of the weighted sum of all outputs, over a small box around the inputs; held against what is computed there.
    func bounds() -> Bounds {
        guard !inputs.isEmpty, inputs.contains(where: { $0.count > 0 }) else { return .none("nothing goes in") }
        do {
            var spread = try Spread(graph)
            let sum = try NodeLaws.weightedSum(&spread.graph)
            let decomposition = try Decomposition(spread.graph, wanted: [sum])
            guard let image = decomposition.image(of: sum), decomposition.graph.constant(of: image) == nil else {
                return .none("constant")
            }
            let workspace = BoundWorkspace(try BoundPlan(decomposition, targets: [image]), regions: 1)
            let centre = inputs.flatMap(\.doubles)
            let radius = inputs.flatMap { input in
                input.doubles.map { input.element.isReal ? 1e-3 * max(abs($0), 1e-2) : 0 }
            }
            let (lower, upper) = (zip(centre, radius).map { $0 - $1 }, zip(centre, radius).map { $0 + $1 })
            workspace.load(lower: lower, upper: upper)
            workspace.bound(known: [])
            workspace.seed(image.index, rows: 1, element: { _ in 0 }, sign: { _ in 1 })
            workspace.propagate(from: image.index, rows: 1, .ofEachRegion)
            let least = max(workspace.bound(0, .ofEachRegion), workspace.lower(image.index, 0))
            let evaluator = try Evaluator(spread.graph, outputs: [sum])
            var chance = Chance()
            for _ in 0..<8 {
                let numbers = zip(centre, radius).map { $0 + $1 * chance.next() }
                let value = try evaluator.run(spread.batch(numbers))[0].doubles[0]
                if value < least { return .wrong }
            }
            return least.isFinite ? .finite : .infinite
        } catch {
            return .none("\(error)")
        }
    }

    /// Each output that is a number or a truth value, each element weighing something else.
    private static func weightedSum(_ graph: inout Graph) throws -> Value {
        var chance = Chance()
        var total = graph.constant(.scalar(0.0))
        for output in graph.outputs where graph.shape(of: output.value).count > 0 {
            let wide = try graph.add(Cast(to: .float64), [output.value])
            let weights = (0..<graph.shape(of: wide).count).map { _ in chance.next() }
            let constant = graph.constant(try Tensor(graph.shape(of: wide), weights))
            let sum = try graph.add(Reduce(.sum), [graph.add(Binary(.multiply), [wide, constant])])
            total = try graph.add(Binary(.add), [total, sum])
        }
        return total
    }
}

/// A graph with inputs in float64, each rounded to what the model takes.
private struct Spread {
    var graph = Graph()

    init(_ original: Graph) throws {
        var arguments: [Value] = []
        for input in original.inputs {
            let type = original.type(of: input.value)
            let coordinates = try graph.input(input.name, TensorType(.float64, type.shape))
            arguments.append(
                type.element == .float64 ? coordinates : try graph.add(Cast(to: type.element), [coordinates]))
        }
        let values = try graph.splice(original, inputs: arguments)
        for (output, value) in zip(original.outputs, values) { graph.output(output.name, value) }
    }

    func batch(_ numbers: [Double]) throws -> [Tensor] {
        var first = 0
        return try graph.inputs.map { input in
            let shape = graph.shape(of: input.value)
            defer { first += shape.count }
            return try Tensor(Shape([1] + shape.dimensions), Array(numbers[first..<first + shape.count]))
        }
    }
}

/// Numbers from -1 to 1 that look like chance, the same each time.
private struct Chance {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-52 - 1
    }
}
