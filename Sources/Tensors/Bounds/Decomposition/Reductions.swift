/// Reductions: sums stay as they are, extremes become trees.
extension Decomposer {
    mutating func reduction(_ reduce: Reduce, _ x: Value) throws(ShapeError) -> Value {
        let element = element(of: x)
        let axes = try reduce.positiveAxes(of: shape(of: x))
        let count = axes.reduce(1) { $0 * shape(of: x)[$1] }
        let result = try reduce.resultType(of: [type(of: x)]).shape
        func sum(_ kind: Reduce.Kind = .sum) -> Reduce { Reduce(kind, axes: reduce.axes, reduce.reduced) }
        let rounding = Rounding.sum(terms: count + 1, element)
        switch reduce.kind {
        case .sum, .mean: return try add(reduce, [x], rounding)
        case .l1: return try add(sum(), [add(Unary(.absolute), [x])], rounding)
        case .sumSquare: return try add(sum(), [add(Unary(.square), [x])], rounding)
        case .l2: return try function(.squareRoot, add(sum(), [add(Unary(.square), [x])], rounding))
        case .logSum: return try function(.logarithm, add(sum(), [x], rounding))
        case .logSumExp: return try reshaped(roundedLogSumExp(gathered(x, axes: axes)), to: result)
        case .maximum, .minimum, .linf:
            guard shape(of: x).count <= Decomposer.treeLimit else { return try add(reduce, [x]) }
            let elements = reduce.kind == .linf ? try add(Unary(.absolute), [x]) : x
            let tree = try extreme(
                reduce.kind == .minimum ? .min : .max, ofFirstAxis: gathered(elements, axes: axes))
            return try reshaped(tree, to: result)
        case .product where count <= 8: return try reshaped(product(gathered(x, axes: axes)), to: result)
        case .product: return try add(reduce, [x], rounding)
        case .l0, .all, .any: return try add(reduce, [x])
        }
    }

    /// The rounding is that of -(-log Σ exp(x)): what is in front of it is exact.
    private mutating func roundedLogSumExp(_ x: Value) throws(ShapeError) -> Value {
        guard shape(of: x)[0] > 1 else { return try reshaped(x, to: Shape([shape(of: x)[1]])) }
        let error = ExponentialError(entries: shape(of: x)[0], element(of: x))
        return try add(Unary(.negate), [add(Unary(.negate), [logSumExp(x)])], error.sum)
    }

    /// Of `[n, rest]`, one factor after the other, each product rounded.
    private mutating func product(_ x: Value) throws(ShapeError) -> Value {
        let (count, rest) = (shape(of: x)[0], shape(of: x)[1])
        func row(_ index: Int) -> [Int32] { (0..<Int32(rest)).map { Int32(index * rest) + $0 } }
        let flat = try Shape([rest])
        var result = try gathered(x, row(0), flat)
        for index in 1..<max(count, 1) {
            result = try arithmetic(.multiply, result, gathered(x, row(index), flat))
        }
        return result
    }
}
