/// Changes the element type: to float32 rounds to nearest even, to int64 truncates, to bool asks for nonzero.
package struct Cast: Operator {
    package let element: ElementType

    package init(to element: ElementType) { self.element = element }

    package var name: String { "cast to \(element.rawValue)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        return TensorType(element, inputs[0].shape)
    }
}
