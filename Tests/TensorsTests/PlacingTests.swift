import Testing

@testable import Tensors

/// Attention over a random value: factors that are slices of it, turned; results laid together again.
@Suite struct PlacingTests {
    @Test(arguments: 0..<80) func placedProductsChangeNoBit(_ seed: UInt64) throws {
        var noise = Noise(seed: seed &+ 7)
        let heads = try Heads(&noise, seed)
        let batch = [noise.tensor([19, heads.length, heads.width])]
        for element in [ElementType.float32, .float64] {
            let (graph, outputs, end) = try heads.graph(element)
            let input = [try Tensor(TensorType(element, batch[0].shape), rounding: batch[0].doubles)]
            let gradient = Evaluator.Gradient(of: end, to: graph.inputs.map(\.value))
            for tiling in [Tiling.together, .laneByLane] {
                let plain = try Evaluator(
                    graph, outputs: outputs, gradient: gradient, passes: .none, memory: .separate, tiling: tiling
                ).runWithGradient(input)
                let evaluator = try Evaluator(
                    graph, outputs: outputs, gradient: gradient, passes: .all, memory: .shared, tiling: tiling)
                let placed = try evaluator.runWithGradient(input)
                #expect(placed.outputs == plain.outputs)
                #expect(placed.gradients == plain.gradients)
                let forward = try Evaluator(graph, outputs: outputs, gradient: nil, tiling: tiling).run(input)
                #expect(forward == plain.outputs)
            }
        }
    }

    /// Nothing is moved where three slices of one value meet: neither forward nor with a gradient.
    @Test func slicesAndTurnsAreNotCarriedOut() throws {
        var noise = Noise(seed: 1)
        let (graph, outputs, end) = try Heads(&noise, 0).graph(.float32)
        for gradient in [nil, Evaluator.Gradient(of: end, to: graph.inputs.map(\.value))] {
            let plan = try Plan(graph, outputs, gradient).optimised()
            let needed = plan.graph.ancestors(of: plan.kept)
            let operations = plan.graph.nodes.enumerated().filter { needed[$0.offset] }.compactMap { node in
                if case .operation(let operation) = node.element.source { operation } else { nil }
            }
            #expect(operations.filter { $0 is PlacedMatMul }.count == 2)
            let moves = operations.compactMap { $0 as? Rearrange }.filter { $0.map != .identity }
            #expect(moves.isEmpty)
        }
    }
}

/// What differs from seed to seed: sizes, whether slices overlap, what else reads the value, what is asked for besides.
private struct Heads {
    let heads, size, length: Int
    let starts: [Int]
    let isReadElsewhere, isKept, isTurnedAtOnce, isPadded: Bool

    var width: Int { 3 * heads * size }

    init(_ noise: inout Noise, _ seed: UInt64) throws {
        func upTo(_ count: Int) -> Int { Int(noise.value(in: 0...0.999_999) * Double(count)) }
        (heads, size, length) = (1 + upTo(3), 1 + upTo(9), 1 + upTo(11))
        let part = heads * size
        starts = seed % 4 == 1 ? (0..<3).map { _ in upTo(2 * part + 1) } : [0, part, 2 * part]
        isReadElsewhere = seed % 4 == 2
        isKept = seed % 4 == 3 && seed % 8 == 3
        isTurnedAtOnce = seed % 3 == 2
        isPadded = seed % 8 == 7
    }

    func graph(_ element: ElementType) throws -> (Graph, [Value], Value) {
        var graph = Graph()
        let x = try graph.input("x", TensorType(element, Shape([length, width])))
        let value = try graph.add(Unary(.hyperbolicTangent), [x])
        func part(_ index: Int, _ axes: [Int]) throws -> Value {
            var taken = try graph.add(
                Rearrange.slice([length, width], axis: 1, from: starts[index], count: heads * size), [value])
            if isPadded, index == 1 {
                let less = try Rearrange.slice([length, heads * size], axis: 0, from: 0, count: max(length - 1, 1))
                let rows = max(length - 1, 1)
                taken = try graph.add(less, [taken])
                taken = try graph.add(
                    Rearrange.pad(
                        [rows, heads * size], before: [length - rows, 0], after: [0, 0], .constant(0.5)), [taken])
            }
            let split = try graph.add(
                Rearrange.reshape([length, heads * size], to: [length, heads, size]), [taken])
            return try graph.add(Rearrange.transpose([length, heads, size], axes: axes), [split])
        }
        let first = try part(0, [1, 0, 2])
        let second = try part(1, isTurnedAtOnce ? [1, 2, 0] : [1, 0, 2])
        let turned =
            try isTurnedAtOnce
            ? second : graph.add(Rearrange.transpose([heads, length, size], axes: [0, 2, 1]), [second])
        let weights = try graph.add(Softmax(axis: 2), [graph.add(MatMul(), [first, turned])])
        let mixed = try graph.add(MatMul(), [weights, part(2, [1, 0, 2])])
        let back = try graph.add(Rearrange.transpose([heads, length, size], axes: [1, 0, 2]), [mixed])
        var result = try graph.add(Rearrange.reshape([length, heads, size], to: [length, heads * size]), [back])
        if isReadElsewhere {
            let own = try graph.add(Rearrange.slice([length, width], axis: 1, from: 0, count: heads * size), [value])
            result = try graph.add(Binary(.add), [result, own])
        }
        let end = try graph.add(Reduce(.sum), [graph.add(Unary(.sine), [result])])
        return (graph, isKept ? [value, mixed, end] : [result, end], end)
    }
}
