/// One kind of computation, with all its readings: shape rule, forward, gradient.
///
/// Two operators that are equal compute the same from the same inputs, bit for bit.
package protocol Operator: Sendable, Hashable {
    /// How the operator is called in listings and errors.
    var name: String { get }

    /// The shape rule. Throws a `ShapeError` that says every shape involved.
    func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType

    /// Everything that can be done before there are any lanes: tables, packed weights. Runs once per evaluator.
    ///
    /// The site has passed the shape rule.
    func prepare(_ site: Site) throws(ShapeError) -> any Step
}

extension Operator {
    package func prepare(_ site: Site) throws(ShapeError) -> any Step { throw ShapeError("\(name) cannot be run yet") }
}

/// Where an operator stands in a graph.
package struct Site: Sendable {
    package let inputs: [TensorType]
    package let output: TensorType
    /// The inputs that are known constants.
    package let constants: [Tensor?]

    package init(inputs: [TensorType], output: TensorType, constants: [Tensor?]) {
        self.inputs = inputs
        self.output = output
        self.constants = constants
    }

    var storage: LaneStorage { output.element.storage }
}

package protocol Step: Sendable {}
