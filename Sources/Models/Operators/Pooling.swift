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
            let kind = try normKind(node)
            return [try reduceSpatial(node, kind)]
        },
    ]

    private static let maximum: OperatorRule = { node in
        try node.wantsOnly(1, "the indices of a max pool are not supported")
        let x = try node.input(0)
        let pool = try Pool(.max, window: window(node, x), rounding: rounding(node))
        guard node.element(x) == .int64 else { return [try node.add(pool, x)] }
        return [try node.cast(node.add(pool, node.cast(x, to: .float64)), to: .int64)]
    }

    private static let average: OperatorRule = { node in
        let x = try node.input(0)
        let divisor: Pool.Divisor = try node.flag("count_include_pad") ? .padsIncluded : .padsExcluded
        return [try node.add(Pool(.average(divisor), window: window(node, x), rounding: rounding(node)), x)]
    }

    /// The p-norm: of what lies under the window, pads being zeros.
    private static let norm: OperatorRule = { node in
        let x = try node.input(0)
        let window = try window(node, x)
        let count = window.size.reduce(1.0) { $0 * Double($1) }
        let isFirst = try normKind(node) == .l1
        let powers = try node.unary(isFirst ? .absolute : .square, x)
        let mean = try node.add(Pool(.average(.padsIncluded), window: window, rounding: rounding(node)), powers)
        let sum = try node.binary(.multiply, mean, count)
        return [isFirst ? sum : try node.unary(.squareRoot, sum)]
    }

    private static func normKind(_ node: Application) throws -> Reduce.Kind {
        switch try node.integer("p", default: 2) {
        case 1: return .l1
        case 2: return .l2
        case let p: throw ModelError("a norm with p = \(p) is not supported; 1 and 2 are")
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
