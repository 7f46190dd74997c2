import Testing

@testable import Tensors

/// The products of models, in float32: the same bits in tiles of every width, and the same numbers in float64.
@Suite struct WidthTests {
    @Test(arguments: Product.all) func widthsAndPlacesDoNotMatter(_ product: Product) throws {
        let (graph, output) = try product.graph()
        let gradient = Evaluator.Gradient(of: output, to: graph.inputs.map(\.value))
        let evaluator = try Evaluator(graph, outputs: [output], gradient: gradient, tiling: .together)
        let single = try Evaluator(graph, outputs: [output], gradient: gradient, tiling: .laneByLane)
        let size = graph.shape(of: graph.inputs[0].value).count
        var noise = Noise(seed: 31)
        let rows = noise.tensor([64, size]).floats
        let expected = try bits(evaluator, rows, size, Array(0..<64))
        for (width, first) in [(1, 0), (1, 37), (16, 5), (32, 30), (48, 11), (64, 0)] {
            // Backward, so that no row keeps its place.
            let order = (0..<width).map { first + width - 1 - $0 }.map { $0 % 64 }
            for runner in [evaluator, single] {
                let found = try bits(runner, rows, size, order)
                for (lane, row) in order.enumerated() {
                    #expect(found[lane] == expected[row], "lane \(lane) of \(width), \(runner.tiling)")
                }
            }
        }
    }

    /// For each lane, the bits of the output and of the gradient.
    private func bits(_ evaluator: Evaluator, _ rows: [Float], _ size: Int, _ order: [Int]) throws -> [[UInt32]] {
        let lanes = order.count
        let workspace = evaluator.makeWorkspace()
        let tile = Block(count: size * lanes) { (target: UnsafeMutablePointer<Float>) in
            for element in 0..<size {
                for (lane, row) in order.enumerated() { target[element * lanes + lane] = rows[row * size + element] }
            }
        }
        evaluator.forwardAndBackward(workspace, inputs: [UnsafeRawPointer(tile.pointer)], lanes: lanes)
        let output = try #require(workspace.output(0)).assumingMemoryBound(to: Float.self)
        let gradient = try #require(workspace.gradient(0)).assumingMemoryBound(to: Float.self)
        let count = evaluator.outputTypes[0].shape.count
        return withExtendedLifetime(tile) {
            (0..<lanes).map { lane in
                (0..<count).map { output[$0 * lanes + lane].bitPattern }
                    + (0..<size).map { gradient[$0 * lanes + lane].bitPattern }
            }
        }
    }

    @Test(arguments: Product.all) func wideGraphsAgree(_ product: Product) throws {
        var noise = Noise(seed: 41)
        let (narrow, wide, largest) = try both(product) { noise.value(in: -1...1) }
        for (mine, other) in zip(narrow, wide) { #expect(abs(mine - other) <= 1e-5 * max(1, largest)) }
    }

    /// Small integers are multiplied and added without rounding, so that nothing is left to differ.
    @Test(arguments: Product.all) func wideGraphsAreEqualWhereNothingIsRounded(_ product: Product) throws {
        var noise = Noise(seed: 43)
        let (narrow, wide, _) = try both(product.ofIntegers()) { noise.value(in: -4...4).rounded() }
        #expect(narrow == wide)
    }

    private func both(
        _ product: Product, _ next: () -> Double
    ) throws -> (narrow: [Double], wide: [Double], largest: Double) {
        var (graph, output) = try product.graph()
        graph.output("y", output)
        let wide = try graph.widened()
        let shape = try Shape([20] + product.shape)
        let input = try Tensor(TensorType(.float32, shape), rounding: (0..<shape.count).map { _ in next() })
        let found = try Evaluator(graph, outputs: [output]).run([input])[0].doubles
        let exact = try Evaluator(wide, outputs: wide.outputs.map(\.value)).run([Tensor(shape, input.doubles)])[0]
        return (found, exact.doubles, exact.doubles.map(\.magnitude).max() ?? 0)
    }
}

/// An operator with float32 weights.
struct Product: CustomTestStringConvertible, Sendable {
    enum Kind: CaseIterable { case dense, line, plane, cube, transposed }

    let kind: Kind
    let weights: Tensor

    static let all = Kind.allCases.map { Product(kind: $0, weights: $0.weights { $0 }) }

    func ofIntegers() -> Product { Product(kind: kind, weights: kind.weights { ($0 * 4).rounded() }) }

    var testDescription: String { "\(kind)" }

    var shape: [Int] {
        switch kind {
        case .dense: [3, 37]
        case .line: [1, 2, 9]
        case .plane: [1, 4, 7, 5]
        case .cube: [1, 1, 3, 4, 3]
        case .transposed: [1, 4, 4, 3]
        }
    }

    private var operation: any Operator {
        switch kind {
        case .dense: Dense(weights: weights, activation: .relu)
        case .line: Convolution(weights: weights, window: Window(size: [2], dilations: [2], before: [1], after: [0]))
        case .plane:
            Convolution(
                weights: weights, window: Window(size: [3, 3], strides: [2, 1], before: [1, 0], after: [1, 2]),
                groups: 2, activation: .leakyRelu(slope: 0.5))
        case .cube: Convolution(weights: weights, window: Window(size: [2, 2, 2]))
        case .transposed:
            TransposedConvolution(
                weights: weights, window: Window(size: [3, 2], strides: [2, 3], before: [1, 0], after: [0, 0]),
                groups: 2)
        }
    }

    func graph() throws -> (graph: Graph, output: Value) {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, Shape(shape)))
        let output = try graph.add(operation, [x])
        return (graph, output)
    }
}

extension Product.Kind {
    fileprivate func weights(_ form: (Double) -> Double) -> Tensor {
        let shape =
            switch self {
            case .dense: [19, 37]
            case .line: [3, 2, 2]
            case .plane: [6, 2, 3, 3]
            case .cube: [2, 1, 2, 2, 2]
            case .transposed: [4, 3, 3, 2]
            }
        var noise = Noise(seed: 23)
        let exact = noise.tensor(shape)
        // As many elements as before: it cannot fail.
        return (try? Tensor(exact.shape, exact.doubles.map { Float(form($0)) })) ?? exact
    }
}
