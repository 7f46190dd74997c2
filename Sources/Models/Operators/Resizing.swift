import Tensors

/// Images made larger or smaller: nearest neighbours, linear and cubic interpolation, one axis after the other.
///
/// Each axis is a matrix product with constant weights (or, for nearest neighbours, a gather).
enum Resizing {
    static let rules: [String: OperatorRule] = [
        "Resize": resize,
        "Upsample": upsample,
    ]

    private static let resize: OperatorRule = { node in
        let x = try node.input(0)
        // Version 10 had no region of interest in between.
        let first = node.version < 11 ? 1 : 2
        let axes = try (node.integers("axes") ?? Array(0..<node.shape(x).rank)).map {
            try node.axis($0, of: node.shape(x))
        }
        var scales = try node.optionalConstant(first, "scales").map(\.doubles)
        if scales?.isEmpty ?? false { scales = nil }
        let sizes = scales == nil ? try node.integers(3, "sizes") : nil
        let resampling = try Resampling(node)
        var lengths = try Lengths(node, node.shape(x), axes: axes, scales: scales, sizes: sizes)
        if resampling.extrapolation != nil { try lengths.cut(node.constant(1, "roi").doubles, axes: axes) }
        return [try apply(node, x, lengths, resampling)]
    }

    private static let upsample: OperatorRule = { node in
        let x = try node.input(0)
        let scales = try node.floats("scales")?.map(Double.init) ?? node.constant(1, "scales").doubles
        let lengths = try Lengths(node, node.shape(x), axes: Array(0..<node.shape(x).rank), scales: scales, sizes: nil)
        return [try apply(node, x, lengths, Resampling(node))]
    }

    private static func apply(
        _ node: Application, _ x: Value, _ lengths: Lengths, _ resampling: Resampling
    ) throws -> Value {
        var result = x
        for (axis, change) in lengths.changes.enumerated() {
            guard let change else { continue }
            result = try resampling.apply(node, result, axis: axis, change)
        }
        guard let outside = resampling.extrapolation else { return result }
        for (axis, change) in lengths.changes.enumerated() {
            guard let change else { continue }
            let inside = resampling.inside(change, node.shape(x)[axis])
            guard inside.contains(false) else { continue }
            var shape = node.shape(x).dimensions.map { _ in 1 }
            shape[axis] = inside.count
            let mask = node.constant(try Tensor(Shape(shape), inside))
            result = try node.add(Select(), mask, result, node.scalar(outside, like: result))
        }
        return result
    }

    /// What becomes of each axis: its new length and by how much it is scaled; nil if it stays.
    struct Lengths {
        struct Change {
            let length: Int
            let scale: Double
            /// What is cut out of the axis, as parts of its length.
            var region = 0.0...1.0
        }

        private(set) var changes: [Change?]
        private let shape: Shape

        init(_ node: Application, _ shape: Shape, axes: [Int], scales: [Double]?, sizes: [Int]?) throws {
            self.shape = shape
            changes = shape.dimensions.map { _ in nil }
            guard (scales?.count ?? sizes?.count) == axes.count else {
                throw ModelError("scales or sizes do not fit the axes \(axes)")
            }
            var factors = scales
            if let sizes { factors = try Self.factors(node, shape, axes, sizes) }
            for (index, axis) in axes.enumerated() {
                guard let scale = factors?[index], scale > 0, scale.isFinite else {
                    throw ModelError("a scale that is not above 0")
                }
                let isKept = try sizes != nil && node.text("keep_aspect_ratio_policy", default: "stretch") != "stretch"
                let exact = Double(shape[axis]) * scale
                let length = isKept ? exact.rounded() : sizes.map { Double($0[index]) } ?? exact.rounded(.down)
                guard length >= 1, length <= Double(Shape.maximumCount) else {
                    throw ModelError("axis \(axis) of \(shape) cannot become \(length) long")
                }
                if Int(length) != shape[axis] || scale != 1 {
                    changes[axis] = Change(length: Int(length), scale: scale)
                }
            }
        }

        /// A region in parts of each axis: where it starts on all axes, then where it ends.
        mutating func cut(_ region: [Double], axes: [Int]) throws {
            guard region.count == 2 * axes.count else { throw ModelError("roi does not fit the axes \(axes)") }
            for (index, axis) in axes.enumerated() {
                let (start, end) = (region[index], region[axes.count + index])
                guard start <= end else { throw ModelError("a roi from \(start) to \(end)") }
                let change = changes[axis] ?? Change(length: shape[axis], scale: 1)
                changes[axis] = Change(length: change.length, scale: change.scale, region: start...end)
            }
        }

        private static func factors(_ node: Application, _ shape: Shape, _ axes: [Int], _ sizes: [Int]) throws
            -> [Double]
        {
            let exact = zip(axes, sizes).map { axis, size in Double(size) / Double(shape[axis]) }
            switch try node.text("keep_aspect_ratio_policy", default: "stretch") {
            case "stretch": return exact
            case "not_larger": return exact.map { _ in exact.min() ?? 1 }
            case "not_smaller": return exact.map { _ in exact.max() ?? 1 }
            case let policy: throw ModelError("keep_aspect_ratio_policy `\(policy)` is unknown")
            }
        }
    }
}
