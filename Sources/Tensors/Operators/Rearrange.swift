/// Moves elements: row i of the result is row `table[i]` of the inputs, which are numbered one after the other.
///
/// Reshape, transpose, slice, gather with a constant index, expand, tile, pad and concatenate are all this; made by the
/// factories of `Rearranging.swift`. Gradients flow back to where elements came from, and add up.
package struct Rearrange: Operator {
    package enum Map: Sendable, Hashable {
        /// The elements of the one input, in order: free.
        case identity
        /// -1 takes the fill value.
        case table([Int32])
    }

    package let name: String
    package let map: Map
    package let shape: Shape
    /// The value of elements that come from nowhere.
    package let fill: Double
    /// The number of elements of each input.
    package let counts: [Int]

    init(_ name: String, _ map: Map, _ shape: Shape, fill: Double = 0, counts: [Int]) {
        self.name = name
        self.map = map
        self.shape = shape
        self.fill = fill
        self.counts = counts
    }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard let first = inputs.first, inputs.count == counts.count else {
            throw .inputCount(name, expected: "\(counts.count)", found: inputs.count)
        }
        for (input, count) in zip(inputs, counts) {
            guard input.element == first.element else {
                throw ShapeError("\(name) of \(first) and \(input): the element types differ")
            }
            guard input.shape.count == count else {
                throw .unfit(name, input.shape, "was made for \(count) elements")
            }
        }
        return TensorType(first.element, shape)
    }
}
