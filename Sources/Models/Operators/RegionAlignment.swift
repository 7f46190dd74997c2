import Tensors

/// Regions of pictures, cut into equal parts, each sampled between elements at a few points (ONNX RoiAlign).
///
/// Where the number of points follows from the size of a region, regions have to be constant.
struct RegionAlignment {
    private let x: Value
    private let regions: Value
    private let batches: Value
    private let rows, columns, ratio: Int
    private let scale, offset: Double
    private let takesGreatest, isHalfPixel: Bool

    init(_ node: Application) throws {
        (x, regions, batches) = (try node.input(0), try node.input(1), try node.cast(node.input(2), to: .int64))
        guard node.shape(x).rank == 4, node.shape(regions).rank == 2, node.shape(regions)[1] == 4,
            node.shape(batches).dimensions == [node.shape(regions)[0]]
        else { throw ModelError("regions \(node.shape(regions)) of \(node.shape(x))") }
        (rows, columns) = (try node.integer("output_height", default: 1), try node.integer("output_width", default: 1))
        ratio = try node.integer("sampling_ratio", default: 0)
        scale = try node.float("spatial_scale", default: 1)
        let usual = node.version < 16 ? "output_half_pixel" : "half_pixel"
        isHalfPixel = try node.text("coordinate_transformation_mode", default: usual) == "half_pixel"
        offset = isHalfPixel ? 0.5 : 0
        let mode = try node.text("mode", default: "avg")
        guard ["avg", "max"].contains(mode), (1...1 << 12).contains(rows), (1...1 << 12).contains(columns),
            (0...1 << 10).contains(ratio)
        else { throw ModelError("mode `\(mode)`, \(rows)x\(columns) parts or \(ratio) points are not supported") }
        takesGreatest = mode == "max"
    }

    func apply(_ node: Application) throws -> Value {
        let count = node.shape(regions)[0]
        guard ratio == 0 else { return try aligned(node, 0..<count, points: (ratio, ratio)) }
        guard let numbers: [Double] = node.tensor(regions)?.doubles else {
            throw ModelError(
                "`rois` is computed from the model's inputs, and the number of points follows from it",
                hint: "say sampling_ratio")
        }
        func points(_ low: Double, _ high: Double, _ parts: Int) throws -> Int {
            let length = isHalfPixel ? (high - low) * scale : max((high - low) * scale, 1)
            let points = (length / Double(parts)).rounded(.up)
            guard points >= 0, points <= 1024 else { throw ModelError("a region of \(length) elements") }
            return max(1, Int(points))
        }
        let parts = try (0..<count).map { region -> Value in
            let own = Array(numbers[region * 4..<region * 4 + 4])
            let (down, across) = (try points(own[1], own[3], rows), try points(own[0], own[2], columns))
            return try aligned(node, region..<region + 1, points: (y: down, x: across))
        }
        return try node.concatenate(parts, axis: 0)
    }

    /// [regions, channels, rows, columns].
    private func aligned(_ node: Application, _ range: Range<Int>, points: (y: Int, x: Int)) throws -> Value {
        let (shape, count) = (node.shape(x), range.count)
        let own = try node.slice(regions, axis: 0, from: range.lowerBound, count: count)
        let picture = try node.slice(batches, axis: 0, from: range.lowerBound, count: count)
        let vertical = try places(node, own, 1, rows, points.y, size: shape[2])
        let horizontal = try places(node, own, 0, columns, points.x, size: shape[3])
        let (height, width) = (rows * points.y, columns * points.x)
        let flat = try node.reshape(node.transpose(x, [0, 2, 3, 1]), [shape[0] * shape[2] * shape[3], shape[1]])
        let start = try node.reshape(
            node.binary(.multiply, Places.checked(node, picture, shape[0]), Double(shape[2] * shape[3])), [count, 1, 1])
        try node.allow(elements: 4 * count * height * width * shape[1])
        var corners: [Value] = []
        for y in vertical.taps {
            for x in horizontal.taps {
                let row = try node.binary(.multiply, node.reshape(y.index, [count, height, 1]), Double(shape[3]))
                let place = try node.binary(.add, row, node.reshape(x.index, [count, 1, width]))
                let value = try node.add(GatherRows(), flat, node.binary(.add, start, place))
                let weight = try node.binary(
                    .multiply, node.reshape(y.weight, [count, height, 1, 1]),
                    node.reshape(x.weight, [count, 1, width, 1]))
                corners.append(try node.binary(.multiply, value, weight))
            }
        }
        let combine: Binary.Kind = takesGreatest ? .maximum : .add
        var samples = try corners.dropFirst().reduce(corners[0]) { try node.binary(combine, $0, $1) }
        let isInside = try node.binary(
            .and, node.reshape(vertical.isInside, [count, height, 1, 1]),
            node.reshape(horizontal.isInside, [count, 1, width, 1]))
        samples = try node.add(Select(), isInside, samples, node.scalar(0, like: samples))
        let split = try node.reshape(samples, [count, rows, points.y, columns, points.x, shape[1]])
        let reduced = try node.add(Reduce(takesGreatest ? .maximum : .mean, axes: [2, 4], .dropped), split)
        return try node.transpose(reduced, [0, 3, 1, 2])
    }

    private struct Line {
        let taps: [(index: Value, weight: Value)]
        let isInside: Value
    }

    /// Along one axis, for each region and point: the two elements beside it, what they weigh, and whether it is near the
    /// picture at all.
    private func places(
        _ node: Application, _ own: Value, _ coordinate: Int, _ parts: Int, _ points: Int, size: Int
    ) throws -> Line {
        func end(_ column: Int) throws -> Value {
            let number = try node.slice(own, axis: 1, from: column, count: 1)
            return try node.binary(.subtract, node.binary(.multiply, number, scale), offset)
        }
        let low = try end(coordinate)
        var length = try node.binary(.subtract, end(coordinate + 2), low)
        if !isHalfPixel { length = try node.binary(.maximum, length, node.scalar(1, like: length)) }
        let part = try node.binary(.divide, length, Double(parts))
        let steps = (0..<parts * points).map { Double($0 / points) + (Double($0 % points) + 0.5) / Double(points) }
        let type = TensorType(node.element(own), try Shape([1, parts * points]))
        let place = try node.binary(
            .add, low, node.binary(.multiply, part, node.constant(Tensor(type, rounding: steps))))
        let isInside = try node.binary(
            .and, node.binary(.greaterOrEqual, place, -1), node.binary(.lessOrEqual, place, Double(size)))
        let clipped = try node.unary(.clip(lower: 0, upper: Double(size - 1)), place)
        let base = try node.unary(.floor, clipped)
        let fraction = try node.binary(.subtract, clipped, base)
        let next = try node.unary(.clip(lower: 0, upper: Double(size - 1)), node.binary(.add, base, 1))
        let rest = try node.binary(.subtract, node.scalar(1, like: fraction), fraction)
        return Line(
            taps: [(try node.cast(base, to: .int64), rest), (try node.cast(next, to: .int64), fraction)],
            isInside: isInside)
    }
}
