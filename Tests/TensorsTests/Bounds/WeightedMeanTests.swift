import Testing

@testable import Tensors

/// Sums of shares with weights, which are bounded as one quotient.
@Suite struct WeightedMeanTests {
    /// Σ w·r / Σ r for r = relu(A·x + b) to a power.
    private func network(
        _ noise: inout Noise, power: Double, parts: Int, weights: [Float], least: Float
    ) throws -> (Graph, Value) {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([1, 4])))
        let dense = Dense(
            weights: try Tensor([parts, 4], (0..<parts * 4).map { _ in Float(noise.value(in: -1...1)) }),
            bias: try Tensor([parts], (0..<parts).map { _ in least + Float(noise.value(in: 0...4)) }), activation: .relu
        )
        let inner = try graph.add(dense, [graph.add(Cast(to: .float32), [x])])
        let exponent = graph.constant(try Tensor([1], [Float(power)]))
        let raised = try graph.add(Binary(.power), [inner, exponent])
        let sum = try graph.add(Reduce(.sum, axes: [1], .kept), [raised])
        let shares = try graph.add(Binary(.divide), [raised, sum])
        let column = graph.constant(try Tensor([parts, 1], weights))
        let mean = try graph.add(MatMul(), [shares, column])
        return (graph, mean)
    }

    private func bounds(_ graph: Graph, _ output: Value, _ box: [ClosedRange<Double>]) throws -> (Double, Double, Bool)
    {
        let decomposition = try Decomposition(graph, wanted: [output])
        let image = try #require(decomposition.image(of: output))
        let isQuotient = decomposition.graph.nodes.indices.contains {
            decomposition.graph.relation(of: Value($0)) == .quotient
        }
        let workspace = BoundWorkspace(try BoundPlan(decomposition, targets: [image]), regions: 1)
        let (lower, upper) = (Block(box.map(\.lowerBound)), Block(box.map(\.upperBound)))
        withExtendedLifetime((lower, upper)) { workspace.load(lower: lower.pointer, upper: upper.pointer) }
        workspace.bound(known: [])
        let root = BoundPlan.root(image.index, workspace.plan.nodes)
        return (workspace.memory[root].lower[0], workspace.memory[root].upper[0], isQuotient)
    }

    @Test func meansLieWithin() throws {
        var noise = Noise(seed: 53)
        for round in 0..<80 {
            let parts = 2 + round % 6
            let weights = (0..<parts).map { _ in Float(noise.value(in: -10...10)) * [1, 1e-3, 1e5][round % 3] }
            let (graph, output) = try network(
                &noise, power: Double(1 + round % 4), parts: parts, weights: weights, least: round % 4 == 0 ? 0.1 : 3)
            let width = [0, 1e-6, 0.1, 0.5][round / 4 % 4]
            let box = (0..<4).map { _ in noise.value(in: -1...0.5) }.map { $0...($0 + width) }
            let (lower, upper, isQuotient) = try bounds(graph, output, box)
            #expect(isQuotient || round % 4 == 0)
            let points = (0..<300).flatMap { _ in box.map { noise.value(in: $0) } }
            for first in stride(from: 0, to: points.count, by: 4) {
                let input = try Tensor([1, 1, 4], Array(points[first..<first + 4]))
                let value = try Evaluator(graph, outputs: [output]).run([input])[0].doubles[0]
                #expect(value.isNaN ? lower == -.infinity : lower <= value && value <= upper)
            }
        }
    }

    /// Where all weights are one, so is the mean, whatever the shares.
    @Test func sharesAreOneTogether() throws {
        var noise = Noise(seed: 59)
        let (graph, output) = try network(&noise, power: 3, parts: 5, weights: [1, 1, 1, 1, 1], least: 3)
        let (lower, upper, _) = try bounds(graph, output, Array(repeating: -0.5...0.5, count: 4))
        #expect(lower > 1 - 1e-3 && upper < 1 + 1e-3)
    }

    /// What may be 0 altogether has no mean.
    @Test func noDivisorNoBound() throws {
        var noise = Noise(seed: 61)
        let (graph, output) = try network(&noise, power: 3, parts: 3, weights: [1, 2, 3], least: -9)
        let (lower, upper, _) = try bounds(graph, output, Array(repeating: -0.5...0.5, count: 4))
        #expect(lower == -.infinity && upper == .infinity)
    }
}
