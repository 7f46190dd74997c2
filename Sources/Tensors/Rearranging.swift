/// The rearrangements that ONNX and Say know, as tables.
extension Rearrange {
    /// The same elements under another shape.
    package static func reshape(_ shape: Shape, to result: Shape) throws(ShapeError) -> Rearrange {
        guard shape.count == result.count else {
            throw .mismatch("reshape", shape, result, "\(shape.count) elements do not fill \(result.count)")
        }
        return Rearrange("reshape", .identity, result, counts: [shape.count])
    }

    /// Without the listed axes, which have size 1; nil for all of size 1.
    package static func squeeze(_ shape: Shape, axes: [Int]?) throws(ShapeError) -> Rearrange {
        var gone = Set<Int>()
        for axis in axes ?? shape.dimensions.indices.filter({ shape[$0] == 1 }) {
            let axis = try shape.axis(axis, of: "squeeze")
            guard shape[axis] == 1 else { throw .unfit("squeeze", shape, "axis \(axis) does not have size 1") }
            gone.insert(axis)
        }
        return try reshape(
            shape, to: Shape(shape.dimensions.indices.filter { !gone.contains($0) }.map { shape[$0] }))
    }

    /// With axes of size 1 at the listed places of the result.
    package static func unsqueeze(_ shape: Shape, axes: [Int]) throws(ShapeError) -> Rearrange {
        let rank = shape.rank + axes.count
        var added = Set<Int>()
        for axis in axes {
            guard axis >= -rank, axis < rank, added.insert(axis < 0 ? axis + rank : axis).inserted else {
                throw .unfit("unsqueeze", shape, "axes \(axes) are not \(axes.count) places among \(rank)")
            }
        }
        var rest = shape.dimensions[...]
        let result = (0..<rank).map { added.contains($0) ? 1 : rest.popFirst() ?? 1 }
        return try reshape(shape, to: Shape(result))
    }

    /// Two dimensions: those before `axis` together, and the rest.
    package static func flatten(_ shape: Shape, axis: Int = 1) throws(ShapeError) -> Rearrange {
        let axis = axis == shape.rank ? axis : try shape.axis(axis, of: "flatten")
        let front = try Shape(Array(shape.dimensions.prefix(axis)))
        let back = try Shape(Array(shape.dimensions.dropFirst(axis)))
        return try reshape(shape, to: Shape([front.count, back.count]))
    }

    /// Axis i of the result is axis `axes[i]`; nil reverses the axes.
    package static func transpose(_ shape: Shape, axes: [Int]? = nil) throws(ShapeError) -> Rearrange {
        let axes = axes ?? shape.dimensions.indices.reversed()
        guard axes.sorted() == Array(shape.dimensions.indices) else {
            throw .unfit("transpose", shape, "\(axes) does not name each axis once")
        }
        let result = try Shape(axes.map { shape[$0] })
        return walk("transpose", shape, result, steps: axes.map { shape.strides[$0] })
    }

    /// `count` elements of each axis, from `starts`, `steps` apart (negative ones walk backward).
    package static func slice(
        _ shape: Shape, starts: [Int], counts: [Int], steps: [Int]
    ) throws(ShapeError) -> Rearrange {
        guard [starts, counts, steps].allSatisfy({ $0.count == shape.rank }) else {
            throw .unfit("slice", shape, "starts, counts and steps take one number per axis")
        }
        var (offset, strides) = (0, shape.strides)
        for axis in shape.dimensions.indices where counts[axis] > 0 {
            let (distance, overflow) = (counts[axis] - 1).multipliedReportingOverflow(by: steps[axis])
            let (last, beyond) = starts[axis].addingReportingOverflow(distance)
            guard !overflow, !beyond, (0..<shape[axis]).contains(starts[axis]), (0..<shape[axis]).contains(last) else {
                throw .unfit(
                    "slice", shape, "axis \(axis) from \(starts[axis]), \(counts[axis]) by \(steps[axis]), is outside")
            }
            offset += starts[axis] * strides[axis]
            strides[axis] *= counts[axis] == 1 ? 0 : steps[axis]
        }
        return walk("slice", shape, try Shape(counts), offset: offset, steps: strides)
    }

    /// `count` neighbours along one axis, from `start`.
    package static func slice(_ shape: Shape, axis: Int, from start: Int, count: Int) throws(ShapeError) -> Rearrange {
        let axis = try shape.axis(axis, of: "slice")
        var (starts, counts) = (shape.dimensions.map { _ in 0 }, shape.dimensions)
        (starts[axis], counts[axis]) = (start, count)
        return try slice(shape, starts: starts, counts: counts, steps: shape.dimensions.map { _ in 1 })
    }

