/// What a coordinate of a space may hold.
package enum CoordinateKind: UInt8, Sendable, Hashable {
    /// Any Float64 between the bounds.
    case real64
    /// A Float64 that Float32 represents exactly: it feeds a float32 model input directly.
    case real32
    /// A whole number; neighbours are similar.
    case integer
    /// A whole number that names one of several things (an enum case, a data row, a Bool); neighbours are not similar.
    case category
}

/// An axis-aligned box: inclusive bounds, one pair per coordinate.
package struct Box: Sendable, Hashable {
    package var lower: [Double]
    package var upper: [Double]

    package init(lower: [Double], upper: [Double]) {
        precondition(lower.count == upper.count, "a box needs as many upper bounds as lower ones")
        self.lower = lower
        self.upper = upper
    }
}

/// A quantified variable, or one leaf of a record variable, as a run of coordinates.
package struct Variable: Sendable, Hashable {
    /// The name as written in the spec, leaves of records dotted: `e.rho`.
    package var name: String
    package var coordinates: Range<Int>
    /// Empty for a scalar. Row-major; its product is `coordinates.count`.
    package var shape: [Int]

    package init(name: String, coordinates: Range<Int>, shape: [Int]) {
        self.name = name
        self.coordinates = coordinates
        self.shape = shape
    }
}

/// All that the quantified variables of one property may be: a union of boxes over `dimension` coordinates.
///
/// Bounds are already on the coordinate's grid: `real32` bounds are float32 values, rounded inward by whoever made the
/// space; `integer` and `category` bounds are whole numbers. Every box is non-empty.
package struct Space: Sendable {
    package let kinds: [CoordinateKind]
    package let boxes: [Box]
    /// The simplest point: where the shrinker goes, coordinate by coordinate. Inside `boxes[0]`.
    package let reference: [Double]
    package let variables: [Variable]
    /// Bounds that follow from other coordinates, for drawing points.
    package var dependence: DependentBounds?
    /// The runs of coordinates that say texts.
    package var texts: [TextVariable] = []

    package init(
        kinds: [CoordinateKind], boxes: [Box], reference: [Double], variables: [Variable],
        dependence: DependentBounds? = nil
    ) {
        precondition(!boxes.isEmpty && reference.count == kinds.count)
        precondition(boxes.allSatisfy { $0.lower.count == kinds.count })
        self.kinds = kinds
        self.boxes = boxes
        self.reference = reference
        self.variables = variables
        self.dependence = dependence
    }

    package var dimension: Int { kinds.count }
    /// How many points are taken side by side.
    package var lanes: Int { Tile.lanes(of: dimension) }

    /// How many points a space of whole numbers has; nil where a coordinate is real, or where there are more than `Int` counts.
    package var pointCount: Int? {
        guard kinds.allSatisfy({ $0 == .integer || $0 == .category }), texts.allSatisfy(\.wording.isComplete) else {
            return nil
        }
        var total = 0
        for box in boxes {
            var points = 1
            for (lower, upper) in zip(box.lower, box.upper) {
                guard let width = Int(exactly: upper - lower + 1) else { return nil }
                let (product, overflow) = points.multipliedReportingOverflow(by: width)
                guard !overflow else { return nil }
                points = product
            }
            let (sum, overflow) = total.addingReportingOverflow(points)
            guard !overflow else { return nil }
            total = sum
        }
        return total
    }

    /// The nearest point of the first box, bounds that follow from other coordinates aside.
    package func snapped(_ point: [Double]) -> [Double] {
        point.indices.map { snapped(point[$0], at: $0, in: boxes[0]) }
    }

    /// The value nearest to `value` that coordinate `index` may hold in `box`; NaN becomes the lower bound.
    @inline(__always)
    package func snapped(_ value: Double, at index: Int, in box: Box) -> Double {
        let lower = box.lower[index]
        let upper = box.upper[index]
        guard value > lower else { return lower }
        guard value < upper else { return upper }
        return min(max(onGrid(value, at: index), lower), upper)
    }

    /// The value nearest to `value` that coordinate `index` may hold in any box; no further than an end that is one.
    @inline(__always)
    package func onGrid(_ value: Double, at index: Int) -> Double {
        switch kinds[index] {
        case .real64: value
        case .real32: Double(Float(value))
        case .integer, .category: value.rounded(.toNearestOrEven)
        }
    }

    /// Whether `point` lies on the grid and inside one of the boxes.
    package func contains(_ point: [Double]) -> Bool {
        point.count == dimension
            && boxes.contains { box in
                point.indices.allSatisfy { snapped(point[$0], at: $0, in: box) == point[$0] }
            }
    }

    /// The index of the first box that holds `point`, if any does.
    package func box(holding point: [Double]) -> Int? {
        boxes.firstIndex { box in
            point.indices.allSatisfy { point[$0] >= box.lower[$0] && point[$0] <= box.upper[$0] }
        }
    }
}
