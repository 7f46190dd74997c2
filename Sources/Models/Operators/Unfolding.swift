import Tensors

/// Sliding windows taken apart (im2col), for what no operator of the graph slides: computed weights, and where an element lay.
enum Unfolding {
    /// What lies under each position of a window, `[batch, channels, places of the window, positions]`, and where that is in
    /// each plane in row-major order, -1 in the pads, which hold `fill`.
    struct Windows {
        let values: Value
        let places: [Int]
        let positions: [Int]

        init(_ node: Application, _ x: Value, _ window: Window, fill: Double, _ rounding: Window.Rounding = .down)
            throws
        {
            let shape = node.shape(x)
            let spatial = Array(shape.dimensions.dropFirst(2))
            positions = try window.positions(over: spatial, of: node.node.operatorName, rounding)
            let (size, count) = (window.size.reduce(1, *), positions.reduce(1, *))
            let (planes, area) = (shape[0] * shape[1], spatial.reduce(1, *))
            let result = try node.allowedShape([shape[0], shape[1], size, count])
            places = Unfolding.places(window, over: spatial, positions)
            var table: [Int] = []
            table.reserveCapacity(result.count)
            for plane in 0..<planes {
                for place in places { table.append(place < 0 ? shape.count : plane * area + place) }
            }
            let flat = try node.reshape(x, [shape.count])
            let filled = try node.concatenate([flat, node.reshape(node.scalar(fill, like: x), [1])], axis: 0)
            values = try node.pick(filled, table, shape: result)
        }
    }

    /// By place of the window and then by position: where it is in a plane, -1 outside.
    static func places(_ window: Window, over spatial: [Int], _ positions: [Int]) -> [Int] {
        /// Along one axis, by place and position.
        func along(_ axis: Int) -> [[Int]] {
            (0..<window.size[axis]).map { step in
                (0..<positions[axis]).map { position in
                    let place = position * window.strides[axis] - window.before[axis] + step * window.dilations[axis]
                    return (0..<spatial[axis]).contains(place) ? place : -1
                }
            }
        }
        var result: [[Int]] = [[0]]
        for axis in spatial.indices {
            let own = along(axis)
            result = result.flatMap { outer in
                own.map { inner in
                    outer.flatMap { base in
                        inner.map { base < 0 || $0 < 0 ? -1 : base * spatial[axis] + $0 }
                    }
                }
            }
        }
        return result.flatMap { $0 }
    }

    /// A convolution whose weights are computed: a product of its windows with them.
    static func convolved(_ node: Application, _ x: Value, _ filter: Value, bias: Value?) throws -> Value {
        let (shape, weights) = (node.shape(x), node.shape(filter))
        guard weights.rank == shape.rank, weights.rank > 2 else { throw ModelError("weights \(weights) for \(shape)") }
        let window = try SlidingWindow(
            node, size: Array(weights.dimensions.dropFirst(2)), over: Array(shape.dimensions.dropFirst(2))
        ).window
        return try convolved(node, x, filter, bias: bias, window, groups: node.integer("group", default: 1))
    }

    static func convolved(
        _ node: Application, _ x: Value, _ filter: Value, bias: Value?, _ window: Window, groups: Int
    ) throws -> Value {
        let (shape, weights) = (node.shape(x), node.shape(filter))
        guard groups > 0, weights[0] % groups == 0, shape[1] == weights[1] * groups else {
            throw ModelError("weights \(weights) do not fit \(shape) in \(groups) groups")
        }
        let windows = try Windows(node, x, window, fill: 0)
        let (terms, count) = (weights.dimensions.dropFirst().reduce(1, *), windows.positions.reduce(1, *))
        let columns = try node.reshape(windows.values, [shape[0], groups, terms, count])
        let rows = try node.reshape(filter, [1, groups, weights[0] / groups, terms])
        let product = try node.reshape(
            node.add(MatMul(), rows, columns), [shape[0], weights[0]] + windows.positions)
        guard let bias else { return product }
        let ones = [Int](repeating: 1, count: windows.positions.count)
        return try node.binary(.add, product, node.reshape(bias, [weights[0]] + ones))
    }

    /// A transposed convolution whose weights are computed: the input stretched by the strides, and a plain one with the
    /// weights turned round.
    static func transposed(
        _ node: Application, _ x: Value, _ filter: Value, bias: Value?, _ window: Window, outputPadding: [Int],
        groups: Int
    ) throws -> Value {
        let (shape, weights) = (node.shape(x), node.shape(filter))
        guard groups > 0, shape.rank > 2, weights.rank == shape.rank, shape[1] == weights[0], shape[1] % groups == 0
        else {
            throw ModelError("weights \(weights) do not fit \(shape) in \(groups) groups")
        }
        let stretched = try Stretched(node, x, window.strides)
        let rank = window.size.count
        // [groups, in, out, size...] to [groups · out, in, size...], backward along each spatial axis.
        let split = try node.reshape(filter, [groups, shape[1] / groups] + weights.dimensions.dropFirst())
        let turned = try node.transpose(split, [0, 2, 1] + (0..<rank).map { $0 + 3 })
        let outputs = weights[1] * groups
        let flat = try node.reshape(turned, [outputs, shape[1] / groups] + window.size)
        let whole = [0, 0] + window.size.map { $0 - 1 }
        let backward = try node.add(
            Rearrange.slice(
                node.shape(flat), starts: whole, counts: node.shape(flat).dimensions,
                steps: [1, 1] + window.size.map { _ in -1 }), flat)
        let reach = (0..<rank).map { (window.size[$0] - 1) * window.dilations[$0] }
        let (before, after) = (
            (0..<rank).map { reach[$0] - window.before[$0] },
            (0..<rank).map { reach[$0] - window.after[$0] + outputPadding[$0] }
        )
        let padded = try Joining.padded(
            node, stretched.value, before: [0, 0] + before, after: [0, 0] + after, .constant(0))
        let plain = Window(size: window.size, dilations: window.dilations)
        return try convolved(node, padded, backward, bias: bias, plain, groups: groups)
    }

    /// Spatial axes with zeros between neighbours, so that these are `strides` apart.
    private struct Stretched {
        let value: Value

        init(_ node: Application, _ x: Value, _ strides: [Int]) throws {
            var value = x
            for (index, stride) in strides.enumerated() where stride > 1 {
                let (axis, shape) = (index + 2, node.shape(value))
                var (wide, after) = (shape.dimensions, [Int](repeating: 0, count: shape.rank + 1))
                wide.insert(1, at: axis + 1)
                after[axis + 1] = stride - 1
                let padded = try Joining.padded(
                    node, node.reshape(value, wide), before: after.map { _ in 0 }, after: after, .constant(0))
                var merged = shape.dimensions
                merged[axis] *= stride
                let all = try node.reshape(padded, merged)
                value = try node.slice(all, axis: axis, from: 0, count: (shape[axis] - 1) * stride + 1)
            }
            self.value = value
        }
    }
}
