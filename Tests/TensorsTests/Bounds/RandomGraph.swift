@testable import Tensors

/// A graph of operators drawn by chance, of one float64 input `[2, 6]`.
struct RandomGraph {
    var graph = Graph()
    private var noise: Noise
    private var values: [Value] = []
    private let shape: Shape = [2, 6]

    init(seed: UInt64) { noise = Noise(seed: seed) }

    mutating func batch(_ count: Int) throws -> [Tensor] { [noise.tensor([count, 2, 6], in: -2...2)] }

    /// Adds operations, each of values chosen by chance; the last is output 0.
    mutating func grow(operations: Int) throws {
        values = [try graph.input("x", TensorType(.float64, shape))]
        for _ in 0..<operations { values.append(try next()) }
        graph.output("y", values[values.count - 1])
    }

    private mutating func pick(_ count: Int) -> Int { min(Int(noise.value(in: 0...Double(count))), count - 1) }
    private mutating func some() -> Value { values[pick(values.count)] }
    private mutating func recent() -> Value { values[max(values.count - 1 - pick(3), 0)] }

    private mutating func next() throws -> Value {
        let x = recent()
        switch pick(15) {
        case 0, 1: return try graph.add(Unary(Self.functions[pick(Self.functions.count)]), [x])
        case 2, 3:
            let kinds: [Binary.Kind] = [.add, .subtract, .multiply, .maximum, .minimum]
            return try graph.add(Binary(kinds[pick(kinds.count)]), [x, some()])
        case 4:
            let one = try graph.add(Binary(.add), [graph.add(Unary(.square), [some()]), graph.number(1, like: x)])
            return try graph.add(Binary(.divide), [x, one])
        case 5:
            let activations: [Activation] = [.none, .relu, .leakyRelu(slope: 0.2), .clip(lower: -0.4, upper: 0.9)]
            let (weights, bias) = (noise.tensor([6, 6]), noise.tensor([6]))
            return try graph.add(Dense(weights: weights, bias: bias, activation: activations[pick(4)]), [x])
        case 6: return try graph.add(Softmax(axis: pick(2), pick(2) == 0 ? .plain : .logarithm), [x])
        case 7:
            return try spread(graph.add(Reduce(Self.reductions[pick(Self.reductions.count)], axes: [1], .kept), [x]))
        case 8:
            let condition = graph.constant(try Tensor([6], [true, false, true, true, false, false]))
            return try graph.add(Select(), [condition, x, some()])
        case 9:
            let condition = try graph.add(Binary(.less), [x, graph.constant(noise.tensor([6]))])
            return try graph.add(Select(), [condition, some(), x])
        case 10: return try graph.add(Compare(.lessOrEqual), [x, some()])
        case 11:
            let matrix = graph.constant(noise.tensor([2, 2]))
            return try graph.add(MatMul(), [matrix, x])
        case 12:
            let transposed = try graph.add(Rearrange.transpose(shape), [some()])
            return try graph.add(MatMul(), [graph.add(MatMul(), [x, transposed]), x])
        case 13:
            // The sine of a large number is nobody's.
            return try graph.add(Unary(pick(2) == 0 ? .sine : .cosine), [graph.add(Unary(.softsign), [x])])
        default: return try power(x)
        }
    }

    private mutating func power(_ x: Value) throws -> Value {
        let exponents: [Double] = [0, 1, 2, 3, 5]
        let held = try graph.add(Unary(.hyperbolicTangent), [x])
        return try graph.add(Binary(.power), [held, graph.number(exponents[pick(exponents.count)], like: x)])
    }

    private mutating func spread(_ x: Value) throws -> Value {
        try graph.add(Rearrange.expand(graph.shape(of: x), to: shape), [x])
    }

    private static let functions: [Unary.Kind] = [
        .negate, .absolute, .arctangent, .hyperbolicTangent, .sigmoid, .errorFunction, .softplus,
        .softsign, .relu, .leakyRelu(slope: 0.1), .elu(alpha: 1.3), .hardSigmoid(alpha: 0.2, beta: 0.5),
        .clip(lower: -1, upper: 1.5), .areaSine, .wholePower(3),
    ]
    private static let reductions: [Reduce.Kind] = [
        .sum, .mean, .maximum, .minimum, .l1, .l2, .linf, .sumSquare, .logSumExp,
    ]
}
