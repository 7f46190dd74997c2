import Kernels

/// `TransposedConvolution` with weights that change: x, weights `[in, out / groups, size...]`, and a bias `[out]` where there is
/// one.
///
/// Weights and bias are uniform inputs of the graph. The weights are read from `weights`, not from their input, which is
/// there for the gradient: that of the convolution from the result's shape to the input's, with the parts of its input and of
/// its result's gradient exchanged.
package struct TrainableTransposedConvolution: Operator {
    package let weights: ConvolutionWeights
    package let output: Shape

    /// `output` is the shape of the result.
    package init(weights: ConvolutionWeights, output: Shape) { (self.weights, self.output) = (weights, output) }

    package var name: String { "trainable transposed convolution" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard (2...3).contains(inputs.count) else { throw .inputCount(name, expected: "2 or 3", found: inputs.count) }
        try Trainable.check(name, inputs, weights.shape.dimensions, outputs: output[1])
        return TensorType(.float32, output)
    }

    package func readsUniform(_ index: Int) -> Bool { index > 0 }

    package func prepare(_ site: Site) -> any Step {
        let input = site.inputs[0].shape
        return TrainableTransposedConvolutionStep(
            sweep: weights.sweep, hasBias: site.inputs.count == 3, batch: input[0], inputCount: input.strides[0],
            outputCount: output.strides[0], channels: output[1])
    }

    package static func == (first: TrainableTransposedConvolution, second: TrainableTransposedConvolution) -> Bool {
        first.weights === second.weights
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(weights)) }
}

private struct TrainableTransposedConvolutionStep: Step {
    let sweep: Sweep
    let hasBias: Bool
    let batch, inputCount, outputCount, channels: Int

    var keeps: Kept { .inputs }
    var gradients: GradientStore { .writeOrAdd }
    var scratch: Int {
        let bytes = gs_convolution_weights_scratch_f32(sweep.float32) * 4
        return (bytes / Evaluator.maximumLanes + 8) / 8 * 8
    }

    func forward(_ frame: Frame) {
        let (x, y): (UnsafePointer<Float>, UnsafeMutablePointer<Float>) = (frame.input(0), frame.output())
        for place in 0..<batch {
            gs_convolution_transposed_f32(
                sweep.float32, frame.lanes, hasBias ? frame.input(2) : nil, x + place * inputCount * frame.lanes,
                y + place * outputCount * frame.lanes, Activation.none.kernel, frame.share)
        }
    }

    func backward(_ frame: Frame) {
        let lanes = frame.lanes
        let (x, g): (UnsafePointer<Float>, UnsafeMutablePointer<Float>) = (frame.input(0), frame.outputGradient())
        for place in 0..<batch {
            let (own, from) = (g + place * outputCount * lanes, place * inputCount * lanes)
            if let sums: UnsafeMutablePointer<Float> = frame.gradient(1) {
                gs_convolution_weights_f32(sweep.float32, lanes, x + from, own, frame.scratch(), sums)
            }
            if hasBias, let sums: UnsafeMutablePointer<Float> = frame.gradient(2) {
                gs_lane_sums_f32(channels, outputCount / max(channels, 1), lanes, own, sums)
            }
            if let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) {
                gs_convolution_transposed_gradient_f32(
                    sweep.float32, lanes, own, gradient + from, frame.store, frame.share)
            }
        }
    }
}
