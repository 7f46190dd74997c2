import Tensors

/// What training makes small: a number for each row, and its mean over a batch.
package enum Loss: String, Sendable, Hashable, CaseIterable {
    /// Of scores (logits) against a class: the negative logarithm of the softmax at the class.
    case crossEntropy = "cross-entropy"
    /// The mean of the squares of the differences.
    case squaredError = "squared-error"

    /// Adds the loss of an output against an input `target`, which has one number for each number of the output; of a class
    /// its indicator. Returns the loss, a scalar.
    func add(to graph: inout Graph, output: Value, target: Value) throws(ShapeError) -> Value {
        let count = graph.shape(of: output).count
        let flat = try graph.add(
            Rearrange.reshape(graph.shape(of: output), to: Shape([count])), [output])
        switch self {
        case .crossEntropy:
            let logarithms = try graph.add(Softmax(axis: 0, .logarithm), [flat])
            let chosen = try graph.add(Binary(.multiply), [logarithms, target])
            let sum = try graph.add(Reduce(.sum, axes: nil, .dropped), [chosen])
            return try graph.add(Unary(.negate), [sum])
        case .squaredError:
            let difference = try graph.add(Binary(.subtract), [flat, target])
            let square = try graph.add(Unary(.square), [difference])
            return try graph.add(Reduce(.mean, axes: nil, .dropped), [square])
        }
    }
}
