import Testing

@testable import Tensors

/// Random graphs: what is decided about memory, order and form never shows in a result.
@Suite struct PlanningTests {
    @Test(arguments: 0..<60) func sharedMemoryAndPassesChangeNoBit(_ seed: UInt64) throws {
        let maze = try Maze(seed: seed)
        let gradient = Evaluator.Gradient(of: maze.end, to: maze.graph.inputs.map(\.value))
        let plain = try Evaluator(
            maze.graph, outputs: maze.outputs, gradient: gradient, passes: .none, memory: .separate
        ).runWithGradient(maze.batch)
        for passes in [Evaluator.Passes.none, .all] {
            let evaluator = try Evaluator(
                maze.graph, outputs: maze.outputs, gradient: gradient, passes: passes, memory: .shared)
            // Twice: the second batch finds what the first has left.
            for _ in 0..<2 {
                let found = try evaluator.runWithGradient(maze.batch)
                #expect(found.outputs == plain.outputs)
                #expect(found.gradients == plain.gradients)
            }
        }
        let forward = try Evaluator(maze.graph, outputs: maze.outputs).run(maze.batch)
        #expect(forward == plain.outputs, "without a gradient")
    }

    @Test(arguments: 0..<20) func sharingANodeChangesNoBit(_ seed: UInt64) throws {
        let maze = try Maze(seed: seed)
        var twice = maze.graph
        let count = twice.nodes.count
        let again = try twice.splice(maze.graph, inputs: twice.inputs.map(\.value), wanted: maze.outputs)
        #expect(again == maze.outputs)
        #expect(twice.nodes.count == count, "nothing is added twice")
    }

    /// The same graph, with what were inputs given as constants, is computed while it is built, to the same bits.
    @Test(arguments: 0..<20) func foldingChangesNoBit(_ seed: UInt64) throws {
        let maze = try Maze(seed: seed)
        let expected = try Evaluator(maze.graph, outputs: maze.outputs, gradient: nil, passes: .none, memory: .separate)
            .run(maze.batch)
        var folded = Graph()
        let arguments = try zip(maze.batch, maze.graph.inputs).map { batch, input in
            folded.constant(try batch.rows(0, 1).reshaped(maze.graph.shape(of: input.value)))
        }
        let values = try folded.splice(maze.graph, inputs: arguments, wanted: maze.outputs)
        for (value, batch) in zip(values, expected) {
            let constant = try #require(folded.constant(of: value))
            #expect(try constant == batch.rows(0, 1).reshaped(constant.shape))
        }
    }
}

/// A random graph of smooth and jagged operators on one shape, with aliases, moves and repeated operands.
private struct Maze {
    var graph = Graph()
    private(set) var outputs: [Value] = []
    private(set) var end = Value(0)
    let batch: [Tensor]

    init(seed: UInt64) throws {
        var noise = Noise(seed: seed &+ 101)
        batch = (0..<2).map { _ in noise.tensor([21, 3, 4]) }
        let shape: Shape = [3, 4]
        var values: [Value] = []
        for index in 0..<2 { values.append(try graph.input("x\(index)", TensorType(.float64, shape))) }
        values.append(graph.constant(noise.tensor([3, 4])))
        for _ in 0..<24 {
            func pick() -> Value { values[Int(noise.value(in: 0...0.999_999) * Double(values.count))] }
            let (first, second, kind) = (pick(), pick(), Int(noise.value(in: 0...9.999)))
            values.append(try Maze.grow(&graph, kind, first, second, noise.tensor([4, 4])))
        }
        var laned: [Value] = []
        for value in values where graph.constant(of: value) == nil { laned.append(value) }
        var sum = laned[0]
        for value in laned.suffix(4) { sum = try graph.add(Binary(.add), [sum, value]) }
        end = try graph.add(Reduce(.sum), [sum])
        outputs = [laned[laned.count / 2], laned[laned.count - 1], end]
    }

    private static func grow(
        _ graph: inout Graph, _ kind: Int, _ first: Value, _ second: Value, _ weights: Tensor
    ) throws -> Value {
        let shape = graph.shape(of: first)
        switch kind {
        case 0: return try graph.add(Unary(.hyperbolicTangent), [first])
        case 1: return try graph.add(Unary(.relu), [first])
        case 2: return try graph.add(Binary(.subtract), [first, second])
        case 3: return try graph.add(Unary(.sine), [graph.add(Binary(.multiply), [first, second])])
        case 4: return try graph.add(Binary(.maximum), [first, second])
        case 5: return try graph.add(Unary(.relu), [graph.add(Dense(weights: weights), [first])])
        case 6:
            let flat = try graph.add(Rearrange.reshape(shape, to: [12]), [first])
            return try graph.add(Rearrange.reshape([12], to: shape), [graph.add(Unary(.sigmoid), [flat])])
        case 7:
            let both = try graph.add(Rearrange.concatenate([shape, shape], axis: 0), [first, second])
            return try graph.add(Rearrange.slice([6, 4], axis: 0, from: 2, count: 3), [both])
        case 8: return try graph.add(Select(), [graph.add(Binary(.less), [first, second]), second, first])
        default: return try graph.add(Softmax(axis: 1), [first])
        }
    }
}
