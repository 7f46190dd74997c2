import Kernels

/// The convolution (cross-correlation) of `[batch, in, spatial...]` with constant weights `[out, in / groups, size...]`.
package struct Convolution: Operator {
    package let weights: Tensor
    package let bias: Tensor?
    package let window: Window
    package let groups: Int
    package let activation: Activation

    package init(
        weights: Tensor, bias: Tensor? = nil, window: Window, groups: Int = 1, activation: Activation = .none
    ) {
        self.weights = weights
        self.bias = bias
        self.window = window
        self.groups = groups
        self.activation = activation
    }

    package var name: String { "convolution" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        let shape = try Convolution.checkedInput(name, inputs, weights, bias)
        guard groups >= 1, weights.shape[0] % groups == 0, shape[1] == weights.shape[1] * groups else {
            throw .mismatch(name, shape, weights.shape, "the channels do not fit \(groups) groups")
        }
        guard window.size == Array(weights.shape.dimensions.dropFirst(2)) else {
            throw .unfit(name, weights.shape, "the window is \(window.size)")
        }
        try Convolution.check(bias, outputs: weights.shape[0])
        let positions = try window.positions(over: Array(shape.dimensions.dropFirst(2)), of: name)
        return TensorType(inputs[0].element, try Shape([shape[0], weights.shape[0]] + positions))
    }

    static func checkedInput(
        _ name: String, _ inputs: [TensorType], _ weights: Tensor, _ bias: Tensor?
    ) throws(ShapeError) -> Shape {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let (element, shape) = (inputs[0].element, inputs[0].shape)
        guard element.isReal else { throw .elementType(name, expected: "real numbers", found: element) }
        guard weights.element == element, bias.map({ $0.element == element }) ?? true else {
            throw ShapeError("\(name) of \(inputs[0]) with weights of \(weights.type): the element types differ")
        }
        guard (3...5).contains(shape.rank), weights.shape.rank == shape.rank else {
            throw .mismatch(name, shape, weights.shape, "both have batch, channels and 1 to 3 spatial axes")
        }
        return shape
    }

    static func check(_ bias: Tensor?, outputs: Int) throws(ShapeError) {
        if let bias, bias.shape.dimensions != [outputs] {
            throw ShapeError("a bias of \(bias.shape) for \(outputs) output channels")
        }
    }
}

extension Convolution {
    package func prepare(_ site: Site) throws(ShapeError) -> any Step {
        let (input, output) = (site.inputs[0].shape, site.shape)
        let sweep = try Sweep.of(
            weights: weights, window: window, groups: groups, inChannels: input[1], outChannels: output[1],
            input: Array(input.dimensions.dropFirst(2)), output: Array(output.dimensions.dropFirst(2)),
            ways: site.passes == .forward ? GS_WAYS_FORWARD : GS_WAYS_BOTH)
        return ConvolutionStep(
            sweep: sweep, bias: bias.map(Numbers.init), activation: activation.kernel, storage: site.storage,
            batch: input[0], inputCount: input.strides[0], outputCount: output.strides[0],
            work: output.count * (weights.count / max(output[1], 1)))
    }

    package var mutesAtZero: Bool { activation.isFlatAtZero }
}

struct ConvolutionStep: Step {
    let sweep: Sweep
    let bias: Numbers?
    let activation: gs_activation
    let storage: LaneStorage
    let batch, inputCount, outputCount: Int
    let work: Int

    var backwardWork: Int { work }
    var gradients: GradientStore { .writeOrAdd }

    var keeps: Kept { activation.kind == GS_ACTIVATION_NONE ? .nothing : .output }

    func forward(_ frame: Frame) {
        let (from, to) = (inputCount * frame.lanes, outputCount * frame.lanes)
        for place in 0..<batch {
            switch storage {
            case .float32:
                gs_convolution_forward_f32(
                    sweep.float32, frame.lanes, bias?.pointer(), frame.input(0) + place * from,
                    frame.output() + place * to, activation, frame.share)
            case .float64:
                gs_convolution_forward_f64(
                    sweep.float64, frame.lanes, bias?.pointer(), frame.input(0) + place * from,
                    frame.output() + place * to, activation, frame.share)
            }
        }
    }

    func prepareBackward(_ frame: Frame) {
        guard activation.kind != GS_ACTIVATION_NONE else { return }
        let count = batch * outputCount * frame.lanes
        switch storage {
        case .float32:
            let cotangent: UnsafeMutablePointer<Float> = frame.outputGradient()
            gs_activation_gradient_f32(activation, count, frame.result(), cotangent, cotangent)
        case .float64:
            let cotangent: UnsafeMutablePointer<Double> = frame.outputGradient()
            gs_activation_gradient_f64(activation, count, frame.result(), cotangent, cotangent)
        }
    }

    func backward(_ frame: Frame) {
        let (from, to) = (inputCount * frame.lanes, outputCount * frame.lanes)
        switch storage {
        case .float32:
            let cotangent: UnsafeMutablePointer<Float> = frame.outputGradient()
            guard let gradient: UnsafeMutablePointer<Float> = frame.gradient(0) else { return }
            for place in 0..<batch {
                gs_convolution_gradient_f32(
                    sweep.float32, frame.lanes, cotangent + place * to, gradient + place * from, frame.store,
                    frame.share)
            }
        case .float64:
            let cotangent: UnsafeMutablePointer<Double> = frame.outputGradient()
            guard let gradient: UnsafeMutablePointer<Double> = frame.gradient(0) else { return }
            for place in 0..<batch {
                gs_convolution_gradient_f64(
                    sweep.float64, frame.lanes, cotangent + place * to, gradient + place * from, frame.store,
                    frame.share)
            }
        }
    }
}
