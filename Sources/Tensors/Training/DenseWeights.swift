import Kernels

/// A matrix `[rows, columns]` in the form in which the kernels read it, filled anew after each step of training.
///
/// `refill` may not run while a thread uses the weights; different parts may be filled at once.
package final class DenseWeights: @unchecked Sendable {
    package let rows, columns: Int
    let packed: UnsafeMutablePointer<Float>
    let transposed: UnsafeMutablePointer<Float>

    package init(rows: Int, columns: Int) {
        (self.rows, self.columns) = (rows, columns)
        packed = .allocate(capacity: gs_packed_count(rows, columns))
        transposed = .allocate(capacity: gs_packed_count(columns, rows))
        packed.initialize(repeating: 0, count: gs_packed_count(rows, columns))
        transposed.initialize(repeating: 0, count: gs_packed_count(columns, rows))
    }

    deinit {
        packed.deallocate()
        transposed.deallocate()
    }

    /// How many numbers the gradient takes while it is summed.
    package var sumCount: Int { gs_dense_weights_count(rows, columns) }

    /// What a refill is for: the gradient by the input needs the transpose as well.
    package enum Reading: Sendable { case forward, forwardAndBackward }

    /// Part `part` of `parts` of the matrix, from all of its elements in row-major order.
    package func refill(from values: UnsafePointer<Float>, part: Int, of parts: Int, for reading: Reading) {
        let own = Self.panels(rows, part, parts)
        gs_pack_f32(
            own.count, columns, values + own.lowerBound * columns, columns, 1, packed + own.lowerBound * columns)
        guard reading == .forwardAndBackward else { return }
        let turned = Self.panels(columns, part, parts)
        gs_pack_f32(
            turned.count, rows, values + turned.lowerBound, 1, columns, transposed + turned.lowerBound * rows)
    }

    /// Adds the sums of a gradient, as the kernel leaves them, to some elements of a row-major matrix.
    package func add(
        _ sums: UnsafePointer<Float>, elements: Range<Int>, to gradient: UnsafeMutablePointer<Float>
    ) {
        gs_dense_weights_add_f32(rows, columns, elements.lowerBound, elements.upperBound, sums, gradient)
    }

    /// Where the kernel leaves the sum for an element.
    package func sumIndex(row: Int, column: Int) -> Int {
        let first = column / 64 * 64
        let width = (min(columns - first, 64) + 15) / 16 * 16
        return rows * first + row * width + column - first
    }

    /// Whole panels of six.
    private static func panels(_ count: Int, _ part: Int, _ parts: Int) -> Range<Int> {
        let panels = (count + 5) / 6
        return min(panels * part / parts * 6, count)..<min(panels * (part + 1) / parts * 6, count)
    }
}
