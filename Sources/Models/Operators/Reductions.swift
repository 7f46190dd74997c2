import Tensors

/// Many elements into one, along axes.
enum Reductions {
    static let rules: [String: OperatorRule] = [
        "ReduceSum": reduce(.sum),
        "ReduceMean": reduce(.mean),
        "ReduceProd": reduce(.product),
        "ReduceMax": extremum(.maximum, ofTruth: .any),
        "ReduceMin": extremum(.minimum, ofTruth: .all),
        "ReduceL1": reduce(.l1),
        "ReduceL2": reduce(.l2),
        "ReduceSumSquare": reduce(.sumSquare),
        "ReduceLogSum": reduce(.logSum),
        "ReduceLogSumExp": reduce(.logSumExp),
        "ArgMax": place(.max),
        "ArgMin": place(.min),
        "CumSum": cumulativeSum,
        "CumProd": cumulativeProduct,
    ]

    private static func reduce(_ kind: Reduce.Kind) -> OperatorRule {
        { node in [try reduced(node, kind)] }
    }

    private static func extremum(_ kind: Reduce.Kind, ofTruth truth: Reduce.Kind) -> OperatorRule {
        { node in [try reduced(node, node.element(node.input(0)) == .bool ? truth : kind)] }
    }

    private static func reduced(_ node: Application, _ kind: Reduce.Kind) throws -> Value {
        let x = try node.input(0)
        let stated = try node.integers(attribute: "axes", orInput: 1)
        let isUnlimited = stated?.isEmpty ?? true
        if isUnlimited, try node.flag("noop_with_empty_axes") { return try alone(node, kind, x) }
        let reduced: ReducedAxes = try node.flag("keepdims", default: true) ? .kept : .dropped
        let axes = isUnlimited ? nil : stated
        let needsReals: Set<Reduce.Kind> = [.mean, .l2, .logSum, .logSumExp]
        if node.shape(x).count == 0, let bottom = bottom(kind) {
            let shape = node.shape(x)
            let gone = try (axes ?? Array(0..<shape.rank)).map { try node.axis($0, of: shape) }
            let result = shape.reduced(over: gone, reduced)
            return try node.expand(node.cast(node.constant(.scalar(bottom)), to: node.element(x)), to: result)
        }
        guard node.element(x) == .int64, needsReals.contains(kind) else {
            return try node.wrapped(node.add(Reduce(kind, axes: axes, reduced), x))
        }
        return try node.cast(node.add(Reduce(kind, axes: axes, reduced), node.cast(x, to: .float64)), to: .int64)
    }

    /// What the greatest or the least of nothing is.
    private static func bottom(_ kind: Reduce.Kind) -> Double? {
        switch kind {
        case .maximum: -.infinity
        case .minimum: .infinity
        case .any: 0
        case .all: 1
        default: nil
        }
    }

    /// Each element by itself, where no axis is reduced.
    private static func alone(_ node: Application, _ kind: Reduce.Kind, _ x: Value) throws -> Value {
        switch kind {
        case .l1, .l2: return try node.unary(.absolute, x)
        case .sumSquare: return try node.wrapped(node.unary(.square, x))
        case .logSum where node.element(x) == .int64:
            return try node.cast(node.unary(.logarithm, node.cast(x, to: .float64)), to: .int64)
        case .logSum: return try node.unary(.logarithm, x)
        default: return x
        }
    }

    /// The first place of the extremum, or the last, which is the first of the reversed axis.
    private static func place(_ kind: ArgExtremum.Kind) -> OperatorRule {
        { node in
            let x = try node.input(0)
            let shape = node.shape(x)
            let axis = try node.axis(node.integer("axis", default: 0), of: shape)
            let reduced: ReducedAxes = try node.flag("keepdims", default: true) ? .kept : .dropped
            let operation = ArgExtremum(kind, axis: axis, reduced)
            guard try node.flag("select_last_index") else { return [try node.add(operation, x)] }
            var (starts, steps) = (shape.dimensions.map { _ in 0 }, shape.dimensions.map { _ in 1 })
            guard shape[axis] > 0 else { throw ModelError("axis \(axis) of \(shape) is empty") }
            (starts[axis], steps[axis]) = (shape[axis] - 1, -1)
            try node.allow(elements: shape.count)
            let reversed = try node.add(
                Rearrange.slice(shape, starts: starts, counts: shape.dimensions, steps: steps), x)
            let last = node.constant(.scalar(Int64(shape[axis] - 1)))
            return [try node.binary(.subtract, last, node.add(operation, reversed))]
        }
    }

    /// Sums up to each element along an axis: a product with a triangle of ones.
    private static let cumulativeSum: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        guard let stated = try node.constant(1, "axis").integers?.first else { throw ModelError("axis is empty") }
        let axis = try node.axis(Int(stated), of: shape)
        let (size, isReversed) = (shape[axis], try node.flag("reverse"))
        let excluded = try node.flag("exclusive") ? 1 : 0
        try node.allow(elements: size * size + shape.count)
        var ones = [Double](repeating: 0, count: size * size)
        for source in 0..<size {
            for target in 0..<size {
                let distance = isReversed ? source - target : target - source
                if distance >= excluded { ones[source * size + target] = 1 }
            }
        }
        let triangle = node.constant(try Tensor(TensorType(node.element(x), Shape([size, size])), rounding: ones))
        var order = Array(0..<shape.rank)
        order.swapAt(axis, shape.rank - 1)
        let moved = try node.transpose(x, order)
        return [try node.wrapped(node.transpose(node.add(MatMul(), moved, triangle), order))]
    }

    /// Products up to each element along an axis, one after the other.
    private static let cumulativeProduct: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        guard let stated = try node.constant(1, "axis").integers?.first else { throw ModelError("axis is empty") }
        let axis = try node.axis(Int(stated), of: shape)
        let isReversed = try node.flag("reverse")
        let places = isReversed ? Array((0..<shape[axis]).reversed()) : Array(0..<shape[axis])
        guard let first = places.first else { return [x] }
        let isExclusive = try node.flag("exclusive")
        try node.allow(elements: 2 * shape.count)
        var product = try node.slice(x, axis: axis, from: first, count: 1)
        if isExclusive { product = try node.expand(node.scalar(1, like: x), to: node.shape(product)) }
        var parts = [product]
        for (last, place) in zip(places, places.dropFirst()) {
            let factor = try node.slice(x, axis: axis, from: isExclusive ? last : place, count: 1)
            product = try node.product(product, factor)
            parts.append(product)
        }
        return [try node.concatenate(isReversed ? parts.reversed() : parts, axis: axis)]
    }
}
