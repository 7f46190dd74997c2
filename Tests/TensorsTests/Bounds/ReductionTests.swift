import Testing

@testable import Tensors

/// What is left of a plan in one region.
@Suite struct ReductionTests {
    /// Bounds a graph of float32 over one box of a float64 vector, and reduces it to its output.
    private func reduced(
        _ box: [ClosedRange<Double>], _ model: (inout Graph, Value) throws -> Value
    ) throws -> (graph: Graph, output: Value, whole: Double, Reduction) {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([box.count])))
        let cast = try graph.add(Cast(to: .float32), [x])
        let output = try model(&graph, cast)
        let decomposition = try Decomposition(graph, wanted: [output])
        let image = try #require(decomposition.image(of: output))
        let plan = try BoundPlan(decomposition, targets: [image])
        let workspace = BoundWorkspace(plan, regions: 1)
        load(workspace, box)
        workspace.bound(known: [])
        workspace.seed(image.index, rows: 1, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: image.index, rows: 1, .ofEachRegion)
        let bound = workspace.bound(0, .ofEachRegion)
        return (graph, output, bound, try #require(workspace.reduced(to: [image])))
    }

    private func load(_ workspace: BoundWorkspace, _ box: [ClosedRange<Double>]) {
        let (lower, upper) = (Block(box.map(\.lowerBound)), Block(box.map(\.upperBound)))
        withExtendedLifetime((lower, upper)) { workspace.load(lower: lower.pointer, upper: upper.pointer) }
    }

    private func bound(_ reduction: Reduction, _ box: [ClosedRange<Double>], signs: [NeuronSign] = []) -> Double {
        let (workspace, target) = (BoundWorkspace(reduction.plan, regions: 1), reduction.plan.targets[0].index)
        load(workspace, box)
        workspace.bound(known: [reduction.known], signs: [signs], .none)
        workspace.seed(target, rows: 1, element: { _ in 0 }, sign: { _ in 1 })
        workspace.propagate(from: target, rows: 1, .ofEachRegion)
        return workspace.bound(0, .ofEachRegion)
    }

    /// A layer of `count` neurons with weights from a sequence.
    private func layer(_ noise: inout Noise, _ inputs: Int, _ count: Int) throws -> Dense {
        Dense(
            weights: try Tensor([count, inputs], (0..<count * inputs).map { _ in Float(noise.value(in: -1...1)) }),
            bias: try Tensor([count], (0..<count).map { _ in Float(noise.value(in: -1...1)) }), activation: .relu)
    }

    @Test func boundsAreNoWorseThanThoseOfTheWholePlan() throws {
        var noise = Noise(seed: 79)
        for round in 0..<20 {
            let box = (0..<6).map { _ in noise.value(in: -1...1) }.map { $0...($0 + 0.02 * Double(round + 1)) }
            let (graph, output, whole, reduction) = try reduced(box) { graph, x in
                let first = try graph.add(layer(&noise, 6, 12), [x])
                let second = try graph.add(layer(&noise, 12, 9), [first])
                let weights = try Tensor([1, 9], (0..<9).map { _ in Float(noise.value(in: -1...1)) })
                return try graph.add(Dense(weights: weights), [second])
            }
            let curves = reduction.plan.nodes.reduce(0) { if case .curve = $1.kind { $0 + $1.count } else { $0 } }
            #expect(curves < 21)
            // What is known of inner values can only have become more.
            #expect(bound(reduction, box) > whole - 1e-4)
            let points = (0..<300).flatMap { _ in box.map { Double(Float(noise.value(in: $0))) } }
            let values = try Evaluator(graph, outputs: [output]).run([Tensor([300, 6], points)])[0].doubles
            #expect(values.allSatisfy { $0 >= bound(reduction, box) })
        }
    }

    /// relu(x + 2^26) - 2^26 is x, but for rounding to multiples of 8; relu(x) bends, and is subtracted.
    @Test func roundingOfWhatIsGoneRemains() throws {
        let large: Float = 0x1p26
        let box = [-1.0...3.0]
        let (graph, output, _, reduction) = try reduced(box) { graph, x in
            let weights = try Tensor([2, 1], [1, 1] as [Float])
            let bias = try Tensor([2], [large, 0] as [Float])
            let inner = try graph.add(Dense(weights: weights, bias: bias, activation: .relu), [x])
            let sum = try Tensor([1, 2], [1, -1] as [Float])
            return try graph.add(Dense(weights: sum, bias: Tensor([1], [-large])), [inner])
        }
        #expect(reduction.origins.values.map(\.elements) == [[1]])
        let points = stride(from: -1.0, through: 3, by: 0.125).map { $0 }
        let values = try Evaluator(graph, outputs: [output]).run([Tensor([points.count, 1], points)])[0].doubles
        let least = try #require(values.min())
        // In real numbers it is x - relu(x), at least -1.
        #expect(least < -1)
        #expect(bound(reduction, box) <= least)
    }

    /// x - 2·relu(x) over -1...1: with the sign given, each half is a line.
    @Test func signsOfWhatIsLeftSettleIt() throws {
        let box = [-1.0...1.0]
        let (_, _, _, reduction) = try reduced(box) { graph, x in
            let positive = try graph.add(Unary(.relu), [graph.add(Dense(weights: Tensor([1, 1], [1 as Float])), [x])])
            let twice = try graph.add(Binary(.multiply), [positive, graph.constant(.scalar(Float(2)))])
            return try graph.add(Binary(.subtract), [x, twice])
        }
        let (sum, origin) = try #require(reduction.origins.first)
        #expect(origin.elements == [0])
        for isPositive in [true, false] {
            let sign = NeuronSign(node: sum, element: 0, isPositive: isPositive)
            #expect(abs(bound(reduction, box, signs: [sign]) - -1) < 1e-5)
        }
    }

    /// A product of two values is no sum.
    @Test func productsAreNotReduced() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([2])))
        let flipped = try graph.add(Rearrange("flip", .table([1, 0]), Shape([2]), counts: [2]), [x])
        let product = try graph.add(Binary(.multiply), [x, flipped])
        let decomposition = try Decomposition(graph, wanted: [product])
        let image = try #require(decomposition.image(of: product))
        let workspace = BoundWorkspace(try BoundPlan(decomposition, targets: [image]), regions: 1)
        load(workspace, [0...1, 0...1])
        workspace.bound(known: [])
        #expect(workspace.reduced(to: [image]) == nil)
    }
}
