import Tensors

/// Pictures read at places that are computed.
enum Sampling {
    static let rules: [String: OperatorRule] = [
        "AffineGrid": { node in [try affineGrid(node)] },
        "GridSample": { node in [try gridSample(node)] },
        "DeformConv": { node in [try deformable(node)] },
        "RoiAlign": { node in [try RegionAlignment(node).apply(node)] },
        "MaxRoiPool": { node in [try regionMaxima(node)] },
    ]

    /// The places that an affine map gives to the points of a grid over -1...1, x first.
    private static func affineGrid(_ node: Application) throws -> Value {
        let (theta, sizes) = (try node.input(0), try node.integers(1, "size"))
        let rank = sizes.count - 2
        guard (2...3).contains(rank), node.shape(theta).dimensions == [sizes[0], rank, rank + 1] else {
            throw ModelError("a grid of \(sizes) from \(node.shape(theta))")
        }
        let spatial = Array(sizes.dropFirst(2))
        let isAligned = try node.flag("align_corners")
        let points = try node.allowedShape(spatial + [rank + 1])
        var numbers: [Double] = []
        for point in 0..<spatial.reduce(1, *) {
            var (rest, own) = (point, [1.0])
            for size in spatial.reversed() {
                let place = Double(rest % size)
                let (span, count) = (Double(size - 1), Double(size))
                own.insert(
                    isAligned ? (size == 1 ? 0 : 2 * place / span - 1) : (2 * place + 1) / count - 1, at: own.count - 1)
                rest /= size
            }
            numbers += own
        }
        let type = TensorType(node.element(theta), try Shape([1, points.count / (rank + 1), rank + 1]))
        let grid = node.constant(try Tensor(type, rounding: numbers))
        let moved = try node.add(MatMul(), grid, node.transpose(theta, [0, 2, 1]))
        return try node.reshape(moved, [sizes[0]] + spatial + [rank])
    }

    private static func gridSample(_ node: Application) throws -> Value {
        let (x, grid) = (try node.input(0), try node.input(1))
        let (shape, places) = (node.shape(x), node.shape(grid))
        let spatial = Array(shape.dimensions.dropFirst(2))
        guard shape.rank > 2, places.rank == shape.rank, places.dimensions.last == spatial.count, places[0] == shape[0],
            spatial.allSatisfy({ $0 > 0 })
        else { throw ModelError("a grid \(places) over \(shape)") }
        let isAligned = try node.flag("align_corners")
        let sampler = try GridSampler(
            interpolation: interpolation(node), padding: padding(node), reflectsAtCentres: isAligned)
        let points = places.dimensions.dropFirst().dropLast().reduce(1, *)
        let flat = try node.reshape(grid, [shape[0], points, spatial.count])
        let coordinates = try spatial.indices.map { axis in
            let part = try node.slice(flat, axis: 2, from: spatial.count - 1 - axis, count: 1)
            let size = Double(spatial[axis])
            let shifted = try node.binary(.add, node.reshape(part, [shape[0], points]), 1)
            if isAligned { return try node.binary(.multiply, shifted, (size - 1) / 2) }
            return try node.binary(.divide, node.binary(.subtract, node.binary(.multiply, shifted, size), 1), 2)
        }
        let samples = try node.transpose(sampler.sample(node, x, at: coordinates), [0, 2, 1])
        return try node.reshape(samples, [shape[0], shape[1]] + places.dimensions.dropFirst().dropLast())
    }

    private static func interpolation(_ node: Application) throws -> GridSampler.Interpolation {
        switch try node.text("mode", default: "linear") {
        case "nearest": return .nearest
        case "linear", "bilinear": return .linear
        case "cubic", "bicubic": return .cubic
        case let mode: throw ModelError("mode `\(mode)` is unknown")
        }
    }

    private static func padding(_ node: Application) throws -> GridSampler.Padding {
        let name = try node.text("padding_mode", default: "zeros")
        guard let padding = GridSampler.Padding(rawValue: name) else {
            throw ModelError("padding_mode `\(name)` is unknown")
        }
        return padding
    }

