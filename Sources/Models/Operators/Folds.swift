import Tensors

/// What puts windows and pooled elements back where they came from.
enum Folds {
    static let rules: [String: OperatorRule] = [
        "Col2Im": { node in [try columnsToImage(node)] },
        "MaxUnpool": { node in [try unpooled(node)] },
        "CausalConvWithState": { node in try causal(node) },
    ]

    /// Blocks of an image added up where they overlap: a transposed convolution that leaves each element as it is.
    private static func columnsToImage(_ node: Application) throws -> Value {
        let (x, image, block) = (
            try node.input(0), try node.integers(1, "image_shape"), try node.integers(2, "block_shape")
        )
        let (shape, axes) = (node.shape(x), image.count)
        let strides = try node.integers("strides") ?? block.map { _ in 1 }
        let dilations = try node.integers("dilations") ?? block.map { _ in 1 }
        let pads = try node.integers("pads") ?? [Int](repeating: 0, count: 2 * axes)
        guard (1...3).contains(axes), [block.count, strides.count, dilations.count].allSatisfy({ $0 == axes }),
            pads.count == 2 * axes, (image + block + strides + dilations).allSatisfy({ (1...1 << 20).contains($0) }),
            pads.allSatisfy({ (0...1 << 20).contains($0) })
        else { throw ModelError("blocks of \(block) in an image of \(image)") }
        let window = Window(
            size: block, strides: strides, dilations: dilations, before: Array(pads.prefix(axes)),
            after: Array(pads.suffix(axes)))
        let positions = try window.positions(over: image, of: "Col2Im")
        let size = block.reduce(1, *)
        guard shape.rank == 3, shape[1] % size == 0, shape[2] == positions.reduce(1, *) else {
            throw ModelError("\(shape) for blocks of \(block) at \(positions)")
        }
        try node.allow(elements: shape[1] * size)
        var weights = [Double](repeating: 0, count: shape[1] * size)
        for row in 0..<shape[1] { weights[row * size + row % size] = 1 }
        let type = TensorType(node.element(x), try Shape([shape[1], 1] + block))
        // What the last window does not reach is zero.
        let rest = (0..<axes).map { axis -> Int in
            let whole = image[axis] + pads[axis] + pads[axes + axis]
            let reach = (positions[axis] - 1) * strides[axis] + (block[axis] - 1) * dilations[axis] + 1
            return whole - reach
        }
        let channels = shape[1] / size
        let blocks = try node.reshape(x, [shape[0], shape[1]] + positions)
        let filter = try Tensor(type, rounding: weights)
        return try node.add(
            TransposedConvolution(weights: filter, window: window, outputPadding: rest, groups: channels), blocks)
    }

    /// Elements put where their largest ones were before a pool, zeros elsewhere. Places are those in a tensor of the usual
    /// shape, whatever is added behind it.
    private static func unpooled(_ node: Application) throws -> Value {
        let (x, index) = (try node.input(0), try node.input(1))
        let shape = node.shape(x)
        guard let size = try node.integers("kernel_shape"), shape.rank == size.count + 2,
            node.shape(index) == shape
        else { throw ModelError("places \(node.shape(index)) for \(shape)") }
        let strides = try node.integers("strides") ?? size.map { _ in 1 }
        let pads = try node.integers("pads") ?? [Int](repeating: 0, count: 2 * size.count)
        guard strides.count == size.count, pads.count == 2 * size.count else { throw ModelError("strides or pads") }
        let lengths = size.indices.map { axis -> Int in
            let padded = (shape[axis + 2] - 1) * strides[axis] + size[axis]
            return padded - pads[axis] - pads[size.count + axis]
        }
        let usual = try Shape([shape[0], shape[1]] + lengths)
        let wanted = try node.optionalIntegers(2, "output_shape").map { try Shape($0) } ?? usual
        let zeros = try node.expand(node.scalar(0, like: x), to: node.allowedShape([usual.count, 1]))
        let put = try node.reshape(
            node.add(ScatterRows(), zeros, node.reshape(index, [shape.count]), node.reshape(x, [shape.count, 1])),
            usual.dimensions)
        guard wanted != usual else { return put }
        guard wanted.rank == shape.rank else { throw ModelError("output_shape \(wanted)") }
        let after = zip(wanted.dimensions, usual.dimensions).map { $0 - $1 }
        return try Joining.padded(node, put, before: after.map { _ in 0 }, after: after, .constant(0))
    }

    /// A convolution of each channel with what came before, and the last elements, which come before the next part.
    private static func causal(_ node: Application) throws -> [Value?] {
        let (x, filter) = (try node.input(0), try node.input(1))
        let (shape, weights) = (node.shape(x), node.shape(filter))
        guard shape.rank == 3, weights.dimensions == [shape[1], 1, weights.dimensions.last ?? 0] else {
            throw ModelError("weights \(weights) for \(shape)")
        }
        let before = weights[2] - 1
        let past =
            try node.optional(3)
            ?? node.expand(node.scalar(0, like: x), to: node.allowedShape([shape[0], shape[1], before]))
        let all = before > 0 ? try node.concatenate([past, x], axis: 2) : x
        let window = Window(size: [weights[2]])
        var result: Value
        if let constant = node.tensor(filter), node.optional(2).map({ node.tensor($0) != nil }) ?? true {
            result = try node.add(
                Convolution(
                    weights: constant, bias: node.optional(2).flatMap(node.tensor), window: window, groups: shape[1]),
                all)
        } else {
            result = try Unfolding.convolved(node, all, filter, bias: node.optional(2), window, groups: shape[1])
        }
        switch try node.text("activation", default: "none") {
        case "none": break
        case "silu", "swish": result = try node.compose { try $0.swish(result) }
        case let activation: throw ModelError("activation `\(activation)` is unknown")
        }
        return [result, try node.slice(all, axis: 2, from: node.shape(all)[2] - before, count: before)]
    }
}
