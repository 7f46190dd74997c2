/// The margin of `argmax(y) == c` (or argmin; or `!=`), ties to the lowest index: at least 0 exactly where it holds.
///
/// argmax(y) == c: the least of y[c] - y[j], strict for j < c. Its negation is `max` over j of the opposite comparison.
/// NaN follows `Compare`: -infinity in both polarities. A class outside 0..<n never is the answer.
/// Inputs: `y [n]` float64, class scalar int64.
package struct ArgIs: Operator {
    package enum Polarity: Sendable, Hashable { case positive, negative }

    package let extremum: ArgExtremum.Kind
    package let polarity: Polarity

    package init(_ extremum: ArgExtremum.Kind, _ polarity: Polarity = .positive) {
        self.extremum = extremum
        self.polarity = polarity
    }

    package var name: String { "margin of arg\(extremum) \(polarity == .positive ? "==" : "!=")" }

    package func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType {
        guard inputs.count == 2 else { throw .inputCount(name, expected: "2", found: inputs.count) }
        guard inputs[0].element == .float64 else {
            throw .elementType(name, expected: "float64", found: inputs[0].element)
        }
        guard inputs[0].shape.rank == 1, inputs[0].shape.count > 0 else {
            throw .unfit(name, inputs[0].shape, "takes a vector that is not empty")
        }
        guard inputs[1].element == .int64, inputs[1].shape.rank == 0 else {
            throw ShapeError("\(name) takes a scalar int64 class, not \(inputs[1])")
        }
        return TensorType(.float64, .scalar)
    }
}
