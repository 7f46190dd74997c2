import Tensors

/// The largest, the mean or a norm of what lies under a window, or of everything.
enum Pooling {
    static let rules: [String: OperatorRule] = [
        "MaxPool": maximum,
        "AveragePool": average,
        "LpPool": norm,
        "GlobalMaxPool": global(.maximum),
        "GlobalAveragePool": global(.mean),
        "GlobalLpPool": { node in
            let x = try node.input(0)
            let spatial = Array(2..<(try node.shape(x, axes: 2).rank))
            let sum = try node.add(Reduce(.sum, axes: spatial, .kept), powers(node, x))
            return [try root(node, sum)]
        },
    ]

    private static let maximum: OperatorRule = { node in
        let x = try node.input(0)
        let result = try greatest(node, x)
        guard node.node.outputs.count > 1, !node.node.outputs[1].isEmpty else { return [result] }
        return [result, try places(node, x, Pool(.max, window: window(node, x), rounding: rounding(node)))]
    }

    /// The largest element under each window.
    static func greatest(_ node: Application, _ x: Value) throws -> Value {
        let pool = try Pool(.max, window: window(node, x), rounding: rounding(node))
        guard node.element(x) == .int64 else { return try node.add(pool, x) }
        return try node.cast(node.add(pool, node.cast(x, to: .float64)), to: .int64)
    }

    /// Where the largest element under each window is among all elements, in row-major order or, if asked for, with the last
    /// axes exchanged.
    private static func places(_ node: Application, _ x: Value, _ pool: Pool) throws -> Value {
        let shape = node.shape(x)
        let windows = try Unfolding.Windows(node, x, pool.window, fill: -.infinity, pool.rounding)
        let winner = try node.add(ArgExtremum(.max, axis: 2, .dropped), windows.values)
        let (size, count) = (pool.window.size.reduce(1, *), windows.positions.reduce(1, *))
        // By position and place of the window, so that the place of a winner is found by one number.
        var places = [Int64](repeating: 0, count: size * count)
        let isColumnMajor = try node.flag("storage_order")
        for (index, place) in windows.places.enumerated() where place >= 0 {
            places[index % count * size + index / count] = Int64(
                isColumnMajor ? columnMajor(place, Array(shape.dimensions.dropFirst(2))) : place)
        }
        let starts = node.constant(try Tensor(Shape([count]), (0..<count).map { Int64($0 * size) }))
        let table = node.constant(try Tensor(Shape([places.count]), places))
        let inPlane = try node.add(GatherRows(), table, node.binary(.add, winner, starts))
        let area = shape.dimensions.dropFirst(2).reduce(1, *)
        let planes = try Tensor(
            Shape([shape[0], shape[1], 1]), (0..<shape[0] * shape[1]).map { Int64($0 * area) })
        let all = try node.binary(.add, inPlane, node.constant(planes))
        return try node.reshape(all, [shape[0], shape[1]] + windows.positions)
    }

    /// The same place counted along the first axis first.
    private static func columnMajor(_ place: Int, _ spatial: [Int]) -> Int {
        var (rest, result, stride) = (place, 0, spatial.reduce(1, *))
        for size in spatial.reversed() {
            stride /= size
            result += rest % size * stride
            rest /= size
        }
        return result
    }

    private static let average: OperatorRule = { node in [try averaged(node, node.input(0))] }

    /// The mean of what lies under each window.
    static func averaged(_ node: Application, _ x: Value) throws -> Value {
        let divisor: Pool.Divisor = try node.flag("count_include_pad") ? .padsIncluded : .padsExcluded
        return try node.add(Pool(.average(divisor), window: window(node, x), rounding: rounding(node)), x)
    }

    /// The p-norm: of what lies under the window, pads being zeros.
    private static let norm: OperatorRule = { node in
        let x = try node.input(0)
        let window = try window(node, x)
        let powers = try powers(node, x)
        guard try rounding(node) == .down else {
            // A window may reach beyond the pads, and an average then counts fewer.
            let windows = try Unfolding.Windows(node, powers, window, fill: 0, .up)
            let sums = try node.add(Reduce(.sum, axes: [2], .dropped), windows.values)
            let shape = node.shape(x)
            return [try root(node, node.reshape(sums, [shape[0], shape[1]] + windows.positions))]
        }
        let count = window.size.reduce(1.0) { $0 * Double($1) }
        let mean = try node.add(Pool(.average(.padsIncluded), window: window), powers)
        return [try root(node, node.binary(.multiply, mean, count))]
    }

    private static func exponent(_ node: Application) throws -> Int {
        let p = try node.integer("p", default: 2)
        guard p > 0 else { throw ModelError("a norm with p = \(p)") }
        return p
    }

    /// |x|^p.
    private static func powers(_ node: Application, _ x: Value) throws -> Value {
        switch try exponent(node) {
        case 1: return try node.unary(.absolute, x)
        case 2: return try node.unary(.square, x)
        case let p: return try node.binary(.power, node.unary(.absolute, x), Double(p))
        }
    }

    private static func root(_ node: Application, _ sum: Value) throws -> Value {
        switch try exponent(node) {
        case 1: return sum
        case 2: return try node.unary(.squareRoot, sum)
        case let p: return try node.binary(.power, sum, 1 / Double(p))
        }
    }

    private static func window(_ node: Application, _ x: Value) throws -> Window {
        guard let size = try node.integers("kernel_shape") else { throw ModelError("kernel_shape is missing") }
        return try SlidingWindow(node, size: size, over: Array(node.shape(x).dimensions.dropFirst(2))).window
    }

    private static func rounding(_ node: Application) throws -> Window.Rounding {
        try node.flag("ceil_mode") ? .up : .down
    }

    private static func global(_ kind: Reduce.Kind) -> OperatorRule {
        { node in [try reduceSpatial(node, kind)] }
    }

    private static func reduceSpatial(_ node: Application, _ kind: Reduce.Kind) throws -> Value {
        let x = try node.input(0)
        guard node.shape(x).rank > 2 else { return x }
        return try node.add(Reduce(kind, axes: Array(2..<node.shape(x).rank), .kept), x)
    }
}
