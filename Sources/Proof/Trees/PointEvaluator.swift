import Tensors

/// What the engine finds at points of a space, whose coordinates are the elements of a graph's inputs in order.
struct PointEvaluator: Sendable {
    private let evaluator: Evaluator

    init(_ graph: Graph, outputs: [Value]) throws(ShapeError) { evaluator = try Evaluator(graph, outputs: outputs) }

    /// Each output, `[points, ...]`.
    func values(at points: [[Double]]) throws(ShapeError) -> [Tensor] {
        var (batches, first) = ([Tensor](), 0)
        for type in evaluator.inputTypes {
            let own = first..<(first + type.shape.count)
            first = own.upperBound
            let shape = try Shape([points.count] + type.shape.dimensions)
            batches.append(try Tensor(TensorType(type.element, shape), rounding: points.flatMap { $0[own] }))
        }
        return try evaluator.run(batches)
    }
}
