import Tensors

/// Some of the elements of a tensor, by place.
enum Selection {
    static let rules: [String: OperatorRule] = [
        "Slice": slice,
        "Gather": gather,
        "GatherElements": gatherElements,
        "GatherND": gatherByTuple,
        "Compress": compress,
        "Trilu": triangle,
        "ReverseSequence": reverseSequence,
    ]

    /// Starts, ends and axes are attributes in version 1, inputs since version 10.
    private static let slice: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        if let starts = node.optional(1), node.tensor(starts) == nil {
            return [try MovingSlice(node, starts).apply(node, x)]
        }
        guard let starts = try node.integers(attribute: "starts", orInput: 1),
            let ends = try node.integers(attribute: "ends", orInput: 2)
        else { throw ModelError("starts or ends are missing") }
        let axes = try node.integers(attribute: "axes", orInput: 3) ?? Array(starts.indices)
        let steps = try node.optionalIntegers(4, "steps") ?? axes.map { _ in 1 }
        guard [ends, axes, steps].allSatisfy({ $0.count == starts.count }) else {
            throw ModelError("starts, ends, axes and steps are not equally many")
        }
        var whole = (
            starts: shape.dimensions.map { _ in 0 }, counts: shape.dimensions, steps: shape.dimensions.map { _ in 1 }
        )
        for (index, axis) in axes.enumerated() {
            let axis = try node.axis(axis, of: shape)
            let range = try Extent(from: starts[index], to: ends[index], by: steps[index], of: shape[axis])
            (whole.starts[axis], whole.counts[axis], whole.steps[axis]) = (range.start, range.count, range.step)
        }
        let isWhole = whole.counts == shape.dimensions && whole.steps.allSatisfy { $0 == 1 }
        guard !isWhole else { return [x] }
        try node.allow(elements: Shape(whole.counts).count)
        let slice = try Rearrange.slice(shape, starts: whole.starts, counts: whole.counts, steps: whole.steps)
        return [try node.add(slice, x)]
    }

    /// What a start, an end and a step mean on an axis.
    private struct Extent {
        let start: Int
        let count: Int
        let step: Int

        init(from start: Int, to end: Int, by step: Int, of size: Int) throws {
            guard step != 0 else { throw ModelError("a step of 0") }
            // Steps beyond the axis all mean: only the first.
            let step = min(max(step, -Shape.maximumCount), Shape.maximumCount)
            /// Backwards, what begins before the first begins at the first, and may end before it.
            func place(_ index: Int, least: Int) -> Int {
                let index = index < 0 ? index + size : index
                return step > 0 ? min(max(index, 0), size) : min(max(index, least), size - 1)
            }
            // "To the end" means the front where the step leads there, as ONNX Runtime has it.
            let isOpen = step < 0 && (end == Int(Int32.max) || end == Int.max)
            let (first, last) = (place(start, least: 0), isOpen ? -1 : place(end, least: -1))
            let distance = step > 0 ? last - first : first - last
            count = distance <= 0 ? 0 : (distance + abs(step) - 1) / abs(step)
            self.start = count == 0 ? 0 : first
            self.step = count == 0 ? 1 : step
        }
    }

    /// A constant index is a rearrangement; one that is computed gathers rows, the axis brought to the front.
    private static let gather: OperatorRule = { node in
        let (x, index) = (try node.input(0), try node.input(1))
        let axis = try node.axis(node.integer("axis", default: 0), of: node.shape(x))
        if let places = node.tensor(index) {
            let rest = node.shape(x).dimensions.enumerated().filter { $0.offset != axis }.map(\.element)
            try node.allow(elements: Shape(rest + places.shape.dimensions).count)
            return [try node.add(Rearrange.gather(node.shape(x), axis: axis, index: places), x)]
        }
        return [try node.rows(of: x, axis: axis, index)]
    }

    /// Element by element along one axis, by an index of the shape of the result.
    private static let gatherElements: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        let axis = try node.axis(node.integer("axis", default: 0), of: shape)
        guard let index = node.tensor(try node.input(1)) else {
            let places = try Places.along(node, node.input(1), axis, in: shape)
            try node.allow(elements: node.shape(places).count)
            return [try node.add(GatherRows(), node.reshape(x, [shape.count]), places)]
        }
        return [try node.pick(x, places(index, in: shape, axis: axis), shape: index.shape)]
    }

    /// For each element of a constant index along `axis`: its place in a tensor of shape `shape`, in row-major order.
    static func places(_ index: Tensor, in shape: Shape, axis: Int) throws -> [Int] {
        guard let integers = index.integers, index.shape.rank == shape.rank else {
            throw ModelError("indices \(index.type) do not fit \(shape)")
        }
        for other in shape.dimensions.indices where other != axis && index.shape[other] > shape[other] {
            throw ModelError("indices \(index.shape) do not fit \(shape)")
        }
        let (own, strides, size) = (index.shape.strides, shape.strides, Int64(shape[axis]))
        return try integers.enumerated().map { flat, place in
            guard place >= -size, place < size else { throw ModelError("index \(place) is outside axis \(axis)") }
            var (rest, result) = (flat, 0)
            for other in shape.dimensions.indices {
                let coordinate = rest / own[other]
                rest %= own[other]
                result += strides[other] * (other == axis ? Int(place < 0 ? place + size : place) : coordinate)
            }
            return result
        }
    }

    /// By tuples of coordinates in the last axis of the index.
    private static let gatherByTuple: OperatorRule = { node in
        let x = try node.input(0)
        let batch = try node.integer("batch_dims", default: 0)
        guard let index = node.tensor(try node.input(1)) else {
            let tuples = try Places.tuples(node, node.input(1), in: node.shape(x), batchAxes: batch)
            try node.allow(elements: node.shape(tuples.places).count * tuples.length)
            let rows = try node.reshape(x, [node.shape(x).count / max(1, tuples.length)] + tuples.inner)
            return [try node.add(GatherRows(), rows, tuples.places)]
        }
        let tuples = try IndexTuples(index, in: node.shape(x), batchAxes: batch)
        let rows = Shape.maximumCount
        guard tuples.starts.count <= rows / max(1, tuples.length) else { throw ModelError("the result is too large") }
        try node.allow(elements: tuples.starts.count * tuples.length)
        let table = tuples.starts.flatMap { $0..<$0 + tuples.length }
        return [try node.pick(x, table, shape: Shape(tuples.outer + tuples.inner))]
    }

    /// The slices along an axis for which a constant condition holds.
    private static let compress: OperatorRule = { node in
        let x = try node.input(0)
        let condition = try node.constant(1, "condition").doubles
        let kept = condition.indices.filter { condition[$0] != 0 }.map(Int64.init)
        let axis = try node.integer("axis")
        let base = axis == nil ? try node.reshape(x, [node.shape(x).count]) : x
        let index = try Tensor(Shape([kept.count]), kept)
        return [try node.add(Rearrange.gather(node.shape(base), axis: axis ?? 0, index: index), base)]
    }

    /// The part above (or below) a diagonal, zeros elsewhere.
    private static let triangle: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        guard shape.rank >= 2 else { throw ModelError("\(shape) has no matrices") }
        let diagonal = try node.optional(1) == nil ? 0 : node.number(1, "k")
        let isUpper = try node.flag("upper", default: true)
        let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
        try node.allow(elements: shape.count + rows * columns)
        var keeps: [Bool] = []
        for row in 0..<rows {
            for column in 0..<columns {
                let distance = Double(column - row)
                keeps.append(isUpper ? distance >= diagonal : distance <= diagonal)
            }
        }
        let mask = node.constant(try Tensor(Shape([rows, columns]), keeps))
        if node.element(x) == .bool { return [try node.binary(.and, x, mask)] }
        return [try node.add(Select(), mask, x, node.scalar(0, like: x))]
    }

    /// The first elements of each sequence in reverse, as many as a constant says.
    private static let reverseSequence: OperatorRule = { node in
        let x = try node.input(0)
        let shape = node.shape(x)
        let lengths = try node.integers(1, "sequence_lens")
        let (time, batch) = (try node.integer("time_axis", default: 0), try node.integer("batch_axis", default: 1))
        guard shape.rank >= 2, [time, batch].sorted() == [0, 1], lengths.count == shape[batch],
            lengths.allSatisfy({ (0...shape[time]).contains($0) })
        else {
            throw ModelError("sequence_lens \(lengths), time_axis \(time) and batch_axis \(batch) do not fit \(shape)")
        }
        try node.allow(elements: shape.count)
        let inner = shape.dimensions.dropFirst(2).reduce(1, *)
        var table: [Int] = []
        for first in 0..<shape[0] {
            for second in 0..<shape[1] {
                let (step, length) = time == 0 ? (first, lengths[second]) : (second, lengths[first])
                let source = step < length ? length - 1 - step : step
                let row = time == 0 ? source * shape[1] + second : first * shape[1] + source
                table += row * inner..<(row + 1) * inner
            }
        }
        return [try node.pick(x, table, shape: shape)]
    }
}
