/// Where, along an axis, the largest (or smallest) element is: int64, ties to the lowest index unless asked otherwise.
///
/// NaN counts as the extremum.
package struct ArgExtremum: Operator {
    package enum Kind: Sendable, Hashable { case max, min }

    /// Which of several equal extrema counts.
    package enum Tie: Sendable, Hashable { case first, last }

    package let kind: Kind
    package let axis: Int
    package let reduced: ReducedAxes
    package let tie: Tie

    package init(_ kind: Kind, axis: Int, _ reduced: ReducedAxes = .dropped, tie: Tie = .first) {
        self.kind = kind
        self.axis = axis
        self.reduced = reduced
        self.tie = tie
    }

    package var name: String { "arg\(kind)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let shape = inputs[0].shape
        guard inputs[0].element != .bool else { throw .elementType(name, expected: "numbers", found: .bool) }
        let axis = try shape.axis(axis, of: name)
        guard shape[axis] > 0 else { throw .unfit(name, shape, "axis \(axis) is empty") }
        return TensorType(.int64, shape.reduced(over: [axis], reduced))
    }
}
