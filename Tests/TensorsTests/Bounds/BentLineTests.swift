import Testing

@testable import Tensors

/// Sums of bends that are bounded as one curve.
@Suite struct BentLineTests {
    private func line(_ noise: inout Noise, _ count: Int, scale: Double = 1) -> BentLine {
        BentLine(
            thresholds: (0..<count).map { _ in Double(Float(noise.value(in: -2...2))) },
            weights: (0..<count).map { _ in Double(Float(scale * noise.value(in: -1...1))) })
    }

    private func value(_ line: BentLine, _ x: Double) -> Double {
        zip(line.thresholds, line.weights).reduce(0) { $0 + $1.1 * max(x - $1.0, 0) }
    }

    @Test func rangesAndLinesHold() {
        var noise = Noise(seed: 41)
        for round in 0..<400 {
            let line = line(&noise, 1 + round % 30, scale: [1, 1e-6, 1e6][round % 3])
            let (first, second) = (noise.value(in: -3...3), noise.value(in: -3...3))
            let (lower, upper) = (min(first, second), round % 9 == 0 ? min(first, second).nextUp : max(first, second))
            let (range, lines) = (line.range(lower, upper), line.lines(lower, upper))
            let corners = line.thresholds.filter { (lower...upper).contains($0) }
            let points = (0...200).map { min(lower + (upper - lower) * Double($0) / 200, upper) }
            for x in points + corners {
                let (value, error) = (value(line, x), 1e-13 * line.size(upper) + 1e-300)
                #expect(range.lower <= value + error && value - error <= range.upper)
                #expect(lines.lowerSlope * x + lines.lowerIntercept <= value + error)
                #expect(lines.upperSlope * x + lines.upperIntercept >= value - error)
            }
            // Tight at both ends of the range.
            let values = (points + corners).map { value(line, $0) }
            let slack = 1e-3 * line.size(upper) + (upper - lower) * 0.02 * line.weights.reduce(0) { $0 + $1.magnitude }
            #expect((values.reduce(.infinity, min)) - range.lower <= slack)
            #expect(range.upper - values.reduce(-.infinity, max) <= slack)
        }
    }

    /// Σ weight · relu(x - threshold) of each element, as networks write it.
    private func network(_ line: BentLine, _ bias: Float, elements: Int) throws -> (Graph, Value) {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([1, elements])))
        let narrow = try graph.add(Cast(to: .float32), [x])
        let column = try graph.add(Rearrange.reshape(Shape([1, elements]), to: Shape([1, elements, 1])), [narrow])
        let count = line.thresholds.count
        let thresholds = graph.constant(try Tensor([count], line.thresholds.map { Float($0) }))
        let bends = try graph.add(Unary(.relu), [graph.add(Binary(.subtract), [column, thresholds])])
        let weights = graph.constant(try Tensor([count], line.weights.map { Float($0) }))
        let sum = try graph.add(MatMul(), [bends, weights])
        let output = try graph.add(Binary(.add), [sum, graph.constant(try Tensor([1], [bias]))])
        return (graph, output)
    }

    @Test func networksAreRecognised() throws {
        var noise = Noise(seed: 43)
        let (graph, output) = try network(line(&noise, 20), 1, elements: 3)
        let decomposition = try Decomposition(graph, wanted: [output])
        let bent = decomposition.graph.nodes.indices.filter {
            if case .bent = decomposition.graph.relation(of: Value($0)) { true } else { false }
        }
        #expect(bent.count == 1)
    }

    /// Weights of a size at which sums cancel: rounding counts, and the bounds allow for it.
    @Test func computedValuesLieWithin() throws {
        var noise = Noise(seed: 47)
        for round in 0..<60 {
            let line = line(&noise, 40, scale: [1, 1e4, 1e-4][round % 3])
            let bias = Float(noise.value(in: -1...1))
            let (graph, output) = try network(line, bias, elements: 2)
            let decomposition = try Decomposition(graph, wanted: [output])
            let image = try #require(decomposition.image(of: output))
            let workspace = BoundWorkspace(try BoundPlan(decomposition, targets: [image]), regions: 1)
            let box = (0..<2).map { _ in noise.value(in: -2...2) }.map {
                $0...($0 + [0, 1e-6, 1][round % 4 % 3])
            }
            let (lower, upper) = (Block(box.map(\.lowerBound)), Block(box.map(\.upperBound)))
            withExtendedLifetime((lower, upper)) { workspace.load(lower: lower.pointer, upper: upper.pointer) }
            workspace.bound(known: [])
            let points = (0..<200).flatMap { _ in box.map { noise.value(in: $0) } }
            for point in stride(from: 0, to: points.count, by: 2) {
                let input = try Tensor([1, 1, 2], Array(points[point..<point + 2]))
                let values = try Evaluator(graph, outputs: [output]).run([input])[0].doubles
                for (element, value) in values.enumerated() {
                    #expect(workspace.memory[image.index].lower[element] <= value)
                    #expect(value <= workspace.memory[image.index].upper[element])
                }
            }
        }
    }
}
