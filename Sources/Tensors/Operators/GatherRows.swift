/// Rows of a tensor chosen while running: `data [n, ...]`, `index` of any shape, result `index shape + [...]`.
///
/// A negative index counts from the back. An index outside -n..<n gives NaN (0 for integers and truth values).
/// The gradient goes to the chosen rows.
package struct GatherRows: Operator {
    package init() {}

    package var name: String { "gather" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        let (data, index) = (inputs[0], inputs[1])
        guard index.element == .int64 else {
            throw .elementType(name, expected: "an int64 index", found: index.element)
        }
        guard data.shape.rank > 0 else { throw .unfit(name, data.shape, "a scalar has no rows") }
        return TensorType(
            data.element, try Shape(index.shape.dimensions + data.shape.dimensions.dropFirst()))
    }
}
