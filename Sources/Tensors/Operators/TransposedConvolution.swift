import Kernels

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

extension TransposedConvolution {
    /// It is the gradient of a convolution that leads from the result's shape to the input's.
    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let (input, output) = (site.inputs[0].shape, site.shape)
        let sweep = try Sweep.of(
            weights: weights, window: window, groups: groups, inChannels: output[1], outChannels: input[1],
            input: Array(output.dimensions.dropFirst(2)), output: Array(input.dimensions.dropFirst(2)),
            ways: site.passes == .forward ? GS_WAYS_BACKWARD : GS_WAYS_BOTH)
        return TransposedConvolutionStep(
            sweep: sweep, bias: bias.map(Numbers.init), storage: site.storage, batch: input[0],
            inputCount: input.strides[0], outputCount: output.strides[0],
            work: input.count * (weights.count / max(input[1], 1)))
    }
}

struct TransposedConvolutionStep: Step {
    let sweep: Sweep
    let bias: Numbers?
    let storage: LaneStorage
    let batch, inputCount, outputCount: Int
    let work: Int

    var backwardWork: Int { work }
    var gradients: GradientStore { .writeOrAdd }

    func forward(_ frame: Frame) {
        let (from, to, plain) = (inputCount * frame.lanes, outputCount * frame.lanes, Activation.none.kernel)
        for place in 0..<batch {
            switch storage {
            case .float32:
                gs_convolution_transposed_f32(
                    sweep.float32, frame.lanes, bias?.pointer(), frame.input(0) + place * from,
                    frame.output() + place * to, plain, frame.share)
            case .float64:
                gs_convolution_transposed_f64(
                    sweep.float64, frame.lanes, bias?.pointer(), frame.input(0) + place * from,
                    frame.output() + place * to, plain, frame.share)
            }
        }
    }

    func backward(_ frame: Frame) {
        let (from, to) = (inputCount * frame.lanes, outputCount * frame.lanes)
        switch storage {
        case .float32:
            let cotangent: UnsafeMutablePointer<Float> = frame.outputGradient()
            guard let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) else { return }
            for place in 0..<batch {
                gs_convolution_transposed_gradient_f32(
                    sweep.float32, frame.lanes, cotangent + place * to, gradient + place * from,
                    frame.store, frame.share)
            }
        case .float64:
            let cotangent: UnsafeMutablePointer<Double> = frame.outputGradient()
            guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
            for place in 0..<batch {
                gs_convolution_transposed_gradient_f64(
                    sweep.float64, frame.lanes, cotangent + place * to, gradient + place * from,
                    frame.store, frame.share)
            }
        }
    }
}
