import Testing

@testable import Tensors

/// An operator at work on inputs of its own: what the laws are tried on.
struct Subject: CustomTestStringConvertible, Sendable {
    let name: String
    let operation: any Operator
    let shapes: [[Int]]
    /// Where its inputs are drawn from: away from kinks, where the gradient is not what differences say.
    let range: ClosedRange<Double>
    /// What is flat has the gradient of something else, of the same inputs.
    let standIn: (any Operator)?

    init(
        _ name: String, _ operation: any Operator, _ shapes: [[Int]], in range: ClosedRange<Double> = -2...2,
        standIn: (any Operator)? = nil
    ) {
        (self.name, self.operation, self.shapes, self.range) = (name, operation, shapes, range)
        self.standIn = standIn
    }

    var testDescription: String { name }

    func graph(_ element: ElementType = .float64) throws -> (graph: Graph, output: Value) {
        var graph = Graph()
        var inputs: [Value] = []
        for (index, shape) in shapes.enumerated() {
            inputs.append(try graph.input("x\(index)", TensorType(element, Shape(shape))))
        }
        let output = try graph.add(operation.reading(element), inputs)
        return (graph, output)
    }

    /// A batch for each input.
    func batch(_ count: Int, seed: UInt64, _ element: ElementType = .float64) throws -> [Tensor] {
        var noise = Noise(seed: seed)
        return try shapes.map { shape in
            let shape = try Shape([count] + shape)
            let values = (0..<shape.count).map { _ in noise.value(in: range) }
            return try Tensor(TensorType(element, shape), rounding: values)
        }
    }
}

extension Operator {
    /// Trees say which type they read; other operators read any.
    fileprivate func reading(_ element: ElementType) -> any Operator {
        (self as? TreeEnsemble).map { TreeEnsemble($0.trees, element) } ?? self
    }
}

/// Numbers that look like chance, the same each time.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func value(in range: ClosedRange<Double>) -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let unit = Double(state >> 11) * 0x1p-53
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    mutating func tensor(_ shape: [Int], in range: ClosedRange<Double> = -1...1) -> Tensor {
        let count = shape.reduce(1, *)
        let values = (0..<count).map { _ in value(in: range) }
        // The shape is a literal of a test.
        return (try? Tensor(Shape(shape), values)) ?? .scalar(0.0)
    }
}

extension Subject {
    static let all: [Subject] =
        unary + binary + linear + moves + reductions + orders + windows + margins + trees + loops(.float64)

    /// Two trees over three features, the second of which has no leaf for the second target.
    private static let trees: [Subject] = {
        let first = DecisionTrees.Tree(
            nodes: [
                .test(feature: 0, atMost: 0.25, isMissingLow: true, low: 1, high: 2), .leaf(0..<2),
                .test(feature: 2, atMost: -0.5, isMissingLow: false, low: 3, high: 4), .leaf(2..<3), .leaf(3..<4),
            ], weights: [(0, 1.5), (1, -2), (0, 0.25), (1, 3)])
        let second = DecisionTrees.Tree(
            nodes: [.test(feature: 1, atMost: 0, isMissingLow: false, low: 1, high: 2), .leaf(0..<1), .leaf(1..<2)],
            weights: [(0, 4), (0, -0.75)])
        return [DecisionTrees.Leaves.sum, .least, .greatest].compactMap { leaves in
            let trees = try? DecisionTrees([first, second], features: 3, targets: 2, leaves: leaves)
            return trees.map { Subject("trees, \(leaves)", TreeEnsemble($0, .float64), [[4, 3]]) }
        }
    }()

    private static let unary: [Subject] = {
        let smooth: [Unary.Kind] = [
            .negate, .absolute, .square, .exponential, .sine, .cosine, .arctangent, .hyperbolicSine, .hyperbolicCosine,
            .areaSine, .hyperbolicTangent, .sigmoid, .errorFunction, .softplus, .softsign, .relu,
            .leakyRelu(slope: 0.1), .elu(alpha: 1.3), .selu(alpha: 1.67, gamma: 1.05),
            .hardSigmoid(alpha: 0.2, beta: 0.5), .clip(lower: -1, upper: 1.5), .wholePower(3), .wholePower(4),
        ]
        let steps: [Unary.Kind] = [.floor, .ceiling, .round, .rounded(to: .float16), .rounded(to: .bfloat16)]
        let positive: [Unary.Kind] = [.squareRoot, .reciprocal, .logarithm]
        let small: [Unary.Kind] = [.tangent, .arcsine, .arccosine, .areaTangent]
        return smooth.map { Subject("\($0)", Unary($0), [[3, 4]]) }
            + positive.map { Subject("\($0)", Unary($0), [[5]], in: 0.3...3) }
            + small.map { Subject("\($0)", Unary($0), [[5]], in: -0.8...0.8) }
            + steps.map { Subject("\($0)", Unary($0), [[3, 4]], standIn: Cast(to: .float64)) }
            + [Subject("sign", Unary(.sign), [[3, 4]], standIn: Unary(.softsign))]
            + [Subject("areaCosine", Unary(.areaCosine), [[5]], in: 1.2...3)]
    }()