    /// A convolution each of whose elements is read beside its place, by a computed offset, and may be weighed.
    private static func deformable(_ node: Application) throws -> Value {
        let (x, filter, offset) = (try node.input(0), try node.input(1), try node.input(2))
        let (shape, weights) = (node.shape(x), node.shape(filter))
        let spatial = Array(shape.dimensions.dropFirst(2))
        let window = try SlidingWindow(node, size: Array(weights.dimensions.dropFirst(2)), over: spatial).window
        let positions = try window.positions(over: spatial, of: "DeformConv")
        let (size, count, axes) = (window.size.reduce(1, *), positions.reduce(1, *), spatial.count)
        let (parts, groups) = (try node.integer("offset_group", default: 1), try node.integer("group", default: 1))
        guard parts > 0, shape[1] % parts == 0, node.shape(offset).count == shape[0] * parts * size * axes * count,
            groups > 0, shape[1] == weights[1] * groups
        else { throw ModelError("offsets \(node.shape(offset)) and weights \(weights) for \(shape)") }
        let shifts = try node.reshape(offset, [shape[0] * parts, size, axes, count])
        let coordinates = try spatial.indices.map { axis in
            let own = try node.reshape(
                node.slice(shifts, axis: 2, from: axis, count: 1), [shape[0] * parts, size * count])
            let regular = try regularPlaces(window, positions, axis)
            let type = TensorType(node.element(own), try Shape([1, size * count]))
            return try node.binary(.add, own, node.constant(Tensor(type, rounding: regular)))
        }
        let split = try node.reshape(x, [shape[0] * parts, shape[1] / parts] + spatial)
        let sampler = GridSampler(interpolation: .linear, padding: .zeros)
        var samples = try sampler.sample(node, split, at: coordinates)
        if let mask = node.optional(4) {
            let weight = try node.reshape(mask, [shape[0] * parts, size * count, 1])
            samples = try node.binary(.multiply, samples, weight)
        }
        let columns = try node.reshape(
            node.transpose(samples, [0, 2, 1]), [shape[0], groups, shape[1] / groups * size, count])
        let rows = try node.reshape(filter, [1, groups, weights[0] / groups, weights[1] * size])
        let product = try node.reshape(node.add(MatMul(), rows, columns), [shape[0], weights[0]] + positions)
        guard let bias = node.optional(3) else { return product }
        return try node.binary(.add, product, node.reshape(bias, [weights[0]] + positions.map { _ in 1 }))
    }

    /// Where each place of a window lies along an axis, by place and then by position.
    private static func regularPlaces(_ window: Window, _ positions: [Int], _ axis: Int) throws -> [Double] {
        let (sizes, counts) = (try Shape(window.size), try Shape(positions))
        return (0..<sizes.count).flatMap { place in
            (0..<counts.count).map { position in
                let step = place / sizes.strides[axis] % sizes[axis]
                let start = position / counts.strides[axis] % counts[axis] * window.strides[axis]
                return Double(start - window.before[axis] + step * window.dilations[axis])
            }
        }
    }

    /// The greatest elements of the parts of constant regions of a picture.
    private static func regionMaxima(_ node: Application) throws -> Value {
        let (x, regions) = (try node.input(0), try node.constant(1, "rois"))
        let (shape, numbers) = (node.shape(x), regions.doubles)
        guard let sizes = try node.integers("pooled_shape"), sizes.count == 2, shape.rank == 4, regions.shape.rank == 2,
            regions.shape[1] == 5
        else { throw ModelError("regions \(regions.shape) of \(shape)") }
        let scale = try node.float("spatial_scale", default: 1)
        guard sizes.allSatisfy({ (1...1 << 10).contains($0) }), numbers.allSatisfy({ ($0 * scale).isFinite }) else {
            throw ModelError("regions in \(sizes) parts, scaled by \(scale)")
        }
        try node.allow(elements: regions.shape[0] * sizes[0] * sizes[1] * shape[1])
        var results: [Value] = []
        for region in 0..<regions.shape[0] {
            let own = Array(numbers[region * 5..<region * 5 + 5])
            guard let place = Int(exactly: own[0]) else { throw ModelError("picture \(own[0])") }
            let picture = try node.slice(x, axis: 0, from: place, count: 1)
            /// The elements of each part along an axis, between two ends.
            func parts(_ low: Double, _ high: Double, _ count: Int, _ size: Int) -> [Range<Int>] {
                let (start, end) = ((low * scale).rounded(), (high * scale).rounded())
                let step = max(end - start + 1, 1) / Double(count)
                return (0..<count).map { part in
                    let first = min(max((Double(part) * step).rounded(.down) + start, 0), Double(size))
                    let last = min(max((Double(part + 1) * step).rounded(.up) + start, 0), Double(size))
                    return Int(first)..<max(Int(first), Int(last))
                }
            }
            for rows in parts(own[2], own[4], sizes[0], shape[2]) {
                let band = try node.slice(picture, axis: 2, from: rows.lowerBound, count: rows.count)
                for columns in parts(own[1], own[3], sizes[1], shape[3]) {
                    let part = try node.slice(band, axis: 3, from: columns.lowerBound, count: columns.count)
                    let isEmpty = rows.isEmpty || columns.isEmpty
                    let greatest =
                        try isEmpty
                        ? node.expand(node.scalar(0, like: x), to: Shape([1, shape[1]]))
                        : node.add(Reduce(.maximum, axes: [2, 3], .dropped), part)
                    results.append(try node.reshape(greatest, [1, shape[1], 1]))
                }
            }
        }
        let all = try node.reshape(
            node.concatenate(results, axis: 0), [regions.shape[0], sizes[0], sizes[1], shape[1]])
        return try node.transpose(all, [0, 3, 1, 2])
    }
}
