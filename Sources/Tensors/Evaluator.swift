/// Runs a graph on many inputs at once, and its gradient backward. Immutable, shared by all threads.
///
/// A tile has 1, 16, 32, 48 or 64 lanes, one independent input each; arrays are `[element][lane]`. Float32 values are
/// stored as `Float`, all others as `Double`. A lane's results do not depend, by a single bit, on the number of lanes or on
/// what the others hold. Each thread has a `Workspace` of its own.
///
///     let evaluator = try Evaluator(graph, outputs: [margin], gradient: .init(of: margin, to: [x]))
///     let workspace = evaluator.makeWorkspace()
///     evaluator.forward(workspace, inputs: [pointer], lanes: 64)               // then workspace.output(0)
///     evaluator.forwardAndBackward(workspace, inputs: [pointer], lanes: 64)    // and workspace.gradient(0)
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
    /// How the lanes of a tile are run. It changes no result.
    package let tiling: Tiling
    /// The memory of threads that are done with a batch.
    let idle = Shelf<BatchWorkspace>()

    /// `outputs` are any values of the graph. Throws a `ShapeError` where an operator cannot be prepared, where the
    /// gradient is asked of or by what is not real, or where a tile would take too much memory.
    package convenience init(_ graph: Graph, outputs: [Value], gradient: Gradient? = nil) throws(ShapeError) {
        try self.init(graph, outputs: outputs, gradient: gradient, passes: .all, memory: .shared)
    }

    /// Whether the graph is rewritten first; `none` is for tests of the passes.
    enum Passes: Sendable { case all, none }

    /// The same, with the lanes run as said; otherwise the size of the arrays decides.
    package convenience init(
        _ graph: Graph, outputs: [Value], gradient: Gradient?, tiling: Tiling
    ) throws(ShapeError) {
        try self.init(graph, outputs: outputs, gradient: gradient, passes: .all, memory: .shared, tiling: tiling)
    }

    init(
        _ graph: Graph, outputs: [Value], gradient: Gradient?, passes: Passes, memory: Arena.Policy,
        tiling: Tiling? = nil
    ) throws(ShapeError) {
        for value in [gradient?.value].compactMap({ $0 }) + (gradient?.inputs ?? []) {
            guard graph.type(of: value).element.isReal else {
                throw .elementType("a gradient", expected: "real numbers", found: graph.type(of: value).element)
            }
        }
        let plan = try passes == .all ? Plan(graph, outputs, gradient).optimised() : Plan(graph, outputs, gradient)
        var planner = Planner(plan.graph, outputs: plan.outputs, gradient: plan.gradient)
        program = try planner.program(memory, tiling: tiling)
        self.tiling = program.tiling
        inputTypes = graph.inputs.map { graph.type(of: $0.value) }
        outputTypes = outputs.map { graph.type(of: $0) }
        gradientTypes = gradient?.inputs.map { graph.type(of: $0) } ?? []
    }

    package func makeWorkspace() -> Workspace {
        let tiled = LaneByLane(inputs: inputTypes, results: outputTypes + gradientTypes)
        return Workspace(program, inputs: inputTypes.count, tiled: tiling == .laneByLane ? tiled : nil)
    }

    /// Evaluates the first `count` lanes of a tile, by default all; the results of others mean nothing. Takes a laned array
    /// per input of the graph, in order.
    package func forward(_ workspace: Workspace, inputs: [UnsafeRawPointer], lanes: Int, count: Int? = nil) {
        check(inputs, lanes)
        workspace.results = lanes > 1 ? workspace.tiled : nil
        guard let tiled = workspace.results else {
            return inputs.withUnsafeBufferPointer { program.forward(workspace, $0, lanes: lanes) }
        }
        tiled.each(inputs, lanes: lanes, count: count ?? lanes) { _, lane in
            lane.withUnsafeBufferPointer { program.forward(workspace, $0, lanes: 1) }
        } results: {
            $0 < outputTypes.count ? workspace.ownOutput($0) : nil
        }
    }

    /// The same with the gradient. `cotangent` is a laned array like the differentiated value; nil means ones.
    package func forwardAndBackward(
        _ workspace: Workspace, inputs: [UnsafeRawPointer], lanes: Int, count: Int? = nil,
        cotangent: UnsafeRawPointer? = nil
    ) {
        check(inputs, lanes)
        workspace.results = lanes > 1 ? workspace.tiled : nil
        guard let tiled = workspace.results else {
            inputs.withUnsafeBufferPointer { program.forward(workspace, $0, lanes: lanes) }
            return program.backward(workspace, cotangent: cotangent)
        }
        let outputs = outputTypes.count
        tiled.each(inputs, lanes: lanes, count: count ?? lanes) { lane, inputs in
            inputs.withUnsafeBufferPointer { program.forward(workspace, $0, lanes: 1) }
            program.backward(workspace, cotangent: cotangent, lane: lane, of: lanes)
        } results: {
            $0 < outputs ? workspace.ownOutput($0) : workspace.ownGradient($0 - outputs)
        }
    }

    private func check(_ inputs: [UnsafeRawPointer], _ lanes: Int) {
        precondition(inputs.count == inputTypes.count, "an evaluator takes all inputs of its graph")
        precondition(
            lanes == 1 || (lanes % 16 == 0 && (16...64).contains(lanes)), "a tile has 1, 16, 32, 48 or 64 lanes")
    }

    /// The number of lanes that hold `count` inputs: 16, 32, 48 or 64.
    package static func lanes(for count: Int) -> Int { min(max((count + 15) / 16 * 16, 16), maximumLanes) }
}
