/// Chooses between two tensors, element by element: `a` where the condition holds, else `b` (ONNX Where).
package struct Select: Operator {
    package init() {}

    package var name: String { "select" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 3 else { throw .inputCount(name, expected: "3", found: inputs.count) }
        guard inputs[0].element == .bool else { throw .elementType(name, expected: "bool", found: inputs[0].element) }
        guard inputs[1].element == inputs[2].element else {
            throw ShapeError("\(name) between \(inputs[1]) and \(inputs[2]): the element types differ")
        }
        let branches = try inputs[1].shape.broadcast(with: inputs[2].shape, in: name)
        return TensorType(inputs[1].element, try inputs[0].shape.broadcast(with: branches, in: name))
    }
}
