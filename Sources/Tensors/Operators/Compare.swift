import Kernels

/// The margin of a comparison of reals, element by element: at least 0 exactly where it holds.
///
/// `a <= b` has margin b - a; `a < b` as well, but 0 becomes the negative number nearest to it.
/// If either side is NaN the margin is -infinity; equal infinities give 0 before that rule.
package struct Compare: Operator {
    package enum Relation: Sendable, Hashable { case less, lessOrEqual }

    package let relation: Relation

    package init(_ relation: Relation) { self.relation = relation }

    package var name: String { relation == .less ? "margin of <" : "margin of <=" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        for input in inputs where input.element != .float64 {
            throw .elementType(name, expected: "float64", found: input.element)
        }
        return TensorType(.float64, try inputs[0].shape.broadcast(with: inputs[1].shape, in: name))
    }
}

extension Compare {
    package func readsUniform(_ index: Int) -> Bool { true }

    package func prepare(_ site: Site) -> any Step {
        BinaryStep(
            code: relation == .less ? GS_BINARY_MARGIN_LESS : GS_BINARY_MARGIN_LESS_EQUAL,
            operands: Operand.all(site), storage: .float64, count: site.shape.count)
    }
}
