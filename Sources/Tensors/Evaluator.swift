/// Runs a graph on many inputs at once, and its gradient backward. Immutable, shared by all threads.
///
/// A tile has 1, 16, 32, 48 or 64 lanes, one independent input each; arrays are `[element][lane]`. Float32 values are
/// stored as `Float`, all others as `Double`. A lane's results do not depend, by a single bit, on the number of lanes or on
/// what the others hold. Each thread has a `Workspace` of its own.
///
///     let evaluator = try Evaluator(graph, outputs: [margin], gradient: .init(of: margin, to: [x]))
///     let workspace = evaluator.makeWorkspace()
///     evaluator.forward(workspace, inputs: [pointer], lanes: 64)    // then workspace.output(0)
///     evaluator.backward(workspace)                                 // then workspace.gradient(0)
///     let results = try evaluator.run([batch], threads: 2)          // tensors [n, ...] in and out
package final class Evaluator: Sendable {
    /// What is to be differentiated: one value, by some inputs of the graph.
    package struct Gradient: Sendable {
        package let value: Value
        package let inputs: [Value]

        package init(of value: Value, to inputs: [Value]) {
            self.value = value
            self.inputs = inputs
        }
    }

    /// The types of the graph's inputs, in order.
    package let inputTypes: [TensorType] = []
    package let outputTypes: [TensorType] = []

    /// Throws a `ShapeError` where an operator cannot be prepared. `outputs` are any values of the graph.
    package init(_ graph: Graph, outputs: [Value], gradient: Gradient? = nil) throws(ShapeError) {}

    package func makeWorkspace() -> Workspace { Workspace() }

    /// Evaluates one tile. Takes a laned array per input of the graph, in order; they must outlive `backward`.
    package func forward(_ workspace: Workspace, inputs: [UnsafeRawPointer], lanes: Int) {}

    /// The gradient of the last forward tile. `cotangent` is a laned array like the differentiated value; nil means ones.
    package func backward(_ workspace: Workspace, cotangent: UnsafeRawPointer? = nil) {}

    /// Evaluates a batch: each input and output has a leading batch axis in front of its shape.
    package func run(_ inputs: [Tensor], threads: Int = 1) throws(ShapeError) -> [Tensor] { [] }

    /// The same, with the gradient (seeded with ones) by each requested input behind the outputs.
    package func runWithGradient(
        _ inputs: [Tensor], threads: Int = 1
    ) throws(ShapeError) -> (outputs: [Tensor], gradients: [Tensor]) { ([], []) }
}

/// The memory of one thread that runs an evaluator. Results stay valid until the next `forward`.
package final class Workspace {
    package func output(_ index: Int) -> UnsafeRawPointer? { nil }
    package func gradient(_ index: Int) -> UnsafeRawPointer? { nil }
}
