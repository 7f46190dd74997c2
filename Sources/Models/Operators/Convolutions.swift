import Tensors

/// Convolutions and their transposes.
enum Convolutions {
    static let rules: [String: OperatorRule] = [
        "Conv": convolution,
        "ConvTranspose": transposed,
    ]

    private static let convolution: OperatorRule = { node in
        [try convolved(node, node.input(0), node.input(1), bias: node.optional(2))]
    }

    /// x with weights slid over it, by the node's attributes.
    static func convolved(_ node: Application, _ x: Value, _ filter: Value, bias: Value?) throws -> Value {
        guard let weights = node.tensor(filter), bias.map({ node.tensor($0) != nil }) ?? true else {
            return try Unfolding.convolved(node, x, filter, bias: bias)
        }
        let size = Array(weights.shape.dimensions.dropFirst(2))
        let spatial = Array(node.shape(x).dimensions.dropFirst(2))
        let window = try SlidingWindow(node, size: size, over: spatial).window
        let convolution = Convolution(
            weights: weights, bias: bias.flatMap(node.tensor), window: window,
            groups: try node.integer("group", default: 1))
        return try node.add(convolution, x)
    }

    private static let transposed: OperatorRule = { node in
        let x = try node.input(0)
        let filter = try node.input(1)
        let size = Array(node.shape(filter).dimensions.dropFirst(2))
        let spatial = Array(node.shape(x).dimensions.dropFirst(2))
        var outputPadding = try node.integers("output_padding") ?? size.map { _ in 0 }
        let given = try SlidingWindow(node, size: size, over: spatial)
        var (before, after) = (given.window.before, given.window.after)
        if let total = try given.transposedPads(node, over: spatial, &outputPadding) {
            (before, after) = given.halved(total)
        }
        let window = Window(
            size: size, strides: given.window.strides, dilations: given.window.dilations, before: before, after: after)
        let (bias, groups) = (node.optional(2), try node.integer("group", default: 1))
        guard let weights = node.tensor(filter), bias.map({ node.tensor($0) != nil }) ?? true else {
            return [
                try Unfolding.transposed(
                    node, x, filter, bias: bias, window, outputPadding: outputPadding, groups: groups)
            ]
        }
        let operation = TransposedConvolution(
            weights: weights, bias: bias.flatMap(node.tensor), window: window, outputPadding: outputPadding,
            groups: groups)
        return [try node.add(operation, x)]
    }
}

/// The window of a convolution or a pool, from a node's attributes.
struct SlidingWindow {
    /// Who decides how much is padded.
    private enum AutomaticPads: String {
        case notSet = "NOTSET"
        case valid = "VALID"
        /// As many results as inputs divided by the stride, rounded up; an odd pad goes behind.
        case sameUpper = "SAME_UPPER"
        /// The same, with an odd pad in front.
        case sameLower = "SAME_LOWER"
    }

    let window: Window
    private let automatic: AutomaticPads

    init(_ node: Application, size: [Int], over spatial: [Int]) throws {
        if let stated = try node.integers("kernel_shape"), stated != size {
            throw ModelError("kernel_shape \(stated) is not \(size), the shape of the weights")
        }
        guard size.count == spatial.count else {
            throw ModelError("a window of \(size) does not slide over \(spatial)")
        }
        let strides = try node.integers("strides") ?? size.map { _ in 1 }
        let dilations = try node.integers("dilations") ?? size.map { _ in 1 }
        guard strides.count == size.count, dilations.count == size.count else {
            throw ModelError("strides \(strides) and dilations \(dilations) do not fit a window of \(size)")
        }
        guard (strides + dilations + size).allSatisfy({ (1...1 << 20).contains($0) }) else {
            throw ModelError("window \(size), strides \(strides) or dilations \(dilations) are out of range")
        }
        let name = try node.text("auto_pad", default: "NOTSET")
        guard let automatic = AutomaticPads(rawValue: name) else { throw ModelError("auto_pad `\(name)` is unknown") }
        self.automatic = automatic
        let pads = try Self.pads(node, automatic, size, strides, dilations, spatial)
        window = Window(
            size: size, strides: strides, dilations: dilations, before: pads.before, after: pads.after)
    }

    private static func pads(
        _ node: Application, _ automatic: AutomaticPads, _ size: [Int], _ strides: [Int], _ dilations: [Int],
        _ spatial: [Int]
    ) throws -> (before: [Int], after: [Int]) {
        switch automatic {
        case .valid:
            return (size.map { _ in 0 }, size.map { _ in 0 })
        case .notSet:
            let pads = try node.integers("pads") ?? [Int](repeating: 0, count: 2 * size.count)
            guard pads.count == 2 * size.count else { throw ModelError("pads \(pads) do not fit a window of \(size)") }
            return (Array(pads.prefix(size.count)), Array(pads.suffix(size.count)))
        case .sameUpper, .sameLower:
            let total = size.indices.map { axis in
                let positions = (spatial[axis] + strides[axis] - 1) / strides[axis]
                return max(0, (positions - 1) * strides[axis] + (size[axis] - 1) * dilations[axis] + 1 - spatial[axis])
            }
            return halved(total, automatic)
        }
    }

    /// What a transposed convolution cuts off: an odd one more in front but where the contrary is asked for.
    func halved(_ total: [Int]) -> (before: [Int], after: [Int]) {
        Self.halved(total, automatic == .sameUpper ? .sameUpper : .sameLower)
    }

    /// An odd pad goes in front only where that is asked for.
    private static func halved(_ total: [Int], _ automatic: AutomaticPads) -> (before: [Int], after: [Int]) {
        let before = total.map { automatic == .sameLower ? ($0 + 1) / 2 : $0 / 2 }
        return (before, zip(total, before).map { $0 - $1 })
    }

    /// What a transposed convolution cuts from each axis in all, where the pads do not say so themselves.
    ///
    /// Where more is wanted than there is, the difference is added behind; not where only a multiple of the strides is asked for.
    func transposedPads(_ node: Application, over spatial: [Int], _ outputPadding: inout [Int]) throws -> [Int]? {
        let wanted: [Int]
        let stated = try node.integers("output_shape")
        if let shape = stated {
            wanted = Array(shape.suffix(spatial.count))
        } else if automatic == .sameUpper || automatic == .sameLower {
            wanted = zip(spatial, window.strides).map(*)
        } else {
            return nil
        }
        guard wanted.count == spatial.count, outputPadding.count == spatial.count,
            (wanted + outputPadding).allSatisfy({ (0...Shape.maximumCount).contains($0) })
        else {
            throw ModelError("output_shape \(wanted) does not fit \(spatial)")
        }
        var total: [Int] = []
        for axis in spatial.indices {
            let full =
                (spatial[axis] - 1) * window.strides[axis] + (window.size[axis] - 1) * window.dilations[axis] + 1
                + outputPadding[axis]
            let excess = full - wanted[axis]
            if excess < 0, stated != nil { outputPadding[axis] -= excess }
            total.append(max(0, excess))
        }
        return total
    }
}
