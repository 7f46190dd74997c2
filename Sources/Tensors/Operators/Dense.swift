/// What is applied to each result before it is stored.
package enum Activation: Sendable, Hashable {
    case none, relu
    case leakyRelu(slope: Double)
    case clip(lower: Double, upper: Double)
}

/// x·Wᵀ + b over the last axis, with constant weights `[out, in]` and bias `[out]`.
package struct Dense: Operator {
    package let weights: Tensor
    package let bias: Tensor?
    package let activation: Activation

    package init(weights: Tensor, bias: Tensor? = nil, activation: Activation = .none) {
        self.weights = weights
        self.bias = bias
        self.activation = activation
    }

    package var name: String { "dense" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let (element, shape) = (inputs[0].element, inputs[0].shape)
        guard element.isReal else { throw .elementType(name, expected: "real numbers", found: element) }
        guard weights.element == element, bias.map({ $0.element == element }) ?? true else {
            throw ShapeError("\(name) of \(inputs[0]) with weights of \(weights.type): the element types differ")
        }
        guard weights.shape.rank == 2, let last = shape.dimensions.last, last == weights.shape[1] else {
            throw .mismatch(name, shape, weights.shape, "the last dimensions differ")
        }
        if let bias, bias.shape.dimensions != [weights.shape[0]] {
            throw .mismatch(name, weights.shape, bias.shape, "the bias takes one number per row of weights")
        }
        return TensorType(element, try Shape(shape.dimensions.dropLast() + [weights.shape[0]]))
    }
}
