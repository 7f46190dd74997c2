import Kernels

/// `Dense` with weights that change: x, a matrix `[out, in]`, and a bias `[out]` where there is one.
///
/// Matrix and bias are uniform inputs of the graph. The matrix is read from `weights`, not from its input, which is there
/// for the gradient: a sum over lanes in the order of `gs_dense_weights`.
package struct TrainableDense: Operator {
    package let weights: DenseWeights
    package let activation: Activation

    package init(weights: DenseWeights, activation: Activation = .none) {
        (self.weights, self.activation) = (weights, activation)
    }

    package var name: String { "trainable dense" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard (2...3).contains(inputs.count) else { throw .inputCount(name, expected: "2 or 3", found: inputs.count) }
        try Trainable.check(name, inputs, [weights.rows, weights.columns], outputs: weights.rows)
        guard let last = inputs[0].shape.dimensions.last, last == weights.columns else {
            throw .mismatch(name, inputs[0].shape, inputs[1].shape, "the last dimensions differ")
        }
        return TensorType(.float32, try Shape(inputs[0].shape.dimensions.dropLast() + [weights.rows]))
    }

    package func readsUniform(_ index: Int) -> Bool { index > 0 }
    package var mutesAtZero: Bool { activation.isFlatAtZero }

    package func prepare(_ site: Site) -> any Step {
        TrainableDenseStep(
            weights: weights, hasBias: site.inputs.count == 3, activation: activation.kernel,
            repeats: site.inputs[0].shape.count / max(weights.columns, 1), readsMuted: site.muted.contains(0))
    }

    package static func == (first: TrainableDense, second: TrainableDense) -> Bool {
        first.weights === second.weights && first.activation == second.activation
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(weights)) }
}

/// What operators with trainable weights have in common.
enum Trainable {
    /// That all is float32, and that weights and bias, where there is one, have these shapes.
    static func check(_ name: String, _ inputs: [TensorType], _ weights: [Int], outputs: Int) throws(ShapeError) {
        for input in inputs where input.element != .float32 {
            throw .elementType(name, expected: "float32", found: input.element)
        }
        guard inputs[1].shape.dimensions == weights else {
            throw .unfit(name, inputs[1].shape, "the weights are \(weights)")
        }
        if inputs.count == 3, inputs[2].shape.dimensions != [outputs] {
            throw .mismatch(name, inputs[1].shape, inputs[2].shape, "the bias takes one number per output")
        }
    }
}

private struct TrainableDenseStep: Step {
    let weights: DenseWeights
    let hasBias: Bool
    let activation: gs_activation
    let repeats: Int
    /// Whether the gradient does not matter where the input is 0.
    let readsMuted: Bool

    var keeps: Kept { activation.kind == GS_ACTIVATION_NONE ? .inputs : .all }
    var gradients: GradientStore { .writeOrAdd }
    var scratch: Int {
        let numbers = gs_dense_weights_scratch(weights.rows, Evaluator.maximumLanes)
        return (numbers * 4 / Evaluator.maximumLanes + 7) / 8 * 8
    }

    func forward(_ frame: Frame) {
        let (x, y): (UnsafePointer<Float>, UnsafeMutablePointer<Float>) = (frame.input(0), frame.output())
        for place in 0..<repeats {
            gs_sparse_f32(
                weights.rows, weights.columns, frame.lanes, weights.packed, hasBias ? frame.input(2) : nil,
                x + place * weights.columns * frame.lanes, nil, y + place * weights.rows * frame.lanes,
                GS_STORE_REPLACE, activation)
        }
    }

    func backward(_ frame: Frame) {
        let (rows, columns, lanes) = (weights.rows, weights.columns, frame.lanes)
        let (x, g): (UnsafePointer<Float>, UnsafeMutablePointer<Float>) = (frame.input(0), frame.outputGradient())
        if activation.kind != GS_ACTIVATION_NONE {
            gs_activation_gradient_f32(activation, repeats * rows * lanes, frame.result(), g, g)
        }
        for place in 0..<repeats {
            let (own, from) = (g + place * rows * lanes, place * columns * lanes)
            if let sums: UnsafeMutablePointer<Float> = frame.gradient(1) {
                gs_dense_weights_f32(rows, columns, lanes, own, x + from, frame.scratch(), sums)
            }
            if hasBias, let sums: UnsafeMutablePointer<Float> = frame.gradient(2) {
                gs_lane_sums_f32(rows, 1, lanes, own, sums)
            }
            if let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) {
                gs_sparse_f32(
                    columns, rows, lanes, weights.transposed, nil, own, readsMuted ? x + from : nil, gradient + from,
                    frame.store, Activation.none.kernel)
            }
        }
    }
}
