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

    package static let maximumLanes = 64

    /// The types of the graph's inputs, in order.
    package let inputTypes: [TensorType]
    package let outputTypes: [TensorType]
    /// The types of the requested gradients, which are those of their inputs.
    package let gradientTypes: [TensorType]
    let program: Program
    /// The memory of threads that are done with a batch.
    let idle = Shelf<BatchWorkspace>()

    /// `outputs` are any values of the graph. Throws a `ShapeError` where an operator cannot be prepared, where the
    /// gradient is asked of or by what is not real, or where a tile would take too much memory.
    package convenience init(_ graph: Graph, outputs: [Value], gradient: Gradient? = nil) throws(ShapeError) {
        try self.init(graph, outputs: outputs, gradient: gradient, passes: .all, memory: .shared)
    }

    /// Whether the graph is rewritten first; `none` is for tests of the passes.
    enum Passes: Sendable { case all, none }

    init(
        _ graph: Graph, outputs: [Value], gradient: Gradient?, passes: Passes, memory: Arena.Policy
    ) throws(ShapeError) {
        for value in [gradient?.value].compactMap({ $0 }) + (gradient?.inputs ?? []) {
            guard graph.type(of: value).element.isReal else {
                throw .elementType("a gradient", expected: "real numbers", found: graph.type(of: value).element)
            }
        }
        let plan = try passes == .all ? Plan(graph, outputs, gradient).optimised() : Plan(graph, outputs, gradient)
        var planner = Planner(plan.graph, outputs: plan.outputs, gradient: plan.gradient)
        program = try planner.program(memory)
        inputTypes = graph.inputs.map { graph.type(of: $0.value) }
        outputTypes = outputs.map { graph.type(of: $0) }
        gradientTypes = gradient?.inputs.map { graph.type(of: $0) } ?? []
    }

    package func makeWorkspace() -> Workspace { Workspace(program, inputs: inputTypes.count) }

    /// Evaluates one tile. Takes a laned array per input of the graph, in order; they must outlive `backward`.
    package func forward(_ workspace: Workspace, inputs: [UnsafeRawPointer], lanes: Int) {
        precondition(inputs.count == inputTypes.count, "an evaluator takes all inputs of its graph")
        precondition(
            lanes == 1 || (lanes % 16 == 0 && (16...64).contains(lanes)), "a tile has 1, 16, 32, 48 or 64 lanes")
        inputs.withUnsafeBufferPointer { program.forward(workspace, $0, lanes: lanes) }
    }

    /// The gradient of the last forward tile. `cotangent` is a laned array like the differentiated value; nil means ones.
    package func backward(_ workspace: Workspace, cotangent: UnsafeRawPointer? = nil) {
        program.backward(workspace, cotangent: cotangent)
    }

    /// The number of lanes that hold `count` inputs: 16, 32, 48 or 64.
    package static func lanes(for count: Int) -> Int { min(max((count + 15) / 16 * 16, 16), maximumLanes) }
}
