import Tensors

/// The same elements under another shape, and what a shape is.
enum Views {
    static let rules: [String: OperatorRule] = [
        "Reshape": reshape,
        "Flatten": { node in
            let x = try node.input(0)
            return [try node.add(Rearrange.flatten(node.shape(x), axis: node.integer("axis", default: 1)), x)]
        },
        "Squeeze": { node in
            let x = try node.input(0)
            let axes = try node.integers(attribute: "axes", orInput: 1)
            return [try node.add(Rearrange.squeeze(node.shape(x), axes: axes), x)]
        },
        "Unsqueeze": { node in
            let x = try node.input(0)
            let axes = try node.integers(attribute: "axes", orInput: 1) ?? []
            return [try node.add(Rearrange.unsqueeze(node.shape(x), axes: axes), x)]
        },
        "Transpose": { node in
            let x = try node.input(0)
            return [try node.transpose(x, node.integers("perm") ?? (0..<node.shape(x).rank).reversed())]
        },
        "Expand": { node in
            let x = try node.input(0)
            return [
                try node.expand(x, to: node.shape(x).broadcast(with: Shape(node.integers(1, "shape")), in: "Expand"))
            ]
        },
        "Shape": shape,
        "Size": { node in [node.constant(.scalar(Int64(try node.shape(node.input(0)).count)))] },
        "DepthToSpace": depthToSpace,
        "SpaceToDepth": spaceToDepth,
    ]

    /// 0 keeps a dimension (unless allowzero), -1 takes what is left.
    private static let reshape: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        var wanted = try node.integers(attribute: "shape", orInput: 1) ?? []
        if try !node.flag("allowzero") {
            for (axis, size) in wanted.enumerated() where size == 0 {
                guard axis < shape.rank else { throw ModelError("shape \(wanted): \(shape) has no axis \(axis)") }
                wanted[axis] = shape[axis]
            }
        }
        if let open = wanted.firstIndex(of: -1) {
            let rest = try Shape(wanted.enumerated().filter { $0.offset != open }.map(\.element)).count
            guard rest > 0, shape.count % rest == 0 else {
                throw ModelError("the \(shape.count) elements of \(shape) do not fill \(wanted)")
            }
            wanted[open] = shape.count / rest
        }
        return [try node.reshape(x, wanted)]
    }

    private static let shape: OperatorRule = { node in
        let dimensions = try node.shape(node.input(0)).dimensions
        func place(_ index: Int) -> Int { min(max(index < 0 ? index + dimensions.count : index, 0), dimensions.count) }
        let start = place(try node.integer("start", default: 0))
        let end = place(try node.integer("end", default: dimensions.count))
        let part = start < end ? dimensions[start..<end] : []
        return [node.constant(try Tensor(Shape([part.count]), part.map(Int64.init)))]
    }

    private static let depthToSpace: OperatorRule = { node in
        let x = try node.input(0)
        let (shape, block) = (node.shape(x), try node.integer("blocksize", default: 0))
        guard shape.rank == 4, block > 0, block <= 1 << 15, shape[1] % (block * block) == 0 else {
            throw ModelError("blocks of \(block) do not fit \(shape)")
        }
        let depth = shape[1] / (block * block)
        let isColumnFirst = try node.text("mode", default: "DCR") == "CRD"
        let parts =
            isColumnFirst
            ? [shape[0], depth, block, block, shape[2], shape[3]] : [shape[0], block, block, depth, shape[2], shape[3]]
        let order = isColumnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
        let moved = try node.transpose(node.reshape(x, parts), order)
        return [try node.reshape(moved, [shape[0], depth, shape[2] * block, shape[3] * block])]
    }

    private static let spaceToDepth: OperatorRule = { node in
        let x = try node.input(0)
        let (shape, block) = (node.shape(x), try node.integer("blocksize", default: 0))
        guard shape.rank == 4, block > 0, block <= 1 << 15, shape[2] % block == 0, shape[3] % block == 0 else {
            throw ModelError("blocks of \(block) do not fit \(shape)")
        }
        let (height, width) = (shape[2] / block, shape[3] / block)
        let parts = try node.reshape(x, [shape[0], shape[1], height, block, width, block])
        let isColumnFirst = try node.text("mode", default: "DCR") == "CRD"
        let moved = try node.transpose(parts, isColumnFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4])
        return [try node.reshape(moved, [shape[0], shape[1] * block * block, height, width])]
    }
}
