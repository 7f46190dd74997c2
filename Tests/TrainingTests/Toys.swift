import Models
import Recipes
import Tensors

@testable import Training

/// Small models and data, the same on every run.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func unit() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((z ^ (z >> 31)) >> 11) / 4_503_599_627_370_496 - 1
    }

    mutating func tensor(_ dimensions: [Int], scale: Double = 1) throws -> Tensor {
        let shape = try Shape(dimensions)
        return try Tensor(shape, (0..<shape.count).map { _ in Float(unit() * scale) })
    }
}

struct Toy {
    let name: String
    let bytes: [UInt8]
    let examples: Examples
    let loss: Loss

    var weights: ModelWeights { get throws { try ModelWeights(onnx: bytes) } }

    func model() throws -> TrainableModel {
        let weights = try weights
        return try TrainableModel(weights: weights.tensors) { try weights.trainable(with: $0) }
    }

    func trainer(
        _ optimiser: Optimiser = .sgd(momentum: 0.9, nesterov: false, decay: 0), rate: Double = 0.05, batch: Int = 128,
        threads: Int = 1, adversary: Adversary? = nil
    ) throws -> Trainer {
        var options = Trainer.Options(loss: loss, optimiser: optimiser, rate: rate)
        (options.batch, options.threads, options.adversary, options.seed) = (batch, threads, adversary, 5)
        return try Trainer(model(), options, width: examples.target.width)
    }

    static func rows(_ shape: [Int], classes: Int, count: Int, seed: UInt64 = 1) throws -> Examples {
        var noise = Noise(seed: seed)
        let inputs = try noise.tensor([count] + shape)
        let width = shape.reduce(1, *)
        let labels = (0..<count).map { row in
            let sum = inputs.floats[row * width..<(row + 1) * width].prefix(3).reduce(0, +)
            return Int32(min(max(Int((sum + 3) / 6 * Float(classes)), 0), classes - 1))
        }
        return try Examples(inputs: [inputs], target: .classes(labels, count: classes))
    }

    static func named(_ name: String, count: Int = 70) throws -> Toy {
        switch name {
        case "mlp":
            let net = Architecture.mlp(input: [9], hidden: [20, 7], outputs: 4, activation: .tanh)
            return Toy(
                name: name, bytes: try net.onnx(seed: 3), examples: try rows([9], classes: 4, count: count),
                loss: .crossEntropy)
        case "wide":
            let net = Architecture.mlp(input: [2, 50], hidden: [90], outputs: 3, activation: .sigmoid)
            return Toy(
                name: name, bytes: try net.onnx(seed: 3), examples: try rows([2, 50], classes: 3, count: count),
                loss: .crossEntropy)
        case "regression":
            let net = Architecture.mlp(input: [5], hidden: [8], outputs: 2, activation: .tanh)
            var noise = Noise(seed: 4)
            let inputs = try noise.tensor([count, 5])
            let targets = try noise.tensor([count, 2]).floats
            return Toy(
                name: name, bytes: try net.onnx(seed: 3),
                examples: try Examples(inputs: [inputs], target: .numbers(targets, width: 2)), loss: .squaredError)
        case "cnn":
            let net = Architecture.cnn(
                input: [2, 8, 8], channels: [5, 7], kernel: 3, hidden: [6], outputs: 3, activation: .tanh)
            return Toy(
                name: name, bytes: try net.onnx(seed: 3), examples: try rows([2, 8, 8], classes: 3, count: count),
                loss: .crossEntropy)
        case "transformer":
            let net = Architecture.transformer(
                .init(.tokens(6), length: 4, width: 8, heads: 2, layers: 1, hidden: 10, outputs: 6))
            var noise = Noise(seed: 9)
            let tokens = (0..<count * 4).map { _ in Int64(abs(noise.unit()) * 6) }
            let labels = (0..<count).map { Int32(tokens[$0 * 4..<$0 * 4 + 4].max() ?? 0) }
            return Toy(
                name: name, bytes: try net.onnx(seed: 3),
                examples: try Examples(
                    inputs: [try Tensor(Shape([count, 4]), tokens)], target: .classes(labels, count: 6)),
                loss: .crossEntropy)
        case "transposed": return try transposed(count)
        default: return try handmade(count)
        }
    }

