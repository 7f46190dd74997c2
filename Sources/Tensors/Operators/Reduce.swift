/// Combines the elements along some axes into one.
package struct Reduce: Operator {
    package enum Kind: Sendable, Hashable, CaseIterable {
        case sum, mean, maximum, minimum, product
        /// The number of elements that are not zero; its gradient is zero.
        case l0
        case l1, l2, linf
        case sumSquare, logSum, logSumExp
        /// Of truth values.
        case all, any
    }

    package let kind: Kind
    /// nil for all; negative ones count from the back.
    package let axes: [Int]?
    package let reduced: ReducedAxes

    package init(_ kind: Kind, axes: [Int]? = nil, _ reduced: ReducedAxes = .dropped) {
        self.kind = kind
        self.axes = axes
        self.reduced = reduced
    }

    package var name: String { "reduce \(kind)" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 1 else { throw .inputCount(name, expected: "1", found: inputs.count) }
        let (element, shape) = (inputs[0].element, inputs[0].shape)
        let axes = try positiveAxes(of: shape)
        switch kind {
        case .all, .any:
            guard element == .bool else { throw .elementType(name, expected: "bool", found: element) }
        case .sum, .product, .maximum, .minimum, .l1, .sumSquare:
            guard element != .bool else { throw .elementType(name, expected: "numbers", found: element) }
        default:
            guard element.isReal else { throw .elementType(name, expected: "real numbers", found: element) }
        }
        if kind == .maximum || kind == .minimum || kind == .mean, axes.contains(where: { shape[$0] == 0 }) {
            throw .unfit(name, shape, "there is nothing to reduce")
        }
        return TensorType(element, shape.reduced(over: axes, reduced))
    }

    func positiveAxes(of shape: Shape) throws(ShapeError) -> [Int] {
        guard let axes else { return Array(0..<shape.rank) }
        var positive: [Int] = []
        for axis in axes {
            let axis = try shape.axis(axis, of: name)
            guard !positive.contains(axis) else { throw .unfit(name, shape, "axis \(axis) is listed twice") }
            positive.append(axis)
        }
        return positive.sorted()
    }
}
