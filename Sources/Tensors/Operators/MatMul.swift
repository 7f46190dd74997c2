/// The matrix product over the last two axes; leading axes are broadcast, vectors are taken as ONNX and numpy do.
package struct MatMul: Operator {
    package init() {}

    package var name: String { "matmul" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        guard inputs[0].element == inputs[1].element else {
            throw ShapeError("\(name) of \(inputs[0]) and \(inputs[1]): the element types differ")
        }
        guard inputs[0].element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
        return TensorType(inputs[0].element, try Extents(inputs[0].shape, inputs[1].shape).result)
    }

    /// The sizes of a product: `batch` many `[rows, inner]` by `[inner, columns]`.
    struct Extents: Sendable {
        let rows, inner, columns: Int
        let batch, firstBatch, secondBatch: Shape
        let result: Shape

        init(_ first: Shape, _ second: Shape) throws(ShapeError) {
            guard first.rank > 0, second.rank > 0 else {
                throw .mismatch("matmul", first, second, "a scalar has no matrix product")
            }
            let left = first.rank == 1 ? [1] + first.dimensions : first.dimensions
            let right = second.rank == 1 ? second.dimensions + [1] : second.dimensions
            guard left[left.count - 1] == right[right.count - 2] else {
                throw .mismatch("matmul", first, second, "the inner dimensions differ")
            }
            (rows, inner, columns) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
            firstBatch = try Shape(Array(left.dropLast(2)))
            secondBatch = try Shape(Array(right.dropLast(2)))
            batch = try firstBatch.broadcast(with: secondBatch, in: "matmul")
            result = try Shape(
                batch.dimensions + (first.rank == 1 ? [] : [rows]) + (second.rank == 1 ? [] : [columns]))
        }
    }
}
