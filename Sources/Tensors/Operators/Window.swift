/// A window that slides over the spatial axes of a tensor `[batch, channels, spatial...]`, 1 to 3 of them.
package struct Window: Sendable, Hashable {
    package let size: [Int]
    package let strides: [Int]
    package let dilations: [Int]
    /// Zeros (for pooling: nothing) added in front of and behind each axis.
    package let before: [Int]
    package let after: [Int]

    /// What is not given is 1 for strides and dilations, 0 for pads. Limits are checked by the shape rule.
    package init(
        size: [Int], strides: [Int]? = nil, dilations: [Int]? = nil, before: [Int]? = nil, after: [Int]? = nil
    ) {
        self.size = size
        self.strides = strides ?? size.map { _ in 1 }
        self.dilations = dilations ?? size.map { _ in 1 }
        self.before = before ?? size.map { _ in 0 }
        self.after = after ?? size.map { _ in 0 }
    }

    /// Whether a result that would need elements beyond the pads is left out or kept.
    package enum Rounding: Sendable, Hashable { case down, up }

    /// The number of positions of the window along each axis.
    package func positions(over spatial: [Int], of operation: String, _ rounding: Rounding = .down) throws(ShapeError)
        -> [Int]
    {
        try check(operation, spatial: spatial)
        var positions: [Int] = []
        for axis in size.indices {
            let reach = (size[axis] - 1) * dilations[axis] + 1
            let room = spatial[axis] + before[axis] + after[axis] - reach
            guard room >= 0 else {
                throw ShapeError("\(operation) over \(spatial): a window of \(reach) does not fit axis \(axis)")
            }
            var count = (room + (rounding == .up ? strides[axis] - 1 : 0)) / strides[axis] + 1
            // The last window must start inside the input or the pads in front of it.
            if rounding == .up, (count - 1) * strides[axis] >= spatial[axis] + before[axis] { count -= 1 }
            positions.append(count)
        }
        return positions
    }

    func check(_ operation: String, spatial: [Int]) throws(ShapeError) {
        let all = [size, strides, dilations, before, after]
        guard (1...3).contains(spatial.count), all.allSatisfy({ $0.count == spatial.count }) else {
            throw ShapeError("\(operation) over \(spatial): the window \(size) must have as many axes, 1 to 3")
        }
        let limit = 1 << 20
        guard (size + strides + dilations).allSatisfy({ (1...limit).contains($0) }),
            (before + after).allSatisfy({ (0...limit).contains($0) })
        else {
            throw ShapeError(
                "\(operation): sizes, strides and dilations lie in 1...\(limit), pads in 0...\(limit)")
        }
    }
}