    /// What the architectures have not: groups, strides, an average pool, normalisation with trained scales, a leaky
    /// rectifier, weights used twice, `MatMul` with weights `[in, out]`, and statistics that stay.
    private static func handmade(_ count: Int) throws -> Toy {
        var (noise, model) = (Noise(seed: 8), ModelWriter(operatorSet: 17))
        model.input("x", .float32, ["N", 4, 6, 6])
        model.initializer("filter", try noise.tensor([6, 2, 3, 3]))
        for name in ["scale", "shift", "mean"] { model.initializer(name, try noise.tensor([6])) }
        model.initializer("variance", try Tensor(Shape([6]), [Float](repeating: 0.7, count: 6)))
        model.initializer("matrix", try noise.tensor([6, 6]))
        model.initializer("gain", try noise.tensor([6]))
        model.initializer("offset", try noise.tensor([6]))
        model.node(
            "Conv", ["x", "filter"], ["c"],
            [("group", .integer(2)), ("strides", .integers([2, 2])), ("pads", .integers([1, 1, 1, 1]))])
        model.node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["n"])
        model.node("LeakyRelu", ["n"], ["r"], [("alpha", .float(0.1))])
        model.node("GlobalAveragePool", ["r"], ["p"])
        model.node("Flatten", ["p"], ["f"], [("axis", .integer(1))])
        model.node("MatMul", ["f", "matrix"], ["m1"])
        model.node("LayerNormalization", ["m1", "gain", "offset"], ["l"])
        model.node("Sigmoid", ["l"], ["s"])
        model.node("MatMul", ["s", "matrix"], ["y"])
        model.output("y", .float32, ["N", 6])
        return Toy(
            name: "handmade", bytes: model.bytes(), examples: try rows([4, 6, 6], classes: 6, count: count),
            loss: .crossEntropy)
    }

    /// Transposed convolutions with strides, pads that are cut, output padding and groups, with a bias and without, and one bias
    /// that is no weight.
    private static func transposed(_ count: Int) throws -> Toy {
        var (noise, model) = (Noise(seed: 6), ModelWriter(operatorSet: 17))
        model.input("x", .float32, ["N", 4, 3, 3])
        model.initializer("first", try noise.tensor([4, 3, 3, 2]))
        model.initializer("second", try noise.tensor([6, 2, 2, 2]))
        model.initializer("offset", try noise.tensor([4]))
        model.initializer("third", try noise.tensor([5, 4, 1, 1]))
        model.node("Constant", [], ["still"], [("value_floats", .floats([0.5, -0.25, 0, 1, 2]))])
        model.node(
            "ConvTranspose", ["x", "first"], ["a"],
            [
                ("group", .integer(2)), ("strides", .integers([2, 1])), ("pads", .integers([1, 0, 0, 1])),
                ("output_padding", .integers([1, 0])),
            ])
        model.node("Tanh", ["a"], ["b"])
        model.node(
            "ConvTranspose", ["b", "second", "offset"], ["c"],
            [("group", .integer(2)), ("dilations", .integers([2, 1]))])
        model.node("Sigmoid", ["c"], ["d"])
        model.node("Conv", ["d", "third", "still"], ["e"])
        model.node("GlobalAveragePool", ["e"], ["p"])
        model.node("Flatten", ["p"], ["y"], [("axis", .integer(1))])
        model.output("y", .float32, ["N", 5])
        return Toy(
            name: "transposed", bytes: model.bytes(), examples: try rows([4, 3, 3], classes: 5, count: count),
            loss: .crossEntropy)
    }

    static let names = ["mlp", "wide", "regression", "cnn", "transformer", "handmade", "transposed"]
}