    /// One slice per part, in order.
    package static func split(_ shape: Shape, axis: Int, parts: [Int]) throws(ShapeError) -> [Rearrange] {
        let axis = try shape.axis(axis, of: "split")
        guard parts.allSatisfy({ (0...shape[axis]).contains($0) }), parts.reduce(0, +) == shape[axis] else {
            throw .unfit("split", shape, "parts \(parts) do not add up to axis \(axis)")
        }
        var (start, slices) = (0, [Rearrange]())
        for part in parts {
            slices.append(try slice(shape, axis: axis, from: start, count: part))
            start += part
        }
        return slices
    }

    /// The elements of an axis that a constant index names; negative ones count from the back.
    ///
    /// The index may have any shape, which takes the place of the axis.
    package static func gather(_ shape: Shape, axis: Int, index: Tensor) throws(ShapeError) -> Rearrange {
        let axis = try shape.axis(axis, of: "gather")
        guard let index = index.integers.map({ ($0, index.shape) }) else {
            throw .elementType("gather", expected: "an int64 index", found: index.element)
        }
        let size = shape[axis]
        for place in index.0 where place < -size || place >= size {
            throw .unfit("gather", shape, "index \(place) is outside axis \(axis)")
        }
        let places = index.0.map { $0 < 0 ? Int($0) + size : Int($0) }
        let inner = shape.strides[axis]
        let (front, back) = (shape.dimensions.prefix(axis), shape.dimensions.dropFirst(axis + 1))
        let result = try Shape(front + index.1.dimensions + back)
        let outer = front.reduce(1, *)
        guard result.count > 0 else { return Rearrange("gather", .table([]), result, counts: [shape.count]) }
        var table: [Int32] = []
        table.reserveCapacity(result.count)
        for block in 0..<outer {
            for place in places {
                let first = Int32((block * size + place) * inner)
                table.append(contentsOf: first..<(first + Int32(inner)))
            }
        }
        return Rearrange("gather", .table(table), result, counts: [shape.count])
    }

    /// Broadcast to a shape, as ONNX Expand: dimensions are aligned at the end, and 1 stretches, either way.
    package static func expand(_ shape: Shape, to target: Shape) throws(ShapeError) -> Rearrange {
        let result = try shape.broadcast(with: target, in: "expand")
        return walk("expand", shape, result, steps: shape.steps(in: result))
    }

    /// The tensor repeated along each axis.
    package static func tile(_ shape: Shape, repeats: [Int]) throws(ShapeError) -> Rearrange {
        guard repeats.count == shape.rank, repeats.allSatisfy({ (0...Shape.maximumCount).contains($0) }) else {
            throw .unfit("tile", shape, "repeats \(repeats)")
        }
        var interleaved: [Int] = []
        for (count, dimension) in zip(repeats, shape.dimensions) { interleaved += [count, dimension] }
        guard shape.rank <= 8 else { throw .unfit("tile", shape, "takes at most 8 axes") }
        let steps = shape.strides.flatMap { [0, $0] }
        let wide = try Shape(interleaved)
        var result: [Int] = []
        for axis in repeats.indices { result.append(repeats[axis] * shape[axis]) }
        let walked = walk("tile", shape, wide, steps: steps)
        return Rearrange("tile", walked.map, try Shape(result), counts: [shape.count])
    }

    /// What stands in the places that padding adds.
    package enum Padding: Sendable, Hashable {
        case constant(Double)
        /// The mirror image, without the edge itself.
        case reflect
        /// The nearest element.
        case edge
        /// The far side.
        case wrap
    }

    /// Elements added in front of and behind each axis; negative numbers take elements away.
    package static func pad(
        _ shape: Shape, before: [Int], after: [Int], _ padding: Padding
    ) throws(ShapeError) -> Rearrange {
        guard before.count == shape.rank, after.count == shape.rank else {
            throw .unfit("pad", shape, "takes two numbers per axis")
        }
        var axes: [[Int]] = []
        for axis in shape.dimensions.indices {
            axes.append(try padded(shape, axis, before[axis], after[axis], padding))
        }
        let result = try Shape(axes.map(\.count))
        var table = [Int32](repeating: 0, count: result.count)
        var block = result.count
        let strides = shape.strides
        for (axis, places) in axes.enumerated() where result.count > 0 {
            block /= places.count
            for index in table.indices where table[index] >= 0 {
                let place = places[index / block % places.count]
                table[index] = place < 0 ? -1 : table[index] + Int32(place * strides[axis])
            }
        }
        let fill = if case .constant(let value) = padding { value } else { 0.0 }
        return Rearrange("pad", .table(table), result, fill: fill, counts: [shape.count])
    }

