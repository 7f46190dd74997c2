/// The largest or smallest of many, as a balanced tree of the larger or smaller of two.
extension Decomposer {
    /// The most elements that a tree may start from.
    static let treeLimit = 1 << 22

    /// Of `[n, ...]`, over the first axis.
    mutating func extreme(_ kind: ArgExtremum.Kind, ofFirstAxis x: Value) throws(ShapeError) -> Value {
        try tree(x) { (decomposer, a, b) throws(ShapeError) in try decomposer.extremum(kind, a, b) }
    }

    /// What combines two halves of `[n, ...]`, again and again, until one is left.
    mutating func tree(
        _ x: Value, _ combine: (inout Decomposer, Value, Value) throws(ShapeError) -> Value
    ) throws(ShapeError) -> Value {
        var x = x
        while shape(of: x)[0] > 1 {
            let (count, half) = (shape(of: x)[0], shape(of: x)[0] / 2)
            let first = try sliced(x, from: 0, count: half)
            var combined = try combine(&self, first, sliced(x, from: half, count: half))
            if count % 2 == 1 {
                let last = try sliced(x, from: count - 1, count: 1)
                let joined = try Rearrange.concatenate([shape(of: combined), shape(of: last)], axis: 0)
                combined = try add(joined, [combined, last])
            }
            x = combined
        }
        return try reshaped(x, to: Shape(Array(shape(of: x).dimensions.dropFirst())))
    }

    /// Neighbours along the first axis.
    private mutating func sliced(_ x: Value, from start: Int, count: Int) throws(ShapeError) -> Value {
        try add(Rearrange.slice(shape(of: x), axis: 0, from: start, count: count), [x])
    }

    /// The axes that are reduced together in front, what is kept behind: `[n, rest]`.
    mutating func gathered(_ x: Value, axes: [Int]) throws(ShapeError) -> Value {
        let shape = shape(of: x)
        let order = axes + shape.dimensions.indices.filter { !axes.contains($0) }
        let count = axes.reduce(1) { $0 * shape[$1] }
        let moved = Shape(trusted: order.map { shape[$0] }, count: shape.count)
        let table = Shape.walk(moved, steps: order.map { shape.strides[$0] })
        return try gathered(x, table, Shape([count, shape.count / max(count, 1)]))
    }
}

extension Decomposer {
    mutating func pooled(_ pool: Pool, _ x: Value) throws(ShapeError) -> Value {
        let size = pool.window.size.reduce(1, *)
        let result = try pool.resultType(of: [type(of: x)])
        guard pool.kind == .max else { return try add(pool, [x], .sum(terms: size + 1, result.element)) }
        let (elements, overflow) = result.shape.count.multipliedReportingOverflow(by: size)
        guard !overflow, elements <= Decomposer.treeLimit,
            let table = pool.places(from: shape(of: x), to: result.shape)
        else { return try add(pool, [x]) }
        let windows = try gathered(x, table, Shape([size, result.shape.count]))
        return try reshaped(extreme(.max, ofFirstAxis: windows), to: result.shape)
    }
}

extension Pool {
    /// For each place of the window and each element of the result, the element of the input that is there.
    ///
    /// What lies outside stands for the first that lies inside: the largest stays the same. nil if a window has none.
    func places(from input: Shape, to result: Shape) -> [Int32]? {
        let size = window.size.reduce(1, *)
        var table = [Int32](repeating: -1, count: size * result.count)
        for element in 0..<result.count {
            var first: Int32 = -1
            for place in 0..<size {
                let row = row(place, of: element, input, result)
                table[place * result.count + element] = row
                if first < 0 { first = row }
            }
            guard first >= 0 else { return nil }
            for place in 0..<size where table[place * result.count + element] < 0 {
                table[place * result.count + element] = first
            }
        }
        return table
    }

    /// The element of the input under one place of one window; -1 outside.
    private func row(_ place: Int, of element: Int, _ input: Shape, _ result: Shape) -> Int32 {
        var (place, rest, row, stride) = (place, element, 0, 1)
        for axis in window.size.indices.reversed() {
            let position = rest % result[axis + 2]
            let index =
                position * window.strides[axis] - window.before[axis] + place % window.size[axis]
                * window.dilations[axis]
            guard (0..<input[axis + 2]).contains(index) else { return -1 }
            row += index * stride
            stride *= input[axis + 2]
            (rest, place) = (rest / result[axis + 2], place / window.size[axis])
        }
        return Int32(rest * stride + row)
    }
}