    private static let binary: [Subject] = {
        let kinds: [Binary.Kind] = [.add, .subtract, .multiply, .divide, .minimum, .maximum]
        return kinds.map { Subject("\($0)", Binary($0), [[2, 3], [2, 3]], in: 0.4...2) }
            + kinds.map { Subject("\($0), broadcast", Binary($0), [[2, 1, 3], [4, 1]], in: 0.4...2) }
            + kinds.map { Subject("\($0), scalar", Binary($0), [[], [2, 2]], in: 0.4...2) }
            + [Binary.Kind.power, .modulo, .remainder].map { Subject("\($0)", Binary($0), [[4], [4]], in: 0.5...2) }
    }()

    private static let linear: [Subject] = {
        var noise = Noise(seed: 7)
        let (weights, bias) = (noise.tensor([5, 7]), noise.tensor([5]))
        let activations: [Activation] = [.none, .relu, .leakyRelu(slope: 0.2), .clip(lower: -0.4, upper: 0.9)]
        return activations.map {
            Subject("dense, \($0)", Dense(weights: weights, bias: bias, activation: $0), [[3, 7]])
        }
            + [
                Subject("matmul", MatMul(), [[2, 3, 4], [4, 5]]),
                Subject("matmul, batched", MatMul(), [[2, 3, 4], [2, 4, 2]]),
                Subject("matmul, vectors", MatMul(), [[4], [4]]),
                Subject("softmax", Softmax(axis: 1), [[2, 5, 2]]),
                Subject("log softmax", Softmax(axis: -1, .logarithm), [[3, 4]]),
            ]
    }()

    private static let moves: [Subject] = {
        let shape = (try? Shape([2, 3, 4])) ?? .scalar
        func moved(_ name: String, _ operation: () throws -> Rearrange) -> [Subject] {
            (try? operation()).map { [Subject(name, $0, [[2, 3, 4]])] } ?? []
        }
        return moved("transpose") { try .transpose(shape, axes: [2, 0, 1]) }
            + moved("slice") { try .slice(shape, starts: [1, 2, 3], counts: [1, 2, 2], steps: [1, -1, -2]) }
            + moved("pad") { try .pad(shape, before: [0, 1, 2], after: [1, 0, 1], .constant(3)) }
            + moved("reflect") { try .pad(shape, before: [0, 2, 1], after: [0, 1, 2], .reflect) }
            + moved("expand") { try .expand(shape, to: Shape([2, 2, 3, 4])) }
            + moved("tile") { try .tile(shape, repeats: [1, 2, 2]) }
            + moved("reshape") { try .reshape(shape, to: Shape([4, 6])) }
    }()

    private static let reductions: [Subject] = {
        let kinds: [Reduce.Kind] = [
            .sum, .mean, .maximum, .minimum, .product, .l1, .l2, .linf, .sumSquare, .logSumExp,
        ]
        return kinds.map { Subject("reduce \($0)", Reduce($0, axes: [1], .dropped), [[2, 3, 2]], in: 0.3...2) }
            + kinds.map { Subject("reduce \($0), all", Reduce($0), [[3, 3]], in: 0.3...2) }
            + [Subject("reduce logSum", Reduce(.logSum, axes: [-1]), [[2, 4]], in: 0.3...2)]
    }()

    private static let orders: [Subject] = [
        Subject("sort", Sort(axis: 1), [[2, 5, 2]]), Subject("sort, descending", Sort(.descending), [[7]]),
        Subject("median", Quantile(0.5), [[2, 3]]), Subject("median of an odd number", Quantile(0.5), [[5]]),
        Subject("quantile", Quantile(0.3, axis: 1), [[2, 4, 3]]), Subject("greatest", Quantile(1, axis: -1), [[3, 4]]),
    ]

    private static let windows: [Subject] = {
        var noise = Noise(seed: 11)
        let plain = Convolution(
            weights: noise.tensor([6, 2, 3, 3]), bias: noise.tensor([6]),
            window: Window(size: [3, 3], strides: [2, 1], before: [1, 0], after: [1, 2]), groups: 2, activation: .relu)
        let line = Convolution(
            weights: noise.tensor([3, 2, 2]), window: Window(size: [2], dilations: [2], before: [1], after: [0]))
        let cube = Convolution(weights: noise.tensor([2, 1, 2, 2, 2]), window: Window(size: [2, 2, 2]))
        let back = TransposedConvolution(
            weights: noise.tensor([2, 3, 3, 2]), bias: noise.tensor([3]),
            window: Window(size: [3, 2], strides: [2, 3], before: [1, 0], after: [0, 0]))
        let window = Window(size: [2, 3], strides: [2, 2], before: [0, 1], after: [1, 1])
        return [
            Subject("convolution, groups", plain, [[1, 4, 7, 5]]), Subject("convolution, 1-D", line, [[2, 2, 9]]),
            Subject("convolution, 3-D", cube, [[1, 1, 3, 4, 3]]),
            Subject("transposed convolution", back, [[1, 2, 4, 3]]),
            Subject("max pool", Pool(.max, window: window), [[1, 2, 6, 7]]),
            Subject("average pool", Pool(.average(.padsExcluded), window: window), [[1, 2, 6, 7]]),
            Subject("average pool, pads", Pool(.average(.padsIncluded), window: window), [[1, 2, 6, 7]]),
        ]
    }()

    private static let margins: [Subject] = [
        Subject("less", Compare(.less), [[3], [3]]), Subject("less or equal", Compare(.lessOrEqual), [[2, 2], [2]]),
    ]
}
