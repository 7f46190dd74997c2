/// One kind of computation, with all its readings: shape rule, forward, gradient.
///
/// Two operators that are equal compute the same from the same inputs, bit for bit.
package protocol Operator: Sendable, Hashable {
    /// How the operator is called in listings and errors.
    var name: String { get }

    /// The shape rule. Throws a `ShapeError` that says every shape involved.
    func resultType(of inputs: [TensorType]) throws(ShapeError) -> TensorType

    /// Whether the operator reads input `index`, where it is constant, with one number per element instead of lanes.
    func readsUniform(_ index: Int) -> Bool

    /// Whether the gradient by the output is not read where the output is 0: it may hold anything there.
    var mutesAtZero: Bool { get }

    /// Everything that can be done before there are any lanes: tables, packed weights. Runs once per evaluator.
    ///
    /// The site has passed the shape rule.
    func prepare(_ site: Site) throws(ShapeError) -> any Step
}

extension Operator {
    package func readsUniform(_ index: Int) -> Bool { false }
    package var mutesAtZero: Bool { false }

    func equals(_ other: any Operator) -> Bool { (other as? Self) == self }
}

/// Where an operator stands in a graph.
package struct Site: Sendable {
    /// The ways in which a step is going to be run.
    package enum Passes: Sendable, Hashable { case forward, forwardAndBackward }

    package let inputs: [TensorType]
    package let output: TensorType
    /// The inputs that have one number per element and no lanes.
    package let uniform: [Bool]
    package let passes: Passes
    /// The inputs whose gradients do not matter where they are 0.
    package var muted: Set<Int> = []

    var storage: LaneStorage { output.element.storage }
    var shape: Shape { output.shape }
}
