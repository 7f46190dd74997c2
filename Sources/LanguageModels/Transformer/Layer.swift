import Kernels

/// A normalisation's weights.
final class Norm: @unchecked Sendable {
    private let weight: Floats
    private let bias: Floats?
    let kernel: gs_norm

    init(_ weight: [Float], bias: [Float]?, _ configuration: Configuration) {
        self.weight = Floats(weight)
        self.bias = bias.map { Floats($0) }
        kernel = gs_norm(
            kind: configuration.normalisation == .layer ? GS_NORM_LAYER : GS_NORM_RMS, width: weight.count,
            epsilon: configuration.epsilon, weight: self.weight.start, bias: self.bias.map { UnsafePointer($0.start) })
    }
}

extension Floats {
    convenience init(_ numbers: [Float]) {
        self.init(numbers.count)
        numbers.withUnsafeBufferPointer { start.update(from: $0.baseAddress!, count: numbers.count) }
    }
}

/// A dense layer: y = W x + b.
struct Dense: Sendable {
    let weight: WeightMatrix
    let bias: Floats?
}

/// The weights of one block. What an architecture does not have is nil.
struct Layer: Sendable {
    var attentionNorm: Norm?
    var query, key, value, output: Dense
    /// Of each head's query and key, before positions.
    var queryNorm, keyNorm: Norm?
    /// Of what attention gives, before it is added.
    var afterAttention: Norm?
    var feedForwardNorm: Norm?
    var gate: Dense?
    var up, down: Dense
    var afterFeedForward: Norm?
    /// Of the sum, where norms come last.
    var attentionOutputNorm, outputNorm: Norm?
}

/// A transformer with its weights.
final class Transformer: Sendable {
    let configuration: Configuration
    let embedding: WeightMatrix
    /// Learned positions, added to embeddings.
    let positions: WeightMatrix?
    /// Of the first kind of segment, added to embeddings.
    let segment: Floats?
    let embeddingNorm: Norm?
    let layers: [Layer]
    let outputNorm: Norm?
    /// nil for encoders.
    let head: Dense?

    init(
        _ configuration: Configuration, embedding: WeightMatrix, positions: WeightMatrix?, segment: Floats?,
        embeddingNorm: Norm?, layers: [Layer], outputNorm: Norm?, head: Dense?
    ) {
        self.configuration = configuration
        self.embedding = embedding
        self.positions = positions
        self.segment = segment
        self.embeddingNorm = embeddingNorm
        self.layers = layers
        self.outputNorm = outputNorm
        self.head = head
    }
}
