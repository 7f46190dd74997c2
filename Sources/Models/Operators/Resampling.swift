import Tensors

/// Where each element of a resized axis comes from.
struct Resampling {
    private enum Interpolation: String { case nearest, linear, cubic }

    private let interpolation: Interpolation
    private let transformation: String
    private let rounding: String
    private let cubicCoefficient: Double
    private let excludesOutside: Bool

    init(_ node: Application) throws {
        let isOld = node.node.operatorName == "Upsample" || node.version < 11
        guard try !node.flag("antialias") else { throw ModelError("antialiasing is not supported") }
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
    }

    private static let transformations: Set = [
        "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
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
        for (row, place) in places.enumerated() { addWeights(of: place, size, to: &weights, at: row * size) }
        let matrix = try Tensor(TensorType(node.element(x), Shape([change.length, size])), rounding: weights)
        var order = Array(0..<node.shape(x).rank)
        order.swapAt(axis, order.count - 1)
        let product = try node.add(Dense(weights: matrix), node.transpose(x, order))
        return try node.transpose(product, order)
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
    private func addWeights(of place: Double, _ size: Int, to weights: inout [Double], at start: Int) {
        let base = place.rounded(.down)
        let fraction = place - base
        let taps: [(offset: Double, weight: Double)] =
            interpolation == .linear
            ? [(0, 1 - fraction), (1, fraction)] : [-1, 0, 1, 2].map { ($0, cubic(abs(fraction - $0))) }
        let inside = taps.filter { (0..<Double(size)).contains(base + $0.offset) }
        let isNormalised = excludesOutside && interpolation == .cubic
        let total = isNormalised ? inside.reduce(0) { $0 + $1.weight } : 1
        for tap in isNormalised ? inside : taps {
            let source = min(max(base + tap.offset, 0), Double(size - 1))
            weights[start + Int(source)] += tap.weight / total
        }
    }

    /// Keys' cubic kernel at a distance of 0 to 2.
    private func cubic(_ distance: Double) -> Double {
        let (a, d) = (cubicCoefficient, distance)
        if d <= 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
        if d < 2 { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a }
        return 0
    }
}
