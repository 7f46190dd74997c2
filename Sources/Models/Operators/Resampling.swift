import Tensors

/// Where each element of a resized axis comes from.
struct Resampling {
    private enum Interpolation: String { case nearest, linear, cubic }

    private let interpolation: Interpolation
    private let transformation: String
    private let rounding: String
    private let cubicCoefficient: Double
    private let excludesOutside: Bool
    /// Whether what is made smaller is smoothed: kernels widened by as much.
    private let isSmoothed: Bool
    /// What stands outside of the tensor, where a region is cut out of it.
    let extrapolation: Double?

    init(_ node: Application) throws {
        let isOld = node.node.operatorName == "Upsample" || node.version < 11
        isSmoothed = try node.flag("antialias")
        let mode = try node.text("mode", default: "nearest")
        guard let interpolation = Interpolation(rawValue: mode == "bilinear" ? "linear" : mode) else {
            throw ModelError("mode `\(mode)` is unknown")
        }
        self.interpolation = interpolation
        transformation = isOld ? "asymmetric" : try node.text("coordinate_transformation_mode", default: "half_pixel")
        guard Self.transformations.contains(transformation) else {
            throw ModelError("coordinate_transformation_mode `\(transformation)` is not supported")
        }
        rounding = isOld ? "floor" : try node.text("nearest_mode", default: "round_prefer_floor")
        guard Self.roundings.contains(rounding) else { throw ModelError("nearest_mode `\(rounding)` is unknown") }
        cubicCoefficient = try node.float("cubic_coeff_a", default: -0.75)
        excludesOutside = try node.flag("exclude_outside")
        extrapolation =
            transformation == "tf_crop_and_resize" ? try node.float("extrapolation_value", default: 0) : nil
    }

    private static let transformations: Set = [
        "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_crop_and_resize",
    ]
    private static let roundings: Set = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]

    func apply(_ node: Application, _ x: Value, axis: Int, _ change: Resizing.Lengths.Change) throws -> Value {
        let size = node.shape(x)[axis]
        let isNearest = interpolation == .nearest
        try node.allow(elements: isNearest ? node.shape(x).count / size * change.length : change.length * size)
        let places = (0..<change.length).map { place(of: $0, change, size) }
        guard !isNearest else {
            let index = places.map { Int64(min(max(rounded($0), 0), Double(size - 1))) }
            return try node.add(
                Rearrange.gather(node.shape(x), axis: axis, index: Tensor(Shape([index.count]), index)), x)
        }
        var weights = [Double](repeating: 0, count: change.length * size)
        for (row, place) in places.enumerated() {
            addWeights(of: place, size, scale: change.scale, to: &weights, at: row * size)
        }
        let matrix = try Tensor(TensorType(node.element(x), Shape([change.length, size])), rounding: weights)
        var order = Array(0..<node.shape(x).rank)
        order.swapAt(axis, order.count - 1)
        let product = try node.add(Dense(weights: matrix), node.transpose(x, order))
        return try node.transpose(product, order)
    }

    /// Which elements of a new axis lie within the old one.
    func inside(_ change: Resizing.Lengths.Change, _ size: Int) -> [Bool] {
        (0..<change.length).map { (0...Double(size - 1)).contains(place(of: $0, change, size)) }
    }

    /// The place in the old axis, between elements, of an element of the new one.
    private func place(of index: Int, _ change: Resizing.Lengths.Change, _ size: Int) -> Double {
        let position = Double(index)
        // As the standard has it: the scaled length, which need not be whole.
        let length = change.scale * Double(size)
        switch transformation {
        case "asymmetric": return position / change.scale
        case "align_corners": return change.length == 1 ? 0 : position * Double(size - 1) / (length - 1)
        case "pytorch_half_pixel": return change.length == 1 ? 0 : (position + 0.5) / change.scale - 0.5
        case "tf_crop_and_resize":
            let (start, end) = (
                change.region.lowerBound * Double(size - 1), change.region.upperBound * Double(size - 1)
            )
            return change.length == 1 ? (start + end) / 2 : start + position * (end - start) / Double(change.length - 1)
        case "half_pixel_symmetric":
            let adjustment = Double(change.length) / length
            return Double(size) / 2 * (1 - adjustment) + (position + 0.5) / change.scale - 0.5
        default: return (position + 0.5) / change.scale - 0.5
        }
    }

    private func rounded(_ place: Double) -> Double {
        switch rounding {
        case "floor": place.rounded(.down)
        case "ceil": place.rounded(.up)
        case "round_prefer_ceil": (place + 0.5).rounded(.down)
        default: (place - 0.5).rounded(.up)
        }
    }

    /// Elements beyond the edges are those of the edges, or, where they are excluded, share their weight.
    private func addWeights(of place: Double, _ size: Int, scale: Double, to weights: inout [Double], at start: Int) {
        let base = place.rounded(.down)
        let taps = taps(place - base, scale: isSmoothed ? min(scale, 1) : 1)
        let inside = taps.filter { (0..<Double(size)).contains(base + $0.offset) }
        let isNormalised = excludesOutside && interpolation == .cubic
        let total = isNormalised ? inside.reduce(0) { $0 + $1.weight } : 1
        for tap in isNormalised ? inside : taps {
            let source = min(max(base + tap.offset, 0), Double(size - 1))
            weights[start + Int(source)] += tap.weight / total
        }
    }

    /// What the neighbours weigh of a place so far behind an element; smaller scales reach further.
    private func taps(_ fraction: Double, scale: Double) -> [(offset: Double, weight: Double)] {
        let reach = interpolation == .linear ? 1.0 : 2.0
        let first = (-reach / scale).rounded(.down) + 1
        let taps = stride(from: first, through: 1 - first, by: 1).map { offset in
            let distance = abs(offset - fraction) * scale
            return (offset: offset, weight: interpolation == .linear ? max(0, 1 - distance) : cubic(distance))
        }
        guard scale < 1 else { return taps }
        let total = taps.reduce(0) { $0 + $1.weight }
        return taps.map { ($0.offset, $0.weight / total) }
    }

    /// Keys' cubic kernel at a distance of 0 to 2.
    private func cubic(_ distance: Double) -> Double {
        let (a, d) = (cubicCoefficient, distance)
        if d <= 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
        if d < 2 { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a }
        return 0
    }
}
