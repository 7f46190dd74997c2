/// exp(x) over the sum of exp(x) along one axis, computed from x - max(x); or the logarithm of it.
package struct Softmax: Operator {
    package enum Kind: Sendable, Hashable { case plain, logarithm }

    package let axis: Int
    package let kind: Kind

    package init(axis: Int, _ kind: Kind = .plain) {
        self.axis = axis
        self.kind = kind
    }

    package var name: String { kind == .plain ? "softmax" : "log softmax" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        guard inputs[0].element.isReal else {
            throw .elementType(name, expected: "real numbers", found: inputs[0].element)
        }
        _ = try inputs[0].shape.axis(axis, of: name)
        return inputs[0]
    }
}
