import Models
import Search
import Tensors

/// A network that is made here, with random weights, as an ONNX file: input `x`, output `scores`, open batch.
package enum Architecture: Sendable, Hashable {
    /// Fully connected, over all elements of the input.
    case mlp(input: [Int], hidden: [Int], outputs: Int, activation: Activation)
    /// Convolutions `kernel` wide that keep the size, each with an activation and a pool of 2; then fully connected.
    case cnn(input: [Int], channels: [Int], kernel: Int, hidden: [Int], outputs: Int, activation: Activation)
    /// Attention over tokens or rows of numbers, with positions learned; what stands at the last one is read out.
    case transformer(Transformer)

    package enum Activation: String, Sendable, Hashable, CaseIterable {
        case relu = "Relu"
        case tanh = "Tanh"
        case sigmoid = "Sigmoid"
    }

    package struct Transformer: Sendable, Hashable {
        /// What stands at a position: one of so many tokens, or so many numbers.
        package enum Position: Sendable, Hashable {
            case tokens(Int)
            case features(Int)
        }

        package var position: Position
        package var length, width, heads, layers: Int
        /// The width of the two fully connected layers behind each attention; 0 for none.
        package var hidden: Int
        package var outputs: Int
        /// Whether there is anything to add behind matrices.
        package var hasBiases: Bool

        package init(
            _ position: Position, length: Int, width: Int, heads: Int, layers: Int, hidden: Int, outputs: Int,
            hasBiases: Bool = true
        ) {
            (self.position, self.length, self.width, self.heads) = (position, length, width, heads)
            (self.layers, self.hidden, self.outputs, self.hasBiases) = (layers, hidden, outputs, hasBiases)
        }
    }

    /// The file. Weights are normal, with a variance of 2 over the number of inputs before a rectifier (He et al., "Delving
    /// deep into rectifiers", 2015) and of 1 elsewhere; biases are 0. The same seed gives the same bytes.
    package func onnx(seed: UInt64) throws -> [UInt8] {
        var builder = NetworkBuilder(seed: seed)
        switch self {
        case .mlp(let input, let hidden, let outputs, let activation):
            builder.writer.input("x", .float32, [.open("N")] + input.map { .size($0) })
            let flat = input.count == 1 ? "x" : builder.node("Flatten", ["x"], [("axis", .integer(1))])
            try builder.connected(flat, input.reduce(1, *), hidden, outputs, activation)
        case .cnn(let input, let channels, let kernel, let hidden, let outputs, let activation):
            builder.writer.input("x", .float32, [.open("N")] + input.map { .size($0) })
            try builder.convolved(input, channels, kernel, hidden, outputs, activation)
        case .transformer(let shape):
            switch shape.position {
            case .tokens: builder.writer.input("x", .int64, [.open("N"), .size(shape.length)])
            case .features(let count):
                builder.writer.input("x", .float32, [.open("N"), .size(shape.length), .size(count)])
            }
            try builder.attended(shape)
        }
        builder.writer.output("scores", .float32, [.open("N"), .size(outputs)])
        return builder.writer.bytes()
    }

    package var outputs: Int {
        switch self {
        case .mlp(_, _, let outputs, _), .cnn(_, _, _, _, let outputs, _): outputs
        case .transformer(let shape): shape.outputs
        }
    }
}
