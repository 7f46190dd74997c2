extension Graph {
    /// The same graph in float64: weights and constants widened exactly, every float32 operation done in float64.
    ///
    /// Inputs and outputs that were float32 become float64. What it computes is, but for its own far smaller rounding, what
    /// the float32 graph would compute without rounding.
    package func widened() throws(ShapeError) -> Graph {
        var wide = Graph()
        var image: [Value] = []
        for node in nodes {
            switch node.source {
            case .input(let name):
                image.append(try wide.input(name, TensorType(node.type.element.widened, node.type.shape)))
            case .constant(let tensor): image.append(wide.constant(try tensor.widened()))
            case .operation(let operation):
                var inputs = node.inputs.map { image[$0.index] }
                // Which side of a threshold a number is on is asked of the number as the model gets it.
                if let trees = operation as? TreeEnsemble, trees.element == .float32 {
                    inputs = [try wide.add(Cast(to: .float64), [wide.add(Cast(to: .float32), inputs)])]
                }
                image.append(try wide.add(operation.widened(), inputs))
            }
        }
        for output in outputs { wide.output(output.name, image[output.value.index]) }
        for value in inner { wide.name(image[value.value.index], value.name) }
        return wide
    }
}

extension Graph {
    /// How many numbers its constants and the weights of its operators are.
    package var weightCount: Int {
        nodes.reduce(0) { sum, node in
            switch node.source {
            case .input: sum
            case .constant(let tensor): sum + tensor.count
            case .operation(let operation): sum + operation.weightCount
            }
        }
    }
}

extension Operator {
    fileprivate var weightCount: Int {
        switch self {
        case let dense as Dense: dense.weights.count
        case let it as Convolution: it.weights.count
        case let it as TransposedConvolution: it.weights.count
        case let region as any Repeating: region.body.weightCount
        default: 0
        }
    }
}

extension ElementType {
    /// float64 for float32.
    var widened: ElementType { self == .float32 ? .float64 : self }
}

extension Tensor {
    /// The same numbers in float64.
    func widened() throws(ShapeError) -> Tensor {
        element == .float32 ? try Tensor(TensorType(.float64, shape), rounding: doubles) : self
    }
}

extension Operator {
    /// The same operator, computed in float64.
    func widened() throws(ShapeError) -> any Operator {
        switch self {
        case let dense as Dense:
            Dense(weights: try dense.weights.widened(), bias: try dense.bias?.widened(), activation: dense.activation)
        case let it as Convolution:
            Convolution(
                weights: try it.weights.widened(), bias: try it.bias?.widened(), window: it.window, groups: it.groups,
                activation: it.activation)
        case let it as TransposedConvolution:
            TransposedConvolution(
                weights: try it.weights.widened(), bias: try it.bias?.widened(), window: it.window,
                outputPadding: it.outputPadding, groups: it.groups)
        case let cast as Cast: Cast(to: cast.element.widened)
        case let ensemble as TreeEnsemble: TreeEnsemble(ensemble.trees, .float64)
        case let region as any Repeating: try region.widening()
        default: self
        }
    }
}
