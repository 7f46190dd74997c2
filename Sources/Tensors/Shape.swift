/// The dimensions of a tensor, outermost first; `[]` is a scalar.
///
/// At most `Shape.maximumRank` dimensions and `Shape.maximumCount` elements; every product is checked for overflow.
package struct Shape: Sendable, Hashable, CustomStringConvertible {
    package static let maximumRank = 16
    /// Rows are addressed with 32 bits.
    package static let maximumCount = 1 << 28

    package let dimensions: [Int]
    /// The number of elements.
    package let count: Int

    /// Throws a `ShapeError` if a dimension is negative or a limit is exceeded.
    package init(_ dimensions: [Int]) throws(ShapeError) {
        guard dimensions.count <= Shape.maximumRank else {
            throw ShapeError("a tensor has at most \(Shape.maximumRank) dimensions, not \(dimensions.count)")
        }
        var count = 1
        for dimension in dimensions {
            guard dimension >= 0 else { throw ShapeError("a dimension cannot be negative: \(dimensions)") }
            let (product, overflow) = count.multipliedReportingOverflow(by: max(dimension, 1))
            guard !overflow, product <= Shape.maximumCount else {
                throw ShapeError("a tensor of shape \(dimensions) exceeds \(Shape.maximumCount) elements")
            }
            count = product
        }
        self.dimensions = dimensions
        self.count = dimensions.contains(0) ? 0 : count
    }

    package static let scalar = Shape(trusted: [], count: 1)

    init(trusted dimensions: [Int], count: Int) {
        self.dimensions = dimensions
        self.count = count
    }

    package var rank: Int { dimensions.count }
    package subscript(_ axis: Int) -> Int { dimensions[axis] }
    package var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }

    /// The number of elements between neighbours along each axis, in row-major order.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * max(dimensions[axis + 1], 1)
        }
        return strides
    }

    /// An axis counted from the front, from one that may be negative and then counts from the back.
    package func axis(_ axis: Int, of operation: String) throws(ShapeError) -> Int {
        guard axis >= -rank, axis < rank else {
            throw .unfit(operation, self, "axis \(axis) is outside -\(rank)...\(rank - 1)")
        }
        return axis < 0 ? axis + rank : axis
    }

    /// The shape of two tensors combined element by element: dimensions are aligned at the end, and 1 stretches.
    package func broadcast(with other: Shape, in operation: @autoclosure () -> String) throws(ShapeError) -> Shape {
        let rank = max(self.rank, other.rank)
        var result = [Int](repeating: 1, count: rank)
        for back in 1..<(rank + 1) {
            let first = back <= self.rank ? dimensions[self.rank - back] : 1
            let second = back <= other.rank ? other.dimensions[other.rank - back] : 1
            guard first == second || first == 1 || second == 1 else {
                throw .mismatch(operation(), self, other, "\(first) and \(second) are neither equal nor 1")
            }
            result[rank - back] = first == 1 ? second : first
        }
        return try Shape(result)
    }

    /// The shape with the listed axes reduced.
    package func reduced(over axes: [Int], _ reduced: ReducedAxes) -> Shape {
        var kept: [Int] = []
        var count = 1
        for (axis, dimension) in dimensions.enumerated() {
            if !axes.contains(axis) {
                kept.append(dimension)
                count *= dimension
            } else if reduced == .kept {
                kept.append(1)
            }
        }
        return Shape(trusted: kept, count: count)
    }
}

/// What becomes of an axis that is reduced: it stays with size 1, or it goes.
package enum ReducedAxes: Sendable, Hashable { case kept, dropped }

extension Shape: ExpressibleByArrayLiteral {
    /// For shapes written in code; a shape from a file goes through `init(_:)`, which throws.
    package init(arrayLiteral dimensions: Int...) {
        self.init(trusted: dimensions, count: dimensions.reduce(1, *))
    }
}
