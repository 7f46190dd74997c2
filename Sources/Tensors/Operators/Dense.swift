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
            : Packed.of(weights, .init(rows: columns, columns: rows, rowStride: 1, columnStride: columns))
        let packed = Packed.of(weights, .init(rows: rows, columns: columns, rowStride: columns, columnStride: 1))
        return DenseStep(
            rows: rows, columns: columns, repeats: site.inputs[0].shape.count / max(columns, 1), storage: site.storage,
            packed: packed, transposed: transposed, bias: bias.map(Numbers.init), activation: activation.kernel,
            zeros: packed.isFinite ? .passedOver : .multiplied, readsMuted: site.muted.contains(0))
    }

    package var mutesAtZero: Bool { activation.isFlatAtZero }
}

extension Activation {
    /// Whether what is stored is 0 only where the slope is 0 too.
    var isFlatAtZero: Bool {
        switch self {
        case .relu: true
        case .clip(let lower, let upper): lower == 0 || upper == 0
        case .none, .leakyRelu: false
        }
    }

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
    /// What becomes of products with 0; a weight that is not finite makes NaN of them.
    enum Zeros { case passedOver, multiplied }

    let rows, columns, repeats: Int
    let storage: LaneStorage
    let packed: Packed
    let transposed: Packed?
    let bias: Numbers?
    let activation: gs_activation
    let zeros: Zeros
    /// Whether the gradient does not matter where the input is 0.
    let readsMuted: Bool

    var keeps: Kept {
        switch (transposed != nil && readsMuted, activation.kind != GS_ACTIVATION_NONE) {
        case (false, false): .nothing
        case (false, true): .output
        case (true, false): .inputs
        case (true, true): .all
        }
    }
    var gradients: GradientStore { .writeOrAdd }
    var work: Int { rows * columns * repeats }
    var backwardWork: Int { work }

    func forward(_ frame: Frame) {
        switch storage {
        case .float32: forward(frame, as: Float.self)
        case .float64: forward(frame, as: Double.self)
        }
    }

    func prepareBackward(_ frame: Frame) {
        switch storage {
        case .float32: prepareBackward(frame, as: Float.self)
        case .float64: prepareBackward(frame, as: Double.self)
        }
    }

    func backward(_ frame: Frame) {
        switch storage {
        case .float32: backward(frame, as: Float.self)
        case .float64: backward(frame, as: Double.self)
        }
    }

    private var passing: gs_zeros { zeros == .passedOver ? GS_ZEROS_PASSED : GS_ZEROS_MULTIPLIED }

    private func forward<Number: LaneNumber>(_ frame: Frame, as: Number.Type) {
        let (from, to) = (columns * frame.lanes, rows * frame.lanes)
        let (input, output): (UnsafePointer<Number>, UnsafeMutablePointer<Number>) = (frame.input(0), frame.output())
        if frame.lanes == 1 {
            return Number.denseRows(
                repeats, rows, columns, packed.pointer(), bias?.pointer(), input, output, passing, GS_STORE_REPLACE,
                activation, frame.share)
        }
        for place in 0..<repeats {
            let (x, y) = (input + place * from, output + place * to)
            switch zeros {
            case .passedOver:
                Number.sparse(
                    rows, columns, frame.lanes, packed.pointer(), bias?.pointer(), x, nil, y, GS_STORE_REPLACE,
                    activation)
            case .multiplied:
                Number.dense(
                    rows, columns, frame.lanes, packed.pointer(), bias?.pointer(), x, nil, y, 1, GS_STORE_REPLACE,
                    activation)
            }
        }
    }

    private func prepareBackward<Number: LaneNumber>(_ frame: Frame, as: Number.Type) {
        guard activation.kind != GS_ACTIVATION_NONE else { return }
        let cotangent: UnsafeMutablePointer<Number> = frame.outputGradient()
        Number.activationGradient(activation, repeats * rows * frame.lanes, frame.result(), cotangent, cotangent)
    }

    private func backward<Number: LaneNumber>(_ frame: Frame, as: Number.Type) {
        let (from, to) = (columns * frame.lanes, rows * frame.lanes)
        let cotangent: UnsafeMutablePointer<Number> = frame.outputGradient()
        guard let transposed, let gradient: UnsafeMutablePointer<Number> = frame.gradient(0) else { return }
        let plain = Activation.none.kernel
        if frame.lanes == 1 {
            return Number.denseRows(
                repeats, columns, rows, transposed.pointer(), nil, cotangent, gradient, passing, frame.store, plain,
                frame.share)
        }
        let input: UnsafePointer<Number>? = readsMuted ? frame.input(0) : nil
        for place in 0..<repeats {
            let (g, sum) = (cotangent + place * to, gradient + place * from)
            switch zeros {
            case .passedOver:
                Number.sparse(
                    columns, rows, frame.lanes, transposed.pointer(), nil, g, input.map { $0 + place * from }, sum,
                    frame.store, plain)
            case .multiplied:
                Number.dense(
                    columns, rows, frame.lanes, transposed.pointer(), nil, g, nil, sum, 1, frame.store, plain)
            }
        }
    }
}
