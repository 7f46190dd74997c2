/// Sums of products.
extension Decomposer {
    mutating func product(_ dense: Dense, _ x: Value) throws(ShapeError) -> Value {
        if let curve = try bent(x, dense.weights) {
            guard let bias = dense.bias else { return try activated(curve, dense.activation) }
            let rounding = Rounding.sum(terms: dense.weights.shape[1] + 1, dense.weights.element)
            return try activated(add(Binary(.add), [curve, constant(bias)], rounding), dense.activation)
        }
        let sum = try add(
            Dense(weights: dense.weights, bias: dense.bias), [x],
            .sum(terms: dense.weights.shape[1] + 1, dense.weights.element))
        return try activated(sum, dense.activation)
    }

    mutating func product(_ filter: Convolution, _ x: Value) throws(ShapeError) -> Value {
        let terms = filter.weights.shape.dimensions.dropFirst().reduce(1, *)
        let plain = Convolution(
            weights: filter.weights, bias: filter.bias, window: filter.window, groups: filter.groups)
        let sum = try add(plain, [x], .sum(terms: terms + 1, filter.weights.element))
        return try activated(sum, filter.activation)
    }

    /// Each element of the result gathers at most one product for each input channel of its group and place of the window.
    mutating func product(_ filter: TransposedConvolution, _ x: Value) throws(ShapeError) -> Value {
        let terms = filter.weights.shape[0] / filter.groups * filter.window.size.reduce(1, *)
        return try add(filter, [x], .sum(terms: terms + 1, filter.weights.element))
    }

    mutating func matrixProduct(_ a: Value, _ b: Value) throws(ShapeError) -> Value {
        let extents = try MatMul.Extents(shape(of: a), shape(of: b))
        let isReal = element(of: a).isReal
        if isReal, let second = graph.constant(of: b), extents.secondBatch.count == 1 {
            return try reshaped(dense(a, second, extents), to: extents.result)
        }
        if isReal, let first = graph.constant(of: a), extents.firstBatch.count == 1 {
            return try dense(first, b, extents)
        }
        let (products, overflow) = extents.result.count.multipliedReportingOverflow(by: extents.inner)
        let limit = isConstant(a) || isConstant(b) ? 1 << 20 : 1 << 16
        guard !overflow, products <= limit else {
            return try add(MatMul(), [a, b], .sum(terms: extents.inner, element(of: a)))
        }
        return try spelledOut(a, b, extents)
    }

    /// x·W by weights `[n, k]`.
    private mutating func dense(
        _ x: Value, _ second: Tensor, _ extents: MatMul.Extents
    ) throws(ShapeError) -> Value {
        let matrix = try second.reshaped(Shape([extents.inner, extents.columns])).transposed()
        if let curve = try bent(x, matrix) { return curve }
        return try add(Dense(weights: matrix), [x], .sum(terms: extents.inner, second.element))
    }

    /// A product that is more than a sum of what it is made of: its weights tie that together.
    private mutating func bent(_ x: Value, _ weights: Tensor) throws(ShapeError) -> Value? {
        if let mean = try weightedMean(x, weights) { return mean }
        return try bentLine(x, weights)
    }

    /// W·x is the transpose of xᵀ·Wᵀ.
    private mutating func dense(
        _ first: Tensor, _ x: Value, _ extents: MatMul.Extents
    ) throws(ShapeError) -> Value {
        let matrix = try first.reshaped(Shape([extents.rows, extents.inner]))
        let batch = extents.secondBatch.dimensions
        let columns = try swapped(reshaped(x, to: Shape(batch + [extents.inner, extents.columns])))
        let product = try add(Dense(weights: matrix), [columns], .sum(terms: extents.inner, first.element))
        return try reshaped(swapped(product), to: extents.result)
    }

    /// With the last two axes exchanged.
    private mutating func swapped(_ x: Value) throws(ShapeError) -> Value {
        let rank = shape(of: x).rank
        let axes = Array(0..<(rank - 2)) + [rank - 1, rank - 2]
        let transpose = try Rearrange.transpose(shape(of: x), axes: axes)
        return try add(transpose, [x])
    }

    /// Every product by itself, `[batch, rows, columns, inner]`, and their sum, which has the rounding of all.
    private mutating func spelledOut(
        _ a: Value, _ b: Value, _ extents: MatMul.Extents
    ) throws(ShapeError) -> Value {
        let (rows, inner, columns) = (extents.rows, extents.inner, extents.columns)
        let wide = try Shape(extents.batch.dimensions + [rows, columns, inner])
        let (firstSteps, secondSteps) = (
            extents.firstBatch.steps(in: extents.batch), extents.secondBatch.steps(in: extents.batch)
        )
        let first = Shape.walk(wide, steps: firstSteps.map { $0 * rows * inner } + [inner, 0, 1])
        let second = Shape.walk(wide, steps: secondSteps.map { $0 * inner * columns } + [0, 1, columns])
        let product = try add(Binary(.multiply), [gathered(a, first, wide), gathered(b, second, wide)])
        let sum = try add(Reduce(.sum, axes: [-1]), [product], .sum(terms: inner, element(of: a)))
        return try reshaped(sum, to: extents.result)
    }
}
