import Testing

@testable import Tensors

/// Zeros that activations leave are passed over, forward and backward: it never shows in a result.
@Suite struct ZerosTests {
    @Test(arguments: Chain.all, [ElementType.float32, .float64])
    func passingOverZerosChangesNoBit(_ chain: Chain, _ element: ElementType) throws {
        let (graph, output) = try chain.graph(element)
        let gradient = Evaluator.Gradient(of: output, to: graph.inputs.map(\.value))
        // Without passes no activation is fused, and the whole gradient is computed.
        let plain = try Evaluator(graph, outputs: [output], gradient: gradient, passes: .none, memory: .separate)
        let tuned = try Evaluator(graph, outputs: [output], gradient: gradient)
        for spread in [1, 0.01] {
            let batch = try chain.batch(element, spread: spread)
            let expected = try plain.runWithGradient([batch])
            // Twice: the second batch finds what the first has left.
            for _ in 0..<2 {
                let found = try tuned.runWithGradient([batch])
                #expect(found.outputs == expected.outputs)
                #expect(found.gradients == expected.gradients)
            }
        }
    }

    @Test func infiniteWeightsMakeNaNOfZero() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, [2]))
        let weights = try Tensor([2, 2], [Float.infinity, 1, 1, 1])
        let y = try graph.add(Dense(weights: weights), [graph.add(Unary(.relu), [x])])
        let evaluator = try Evaluator(graph, outputs: [y], gradient: .init(of: y, to: [x]))
        let found = try evaluator.run([Tensor([1, 2], [Float(-1), 3])])[0].floats
        #expect(found[0].isNaN)
        #expect(found[1] == 3)
    }
}

/// Dense layers with an activation between each two, in forms that differ in what else reads the activations.
struct Chain: CustomTestStringConvertible, Sendable {
    enum Form: CaseIterable { case plain, reshaped, shared, convolved }

    let form: Form
    let activation: Unary.Kind

    static let all: [Chain] = Form.allCases.flatMap { form in
        [.relu, .clip(lower: 0, upper: 0.5), .clip(lower: -0.5, upper: 0), .clip(lower: -1, upper: 1)]
            .map { Chain(form: form, activation: $0) } + [Chain(form: form, activation: .leakyRelu(slope: 0.1))]
    }

    var testDescription: String { "\(form) \(activation)" }

    func graph(_ element: ElementType) throws -> (graph: Graph, output: Value) {
        var noise = Noise(seed: 51)
        func weights(_ shape: [Int], first: [Double] = []) throws -> Tensor {
            let exact = noise.tensor(shape)
            return try Tensor(TensorType(element, exact.shape), rounding: first + exact.doubles.dropFirst(first.count))
        }
        var graph = Graph()
        let x = try graph.input("x", TensorType(element, [1, 2, 10]))
        var value = x
        if form == .convolved {
            let filter = Convolution(
                weights: try weights([4, 2, 3]), bias: try weights([4]),
                window: Window(size: [3], before: [1], after: [1]))
            value = try graph.add(filter, [x])
            value = try graph.add(Unary(activation), [value])
            value = try graph.add(Rearrange.reshape([1, 4, 10], to: [2, 20]), [value])
        }
        for level in 0..<3 {
            let width = try #require(graph.shape(of: value).dimensions.last)
            // The first of all results is 0 in each row, and its gradient is not.
            let first = level == 0 && form != .convolved ? [1, -1] + [Double](repeating: 0, count: 8) : []
            let layer = Dense(weights: try weights([20, width], first: first), bias: try weights([20], first: [0]))
            value = try graph.add(Unary(activation), [graph.add(layer, [value])])
            let shape = graph.shape(of: value)
            switch form {
            case .plain, .convolved: break
            case .reshaped: value = try graph.add(Rearrange.reshape(shape, to: Shape([shape.count / 10, 10])), [value])
            case .shared:
                let next = try graph.add(Dense(weights: weights([20, 20])), [value])
                value = try graph.add(Binary(.add), [value, graph.add(Binary(.multiply), [next, value])])
            }
        }
        let output = try graph.add(Reduce(.sum), [value])
        return (graph, output)
    }

    /// Rows that differ by so much: the nearer they are, the more are zero at the same places.
    func batch(_ element: ElementType, spread: Double) throws -> Tensor {
        var noise = Noise(seed: 53)
        let middle = noise.tensor([20]).doubles
        var values = (0..<90 * 20).map { middle[$0 % 20] + noise.value(in: -spread...spread) }
        for first in stride(from: 0, to: values.count, by: 10) { values[first + 1] = values[first] }
        return try Tensor(TensorType(element, [90, 1, 2, 10]), rounding: values)
    }
}
