/// Σ weight · max(x - threshold, 0) over thresholds: a curve of x.
extension Decomposer {
    /// What a product of max(x - thresholds, 0) with constant weights `[1, thresholds]` comes down to; nil where `x` is made otherwise.
    ///
    /// Each difference is rounded once, and then a sum of products is.
    mutating func bentLine(_ x: Value, _ weights: Tensor) throws(ShapeError) -> Value? {
        let count = weights.shape[1]
        guard weights.shape[0] == 1, count > 1, case .operation(let function as Unary) = graph.nodes[x.index].source,
            function.kind == .relu
        else { return nil }
        let excess = graph.nodes[x.index].inputs[0]
        guard case .operation(let difference as Binary) = graph.nodes[excess.index].source, difference.kind == .subtract
        else { return nil }
        let argument = graph.nodes[excess.index].inputs[0]
        guard let thresholds = graph.constant(of: graph.nodes[excess.index].inputs[1]), thresholds.shape.count == count,
            thresholds.shape.dimensions.last == count, shape(of: x).dimensions.last == count,
            Array(shape(of: argument).dimensions) == Array(shape(of: x).dimensions.dropLast(1)) + [1],
            (thresholds.doubles + weights.doubles).allSatisfy({ $0.isFinite && $0.magnitude < 0x1p100 })
        else { return nil }
        return try add(
            BentLine(thresholds: thresholds.doubles, weights: weights.doubles), [argument],
            .sum(terms: count + 2, weights.element))
    }
}
