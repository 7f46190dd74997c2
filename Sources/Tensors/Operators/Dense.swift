import Kernels

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

extension Dense {
    package func prepare(_ site: Site) -> any Step {
        let (rows, columns) = (weights.shape[0], weights.shape[1])
        let transposed =
            site.passes == .forward
            ? nil
            : Numbers(packing: weights, rows: columns, columns: rows, rowStride: 1, columnStride: columns)
        return DenseStep(
            rows: rows, columns: columns, repeats: site.inputs[0].shape.count / max(columns, 1), storage: site.storage,
            packed: Numbers(packing: weights, rows: rows, columns: columns, rowStride: columns, columnStride: 1),
            transposed: transposed, bias: bias.map(Numbers.init), activation: activation.kernel,
            offsets: Table((0..<Int32(max(rows, columns))).map { $0 }))
    }
}

extension Activation {
    var kernel: gs_activation {
        switch self {
        case .none: gs_activation(kind: GS_ACTIVATION_NONE, a: 0, b: 0)
        case .relu: gs_activation(kind: GS_ACTIVATION_RELU, a: 0, b: 0)
        case .leakyRelu(let slope): gs_activation(kind: GS_ACTIVATION_LEAKY_RELU, a: slope, b: 0)
        case .clip(let lower, let upper): gs_activation(kind: GS_ACTIVATION_CLIP, a: lower, b: upper)
        }
    }
}

struct DenseStep: Step {
    let rows, columns, repeats: Int
    let storage: LaneStorage
    let packed: Numbers
    let transposed: Numbers?
    let bias: Numbers?
    let activation: gs_activation
    let offsets: Table

    var keeps: Kept { activation.kind == GS_ACTIVATION_NONE ? .nothing : .output }
    var gradients: GradientStore { .writeOrAdd }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32:
            let (input, output): (UnsafePointer<Float>, UnsafeMutablePointer<Float>) = (frame.input(0), frame.output())
            for place in 0..<repeats {
                gs_dense_f32(
                    rows, columns, frame.lanes, packed.pointer(), bias?.pointer(),
                    input + place * columns * frame.lanes, offsets.pointer, output + place * rows * frame.lanes, 1,
                    GS_STORE_REPLACE, activation)
            }
        case .float64:
            let (input, output): (UnsafePointer<Double>, UnsafeMutablePointer<Double>) = (
                frame.input(0), frame.output()
            )
            for place in 0..<repeats {
                gs_dense_f64(
                    rows, columns, frame.lanes, packed.pointer(), bias?.pointer(),
                    input + place * columns * frame.lanes, offsets.pointer, output + place * rows * frame.lanes, 1,
                    GS_STORE_REPLACE, activation)
            }
        }
    }

    func backward(_ frame: Frame) {
        guard let transposed else { return }
        let (lanes, plain) = (frame.lanes, Activation.none.kernel)
        switch storage {
        case .float32:
            let cotangent: UnsafeMutablePointer<Float> = frame.outputGradient()
            guard let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) else { return }
            if activation.kind != GS_ACTIVATION_NONE {
                gs_activation_gradient_f32(activation, repeats * rows * lanes, frame.result(), cotangent, cotangent)
            }
            for place in 0..<repeats {
                gs_dense_f32(
                    columns, rows, lanes, transposed.pointer(), nil, cotangent + place * rows * lanes, offsets.pointer,
                    gradient + place * columns * lanes, 1, frame.store, plain)
            }
        case .float64:
            let cotangent: UnsafeMutablePointer<Double> = frame.outputGradient()
            guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
            if activation.kind != GS_ACTIVATION_NONE {
                gs_activation_gradient_f64(activation, repeats * rows * lanes, frame.result(), cotangent, cotangent)
            }
            for place in 0..<repeats {
                gs_dense_f64(
                    columns, rows, lanes, transposed.pointer(), nil, cotangent + place * rows * lanes, offsets.pointer,
                    gradient + place * columns * lanes, 1, frame.store, plain)
            }
        }
    }
}
