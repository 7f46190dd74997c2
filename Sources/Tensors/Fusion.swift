import Kernels

/// Brings products into the form that the kernels do best.
///
/// - a product with a constant matrix becomes `Dense`, and a constant vector added to it becomes its bias: the sum then
///   begins with the bias, which changes results by the rounding of one addition at most per term;
/// - ReLU, leaky ReLU and clip move into the product before them, bit for bit the same.
/// Weights are never changed: folding a scale into them would round them.
enum Fusion {
    static func apply(_ rewriting: inout Rewriting, _ node: Graph.Node, _ index: Int) throws(ShapeError) -> Value {
        guard case .operation(let operation) = node.source else { return rewriting.image[index] }
        let inputs = rewriting.images(of: node)
        if let fused = try fuse(operation, inputs, node, rewriting) {
            return try rewriting.graph.add(fused.operation, fused.inputs)
        }
        return try rewriting.graph.add(operation, inputs)
    }

    private typealias Fused = (operation: any Operator, inputs: [Value])

    private static func fuse(
        _ operation: any Operator, _ inputs: [Value], _ node: Graph.Node, _ rewriting: Rewriting
    ) throws(ShapeError) -> Fused? {
        switch operation {
        case is MatMul: return try product(inputs, rewriting.graph)
        case let sum as Binary where sum.kind == .add:
            for (place, other) in [(0, 1), (1, 0)] where rewriting.uses[node.inputs[place].index] == 1 {
                if let fused = try biased(inputs[place], inputs[other], node.type, rewriting.graph) { return fused }
            }
            return nil
        case let function as Unary:
            guard let activation = Activation(function), rewriting.uses[node.inputs[0].index] == 1 else { return nil }
            return activated(inputs[0], activation, rewriting.graph)
        default: return nil
        }
    }

    /// x·C with a constant matrix.
    private static func product(_ inputs: [Value], _ graph: Graph) throws(ShapeError) -> Fused? {
        guard let matrix = graph.constant(of: inputs[1]), matrix.shape.rank == 2, matrix.element.isReal else {
            return nil
        }
        return (Dense(weights: try matrix.transposed()), [inputs[0]])
    }

    private static func biased(
        _ value: Value, _ other: Value, _ type: TensorType, _ graph: Graph
    ) throws(ShapeError) -> Fused? {
        guard case .operation(let operation) = graph.nodes[value.index].source, let dense = operation as? Dense,
            dense.bias == nil, dense.activation == .none, graph.type(of: value) == type,
            let bias = graph.constant(of: other), bias.shape.dimensions.last == dense.weights.shape[0],
            bias.count == dense.weights.shape[0]
        else { return nil }
        let flat = try bias.reshaped(try Shape([bias.count]))
        return (Dense(weights: dense.weights, bias: flat), graph.nodes[value.index].inputs)
    }

    private static func activated(_ value: Value, _ activation: Activation, _ graph: Graph) -> Fused? {
        guard case .operation(let operation) = graph.nodes[value.index].source else { return nil }
        let inputs = graph.nodes[value.index].inputs
        switch operation {
        case let dense as Dense where dense.activation == .none:
            return (Dense(weights: dense.weights, bias: dense.bias, activation: activation), inputs)
        case let sweep as Convolution where sweep.activation == .none:
            let fused = Convolution(
                weights: sweep.weights, bias: sweep.bias, window: sweep.window, groups: sweep.groups,
                activation: activation)
            return (fused, inputs)
        default: return nil
        }
    }
}

extension Activation {
    /// nil if the function cannot be undone from its result, as the gradient does.
    init?(_ function: Unary) {
        switch function.kind {
        case .relu: self = .relu
        case .leakyRelu(let slope) where slope > 0: self = .leakyRelu(slope: slope)
        case .clip(let lower, let upper) where lower < upper: self = .clip(lower: lower, upper: upper)
        default: return nil
        }
    }
}

extension Tensor {
    /// A matrix with rows and columns exchanged.
    func transposed() throws(ShapeError) -> Tensor {
        let (rows, columns) = (shape[0], shape[1])
        let result = try Shape([columns, rows])
        switch storage {
        case .float32(let elements):
            let moved = [Float](unsafeUninitializedCapacity: count) { target, filled in
                gs_transpose_f32(rows, columns, elements, columns, target.baseAddress, rows)
                filled = count
            }
            return try Tensor(result, moved)
        default:
            let moved = [Double](unsafeUninitializedCapacity: count) { target, filled in
                gs_transpose_f64(rows, columns, doubles, columns, target.baseAddress, rows)
                filled = count
            }
            return try Tensor(TensorType(element, result), rounding: moved)
        }
    }
}
