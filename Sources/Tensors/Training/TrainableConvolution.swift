import Kernels

/// The weights of a convolution in the form in which the kernels read them, filled anew after each step of training.
///
/// `refill` may not run while a thread uses the weights.
package final class ConvolutionWeights: Sendable {
    /// `[out, in / groups, size...]`
    package let shape: Shape
    let sweep: Sweep

    /// For a convolution at its place: what it is and the type of its input. Throws where it is too large.
    package init(_ convolution: Convolution, over input: TensorType) throws(ShapeError) {
        let output = try convolution.resultType(of: [input]).shape
        shape = convolution.weights.shape
        sweep = try Sweep.of(
            weights: convolution.weights, window: convolution.window, groups: convolution.groups,
            inChannels: input.shape[1], outChannels: output[1], input: Array(input.shape.dimensions.dropFirst(2)),
            output: Array(output.dimensions.dropFirst(2)), ways: GS_WAYS_BOTH, .changing)
    }

    /// For a transposed one at its place: the same of the convolution that leads back from its result.
    package init(_ convolution: TransposedConvolution, over input: TensorType) throws(ShapeError) {
        let output = try convolution.resultType(of: [input]).shape
        shape = convolution.weights.shape
        sweep = try Sweep.of(
            weights: convolution.weights, window: convolution.window, groups: convolution.groups,
            inChannels: output[1], outChannels: input.shape[1], input: Array(output.dimensions.dropFirst(2)),
            output: Array(input.shape.dimensions.dropFirst(2)), ways: GS_WAYS_BOTH, .changing)
    }

    /// Throws for want of memory.
    package func refill(from values: UnsafePointer<Float>) throws(ShapeError) {
        guard gs_convolution_repack_f32(sweep.float32, values) else {
            throw .unfit("convolution", shape, "there is no memory for its weights")
        }
    }
}

/// `Convolution` with weights that change: x, weights `[out, in / groups, size...]`, and a bias `[out]` where there is one.
///
/// Weights and bias are uniform inputs of the graph. The weights are read from `weights`, not from their input, which is
/// there for the gradient: a sum over positions and lanes in the order of `gs_convolution_weights`.
package struct TrainableConvolution: Operator {
    package let weights: ConvolutionWeights
    package let output: Shape
    package let activation: Activation

    /// `output` is the shape of the result.
    package init(weights: ConvolutionWeights, output: Shape, activation: Activation = .none) {
        (self.weights, self.output, self.activation) = (weights, output, activation)
    }

    package var name: String { "trainable convolution" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard (2...3).contains(inputs.count) else { throw .inputCount(name, expected: "2 or 3", found: inputs.count) }
        try Trainable.check(name, inputs, weights.shape.dimensions, outputs: weights.shape[0])
        return TensorType(.float32, output)
    }

    package func readsUniform(_ index: Int) -> Bool { index > 0 }
    package var mutesAtZero: Bool { activation.isFlatAtZero }

    package func prepare(_ site: Site) -> any Step {
        let input = site.inputs[0].shape
        return TrainableConvolutionStep(
            sweep: weights.sweep, hasBias: site.inputs.count == 3, activation: activation.kernel, batch: input[0],
            inputCount: input.strides[0], outputCount: output.strides[0], channels: output[1])
    }

    package static func == (first: TrainableConvolution, second: TrainableConvolution) -> Bool {
        first.weights === second.weights && first.activation == second.activation
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(weights)) }
}

private struct TrainableConvolutionStep: Step {
    let sweep: Sweep
    let hasBias: Bool
    let activation: gs_activation
    let batch, inputCount, outputCount, channels: Int

    var keeps: Kept { activation.kind == GS_ACTIVATION_NONE ? .inputs : .all }
    var gradients: GradientStore { .writeOrAdd }
    var scratch: Int {
        let bytes = gs_convolution_weights_scratch_f32(sweep.float32) * 4
        return (bytes / Evaluator.maximumLanes + 8) / 8 * 8
    }

    func forward(_ frame: Frame) {
        let (x, y): (UnsafePointer<Float>, UnsafeMutablePointer<Float>) = (frame.input(0), frame.output())
        for place in 0..<batch {
            gs_convolution_forward_f32(
                sweep.float32, frame.lanes, hasBias ? frame.input(2) : nil, x + place * inputCount * frame.lanes,
                y + place * outputCount * frame.lanes, activation, frame.share)
        }
    }

    func backward(_ frame: Frame) {
        let lanes = frame.lanes
        let (x, g): (UnsafePointer<Float>, UnsafeMutablePointer<Float>) = (frame.input(0), frame.outputGradient())
        if activation.kind != GS_ACTIVATION_NONE {
            gs_activation_gradient_f32(activation, batch * outputCount * lanes, frame.result(), g, g)
        }
        for place in 0..<batch {
            let (own, from) = (g + place * outputCount * lanes, place * inputCount * lanes)
            if let sums: UnsafeMutablePointer<Float> = frame.gradient(1) {
                gs_convolution_weights_f32(sweep.float32, lanes, own, x + from, frame.scratch(), sums)
            }
            if hasBias, let sums: UnsafeMutablePointer<Float> = frame.gradient(2) {
                gs_lane_sums_f32(channels, outputCount / max(channels, 1), lanes, own, sums)
            }
            if let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) {
                gs_convolution_gradient_f32(sweep.float32, lanes, own, gradient + from, frame.store, frame.share)
            }
        }
    }
}
