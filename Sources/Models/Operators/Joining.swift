import Tensors

/// Tensors put together, taken apart and made larger.
enum Joining {
    static let rules: [String: OperatorRule] = [
        "Concat": concatenate,
        "Split": split,
        "Pad": pad,
        "Tile": tile,
        "CenterCropPad": centerCropPad,
    ]

    private static let concatenate: OperatorRule = { node in
        let inputs = try node.allInputs()
        let axis = try node.integer("axis", default: node.version < 4 ? 1 : 0)
        return [try node.concatenate(inputs, axis: node.axis(axis, of: node.shape(inputs[0])))]
    }

    /// Into parts of given sizes, or into equal ones, the last of which may be smaller.
    private static let split: OperatorRule = { node in
        let x = try node.input(0)
        let axis = try node.axis(node.integer("axis", default: 0), of: node.shape(x))
        let size = node.shape(x)[axis]
        let parts: [Int]
        if let given = try node.integers(attribute: "split", orInput: 1) {
            parts = given
        } else {
            let count = try node.integer("num_outputs", default: node.node.outputs.count)
            guard count > 0, count <= max(size, node.node.outputs.count) else {
                throw ModelError("\(size) elements into \(count) parts")
            }
            let part = (size + count - 1) / count
            parts = (0..<count).map { max(0, min(part, size - $0 * part)) }
        }
        guard parts.allSatisfy({ (0...size).contains($0) }) else { throw ModelError("parts \(parts) of \(size)") }
        try node.allow(elements: node.shape(x).count)
        return try Rearrange.split(node.shape(x), axis: axis, parts: parts).map { try node.add($0, x) }
    }

    private static let pad: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        let pads = try node.integers(attribute: "pads", orInput: 1) ?? []
        let axes = try (node.optionalIntegers(3, "axes") ?? Array(0..<shape.rank)).map { try node.axis($0, of: shape) }
        guard pads.count == 2 * axes.count else { throw ModelError("pads \(pads) do not fit the axes \(axes)") }
        guard
            pads.allSatisfy({ abs(min(max($0, -Shape.maximumCount - 1), Shape.maximumCount + 1)) <= Shape.maximumCount }
            )
        else { throw ModelError("pads \(pads) are out of range") }
        var (before, after) = (shape.dimensions.map { _ in 0 }, shape.dimensions.map { _ in 0 })
        for (index, axis) in axes.enumerated() {
            before[axis] = pads[index]
            after[axis] = pads[axes.count + index]
        }
        return [try padded(node, x, before: before, after: after, padding(node))]
    }

    private static func padding(_ node: Application) throws -> Rearrange.Padding {
        switch try node.text("mode", default: "constant") {
        case "constant":
            if let value = try node.float("value") { return .constant(value) }
            return .constant(try node.optional(2) == nil ? 0 : node.number(2, "constant_value"))
        case "reflect": return .reflect
        case "edge": return .edge
        case "wrap": return .wrap
        case let mode: throw ModelError("mode `\(mode)` is unknown")
        }
    }

    static func padded(
        _ node: Application, _ x: Value, before: [Int], after: [Int], _ padding: Rearrange.Padding
    ) throws -> Value {
        let shape = node.shape(x)
        let sizes = shape.dimensions.indices.map { max(0, shape[$0] + before[$0] + after[$0]) }
        try node.allow(elements: Shape(sizes).count)
        return try node.add(Rearrange.pad(shape, before: before, after: after, padding), x)
    }

    private static let tile: OperatorRule = { node in
        let x = try node.input(0)
        let repeats = try node.integers(1, "repeats")
        let shape = node.shape(x)
        guard repeats.count == shape.rank, repeats.allSatisfy({ (0...Shape.maximumCount).contains($0) }) else {
            throw ModelError("repeats \(repeats) do not fit \(shape)")
        }
        try node.allow(elements: Shape(zip(repeats, shape.dimensions).map(*)).count)
        return [try node.add(Rearrange.tile(shape, repeats: repeats), x)]
    }

    /// Each axis cut or padded around its middle to a given size.
    private static let centerCropPad: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        let sizes = try node.integers(1, "shape")
        let axes = try (node.integers("axes") ?? Array(0..<shape.rank)).map { try node.axis($0, of: shape) }
        guard sizes.count == axes.count, sizes.allSatisfy({ (0...Shape.maximumCount).contains($0) }) else {
            throw ModelError("sizes \(sizes) do not fit the axes \(axes)")
        }
        var (before, after) = (shape.dimensions.map { _ in 0 }, shape.dimensions.map { _ in 0 })
        for (axis, size) in zip(axes, sizes) {
            let excess = size - shape[axis]
            // An odd element is cut in front and padded behind.
            before[axis] = excess < 0 ? -(-excess / 2) : excess / 2
            after[axis] = excess - before[axis]
        }
        return [try padded(node, x, before: before, after: after, .constant(0))]
    }
}
