/// Sums of shares with weights, Σ w·(p / Σ p): one quotient, (Σ w·p) / (Σ p), whose bounds know that the shares are 1 together.
extension Decomposer {
    /// What a product of shares with constant weights `[results, shares]` comes down to; nil where `x` is not made of shares, each
    /// what is not negative over the sum of all.
    ///
    /// As computed, each share is rounded once, and their sum is at most 1 / (1 - γ(k)), since that of k numbers that are not
    /// negative is at least 1 - γ(k) times the exact one.
    mutating func weightedMean(_ x: Value, _ weights: Tensor) throws(ShapeError) -> Value? {
        guard let (parts, sum) = shares(x) else { return nil }
        let (element, count) = (element(of: x), weights.shape[1])
        let numerator = try add(Dense(weights: weights), [parts])
        let greatest = weights.doubles.reduce(0) { max($0, $1.magnitude) }
        let rounding = Rounding.sum(terms: 2 * count + 4, element)
        guard rounding.relative < 0.5, greatest.isFinite else { return nil }
        let absolute = (greatest * rounding.relative).nextUp + 2 * (greatest + 1) * rounding.absolute
        return try add(
            Binary(.divide), [numerator, expanded(sum, to: shape(of: numerator))],
            Rounding(relative: 0, absolute: absolute.nextUp))
    }

    /// The parts and their sum along the last axis, if a value is the quotient of the two.
    private func shares(_ x: Value) -> (parts: Value, sum: Value)? {
        guard case .operation(let product as Binary) = graph.nodes[x.index].source, product.kind == .multiply else {
            return nil
        }
        let (parts, divisor) = (graph.nodes[x.index].inputs[0], unexpanded(graph.nodes[x.index].inputs[1]))
        guard case .operation(let inverse as Unary) = graph.nodes[divisor.index].source, inverse.kind == .reciprocal
        else { return nil }
        let sum = graph.nodes[divisor.index].inputs[0]
        guard case .operation(let reduce as Reduce) = graph.nodes[sum.index].source, reduce.kind == .sum,
            graph.nodes[sum.index].inputs == [parts], let last = shape(of: parts).dimensions.last, last > 0,
            shape(of: parts) == shape(of: x),
            (try? reduce.positiveAxes(of: shape(of: parts))) == [shape(of: parts).rank - 1],
            // Without the axis, what is broadcast may be another one.
            shape(of: sum).rank == shape(of: parts).rank || shape(of: sum).count == 1, isNeverNegative(parts)
        else { return nil }
        return (parts, sum)
    }

    private func unexpanded(_ x: Value) -> Value {
        guard case .operation(let move as Rearrange) = graph.nodes[x.index].source, move.name == "expand" else {
            return x
        }
        return graph.nodes[x.index].inputs[0]
    }

    /// Whether no element is negative as computed, by what the value is made by.
    private func isNeverNegative(_ x: Value) -> Bool {
        guard case .operation(let function as Unary) = graph.nodes[x.index].source else { return false }
        return switch function.kind {
        case .relu, .absolute, .square, .exponential, .sigmoid: true
        case .wholePower(let power): power % 2 == 0 || isNeverNegative(graph.nodes[x.index].inputs[0])
        default: false
        }
    }
}
