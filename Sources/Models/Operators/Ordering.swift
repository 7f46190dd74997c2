import Tensors

/// Elements in order, and what is found by comparing all of them.
///
/// How many elements are found by `NonZero`, `Unique` and `NonMaxSuppression` depends on the data, so these need what they
/// search to be constant.
enum Ordering {
    static let rules: [String: OperatorRule] = [
        "TopK": topK,
        "NonZero": nonZero,
        "Unique": unique,
        "NonMaxSuppression": { node in [node.constant(try BoxSuppression(node).selected())] },
    ]

    /// The k greatest (or least) elements along an axis, and their places; of equal ones the first.
    private static let topK: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        let count = try node.integer("k") ?? node.whole(1, "K")
        let axis = try node.axis(node.integer("axis", default: -1), of: shape)
        guard (0...shape[axis]).contains(count) else {
            throw ModelError("\(count) elements of \(shape) along axis \(axis)")
        }
        let order: SortOrder = try node.flag("largest", default: true) ? .descending : .ascending
        return try [Sort.Wanted.elements, .places].map { wanted in
            try node.slice(node.add(Sort(order, axis: axis, wanted), x), axis: axis, from: 0, count: count)
        }
    }

    /// The coordinates of all elements that are not zero, one column each.
    private static let nonZero: OperatorRule = { node in
        let x = try node.constant(0, "X")
        let found = x.doubles.enumerated().filter { $0.element != 0 }.map(\.offset)
        let strides = x.shape.strides
        try node.allow(elements: found.count * x.shape.rank)
        let coordinates = x.shape.dimensions.indices.flatMap { axis in
            found.map { Int64($0 / strides[axis] % x.shape[axis]) }
        }
        return [node.constant(try Tensor(Shape([x.shape.rank, found.count]), coordinates))]
    }

    /// The different slices along an axis, where each was met first, which each slice is, and how often each was met.
    private static let unique: OperatorRule = { node in
        let given = try node.constant(0, "X")
        let stated = try node.integer("axis")
        let x = try stated == nil ? given.reshaped(Shape([given.count])) : given
        let axis = try node.axis(stated ?? 0, of: x.shape)
        let slices = AxisSlices(x, axis: axis)
        var places: [[Double]: Int] = [:]
        var (first, which, counts): ([Int], [Int], [Int]) = ([], [], [])
        for (index, slice) in slices.all.enumerated() {
            let place = places[slice] ?? first.count
            if place == first.count {
                places[slice] = place
                first.append(index)
                counts.append(0)
            }
            counts[place] += 1
            which.append(place)
        }
        var order = Array(first.indices)
        if try node.flag("sorted", default: true) {
            order.sort { slices.all[first[$0]].lexicographicallyPrecedes(slices.all[first[$1]]) }
        }
        var rank = order
        for (place, kept) in order.enumerated() { rank[kept] = place }
        func row(_ numbers: [Int]) throws -> Value {
            node.constant(try Tensor(Shape([numbers.count]), numbers.map(Int64.init)))
        }
        let kept = order.map { first[$0] }
        let index = try Tensor(Shape([kept.count]), kept.map(Int64.init))
        let values = try node.add(Rearrange.gather(x.shape, axis: axis, index: index), node.constant(x))
        return [values, try row(kept), try row(which.map { rank[$0] }), try row(order.map { counts[$0] })]
    }
}

/// A tensor as its slices along one axis, each in row-major order.
private struct AxisSlices {
    let all: [[Double]]

    init(_ tensor: Tensor, axis: Int) {
        let (numbers, shape) = (tensor.doubles, tensor.shape)
        let inner = shape.dimensions.dropFirst(axis + 1).reduce(1, *)
        let outer = shape.dimensions.prefix(axis).reduce(1, *)
        all = (0..<shape[axis]).map { place in
            (0..<outer).flatMap { block -> ArraySlice<Double> in
                let start = (block * shape[axis] + place) * inner
                return numbers[start..<start + inner]
            }
        }
    }
}
