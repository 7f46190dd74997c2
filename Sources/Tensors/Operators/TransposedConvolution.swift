/// The transposed convolution of `[batch, in, spatial...]` with constant weights `[in, out / groups, size...]`.
///
/// Pads are cut from the result; output padding is added behind it.
package struct TransposedConvolution: Operator {
    package let weights: Tensor
    package let bias: Tensor?
    package let window: Window
    package let outputPadding: [Int]
    package let groups: Int

    package init(
        weights: Tensor, bias: Tensor? = nil, window: Window, outputPadding: [Int]? = nil, groups: Int = 1
    ) {
        self.weights = weights
        self.bias = bias
        self.window = window
        self.outputPadding = outputPadding ?? window.size.map { _ in 0 }
        self.groups = groups
    }

    package var name: String { "transposed convolution" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        let shape = try Convolution.checkedInput(name, inputs, weights, bias)
        guard groups >= 1, shape[1] == weights.shape[0], shape[1] % groups == 0 else {
            throw .mismatch(name, shape, weights.shape, "the channels do not fit \(groups) groups")
        }
        guard window.size == Array(weights.shape.dimensions.dropFirst(2)) else {
            throw .unfit(name, weights.shape, "the window is \(window.size)")
        }
        let (outputs, overflow) = weights.shape[1].multipliedReportingOverflow(by: groups)
        guard !overflow else { throw .unfit(name, weights.shape, "\(groups) groups are too many") }
        try Convolution.check(bias, outputs: outputs)
        return TensorType(inputs[0].element, try Shape([shape[0], outputs] + lengths(of: shape)))
    }

    private func lengths(of shape: Shape) throws(ShapeError) -> [Int] {
        let spatial = Array(shape.dimensions.dropFirst(2))
        try window.check(name, spatial: spatial)
        guard outputPadding.count == spatial.count, outputPadding.allSatisfy({ (0..<(1 << 20)).contains($0) }) else {
            throw .unfit(name, shape, "output padding \(outputPadding)")
        }
        var lengths: [Int] = []
        for (axis, length) in spatial.enumerated() {
            let reach = (window.size[axis] - 1) * window.dilations[axis] + 1
            let full = (length - 1) * window.strides[axis] + reach + outputPadding[axis]
            lengths.append(full - window.before[axis] - window.after[axis])
        }
        guard lengths.allSatisfy({ $0 >= 0 }) else { throw .unfit(name, shape, "the pads exceed the result") }
        return lengths
    }
}
