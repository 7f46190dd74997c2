import Tensors

/// What training makes small: a number for each row, and its mean over a batch.
package enum Loss: String, Sendable, Hashable, CaseIterable {
    /// Of scores (logits) against a class: the negative logarithm of the softmax at the class. Of scores at several positions its
    /// mean over all of them, where nothing is added for those of which no class is asked.
    case crossEntropy = "cross-entropy"
    /// The mean of the squares of the differences.
    case squaredError = "squared-error"

    /// Adds the loss of an output against an input `target`, which has one number for each number of the output, those of one position
    /// after those of another; of a class its indicator. Returns the loss, a scalar.
    func add(to graph: inout Graph, output: Value, target: Value, positions: Int) throws(ShapeError) -> Value {
        let count = graph.shape(of: output).count
        func shaped(_ value: Value, _ shape: Shape) throws(ShapeError) -> Value {
            try graph.add(Rearrange.reshape(graph.shape(of: value), to: shape), [value])
        }
        let flat = try shaped(output, Shape([count]))
        switch self {
        case .crossEntropy:
            let scores = try shaped(flat, Shape([positions, count / positions]))
            let logarithms = try shaped(try graph.add(Softmax(axis: 1, .logarithm), [scores]), Shape([count]))
            let chosen = try graph.add(Binary(.multiply), [logarithms, target])
            let sum = try graph.add(Reduce(.sum, axes: nil, .dropped), [chosen])
            let factor = graph.constant(try Tensor(Shape([]), [-1 / Float(positions)]))
            return try graph.add(Binary(.multiply), [sum, factor])
        case .squaredError:
            let difference = try graph.add(Binary(.subtract), [flat, target])
            let square = try graph.add(Unary(.square), [difference])
            return try graph.add(Reduce(.mean, axes: nil, .dropped), [square])
        }
    }
}