    /// Tensors of like shapes put one behind the other along an axis.
    package static func concatenate(_ shapes: [Shape], axis: Int) throws(ShapeError) -> Rearrange {
        guard let first = shapes.first else { throw .inputCount("concatenate", expected: "some", found: 0) }
        let axis = try first.axis(axis, of: "concatenate")
        var length = 0
        for shape in shapes {
            var aligned = shape.dimensions
            if aligned.count == first.rank { aligned[axis] = first[axis] }
            guard aligned == first.dimensions else {
                throw .mismatch("concatenate", first, shape, "only axis \(axis) may differ")
            }
            length += shape[axis]
        }
        var dimensions = first.dimensions
        dimensions[axis] = length
        let result = try Shape(dimensions)
        let outer = first.dimensions.prefix(axis).reduce(1, *)
        var (starts, end) = ([Int](), 0)
        for shape in shapes {
            starts.append(end)
            end += shape.count
        }
        var table: [Int32] = []
        table.reserveCapacity(result.count)
        for block in 0..<outer where result.count > 0 {
            for (shape, start) in zip(shapes, starts) {
                let size = shape.count / outer
                let from = Int32(start + block * size)
                table.append(contentsOf: from..<(from + Int32(size)))
            }
        }
        return Rearrange("concatenate", .table(table), result, counts: shapes.map(\.count))
    }

    /// The table of a walk with a fixed step along each axis of the result.
    static func walk(_ name: String, _ shape: Shape, _ result: Shape, offset: Int = 0, steps: [Int]) -> Rearrange {
        let map = Map(table: Shape.walk(result, offset: offset, steps: steps), of: shape.count)
        return Rearrange(name, map, result, counts: [shape.count])
    }

    private static func padded(
        _ shape: Shape, _ axis: Int, _ before: Int, _ after: Int, _ padding: Padding
    ) throws(ShapeError) -> [Int] {
        let (size, limit) = (shape[axis], Shape.maximumCount)
        guard abs(before) <= limit, abs(after) <= limit, size + before + after >= 0,
            size + before + after <= limit
        else { throw .unfit("pad", shape, "axis \(axis) by \(before) and \(after)") }
        var isConstant = false
        if case .constant = padding { isConstant = true }
        guard size > 0 || isConstant || before + after <= 0 else {
            throw .unfit("pad", shape, "axis \(axis) is empty")
        }
        if padding == .reflect, max(before, after) >= size, max(before, after) > 0 {
            throw .unfit("pad", shape, "axis \(axis) is too short to be reflected by \(max(before, after))")
        }
        return (0..<(size + before + after)).map { index in
            let place = index - before
            if (0..<size).contains(place) { return place }
            return switch padding {
            case .constant: -1
            case .edge: place < 0 ? 0 : size - 1
            case .reflect: place < 0 ? -place : 2 * (size - 1) - place
            case .wrap: (place % size + size) % size
            }
        }
    }
}

extension Rearrange.Map {
    /// The identity is recognised: it costs nothing.
    init(table: [Int32], of count: Int) {
        let isIdentity = table.count == count && table.indices.allSatisfy { table[$0] == Int32($0) }
        self = isIdentity ? .identity : .table(table)
    }
}

extension Shape {
    /// How far apart, in this tensor, neighbours along each axis of a broadcast result are: 0 where 1 stretches.
    func steps(in result: Shape) -> [Int] {
        let added = result.rank - rank
        return result.dimensions.indices.map { axis in
            axis < added || dimensions[axis - added] == 1 ? 0 : strides[axis - added]
        }
    }

    /// The rows met on a walk through `result` in row-major order.
    static func walk(_ result: Shape, offset: Int = 0, steps: [Int]) -> [Int32] {
        guard result.count > 0 else { return [] }
        var table = [Int32(offset)]
        table.reserveCapacity(result.count)
        // From the innermost axis outward, each axis repeats what there is, a step further each time.
        for axis in result.dimensions.indices.reversed() where result[axis] > 1 {
            let count = table.count
            for place in 1..<result[axis] {
                let shift = Int32(place * steps[axis])
                for index in 0..<count { table.append(table[index] + shift) }
            }
        }
        return table
    }
}
