import Tensors

/// The weights of a dense layer or a convolution, as a matrix with a row for each output.
struct WeightLayer {
    let operation: String
    let weights: Tensor
    let bias: Tensor?

    var rows: Int { weights.shape[0] }
    var columns: Int { weights.count / max(rows, 1) }
}

extension Graph {
    /// The type that weights have: that of the model's inputs. Whatever else a graph computes has constants of its own.
    private var weightElement: ElementType {
        inputs.map { type(of: $0.value).element }.first(where: \.isReal) ?? .float32
    }

    /// All of them, in the order in which they are computed.
    var weightLayers: [WeightLayer] {
        let element = weightElement
        return nodes.compactMap { node in
            guard case .operation(let operation) = node.source, node.type.element == element else { return nil }
            switch operation {
            case let dense as Dense:
                return WeightLayer(operation: dense.name, weights: dense.weights, bias: dense.bias)
            case let sweep as Convolution:
                return WeightLayer(operation: sweep.name, weights: sweep.weights, bias: sweep.bias)
            default: return nil
            }
        }
    }

    /// The same graph with other weights in these layers.
    func replacingWeights(_ body: (Tensor) throws(ShapeError) -> Tensor) throws(ShapeError) -> Graph {
        var (result, image) = (Graph(), [Value]())
        let element = weightElement
        for node in nodes {
            let inputs = node.inputs.map { image[$0.index] }
            switch node.source {
            case .input(let name): image.append(try result.input(name, node.type))
            case .constant(let tensor): image.append(result.constant(tensor))
            case .operation(let dense as Dense) where node.type.element == element:
                let other = Dense(weights: try body(dense.weights), bias: dense.bias, activation: dense.activation)
                image.append(try result.add(other, inputs))
            case .operation(let sweep as Convolution) where node.type.element == element:
                let other = Convolution(
                    weights: try body(sweep.weights), bias: sweep.bias, window: sweep.window, groups: sweep.groups,
                    activation: sweep.activation)
                image.append(try result.add(other, inputs))
            case .operation(let operation): image.append(try result.add(operation, inputs))
            }
        }
        for output in outputs { result.output(output.name, image[output.value.index]) }
        return result
    }
}
