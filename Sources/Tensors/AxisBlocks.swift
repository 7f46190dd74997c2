/// A shape seen as `[outer][axis][inner]`, where some neighbouring axes are taken together.
struct AxisBlocks: Sendable {
    let outer, axis, inner: Int

    init(outer: Int, axis: Int, inner: Int) {
        (self.outer, self.axis, self.inner) = (outer, axis, inner)
    }

    init(_ shape: Shape, _ axes: ClosedRange<Int>) {
        outer = shape.dimensions[..<axes.lowerBound].reduce(1, *)
        axis = shape.dimensions[axes].reduce(1, *)
        inner = shape.dimensions[(axes.upperBound + 1)...].reduce(1, *)
    }
}
