/// A graph some of whose inputs are weights: numbers that all lanes share, with gradients that are sums over lanes.
///
/// Immutable, shared by all threads; each has a `Workspace` of its own.
package final class TrainingProgram: Sendable {
    private let program: Program
    /// How many inputs the graph has.
    private let inputs: Int

    /// Inputs from number `firstWeight` on are weights. The gradient may be asked by these, or by others.
    package init(
        _ graph: Graph, outputs: [Value], gradient: Evaluator.Gradient, firstWeight: Int
    ) throws(ShapeError) {
        let plan = try Plan(graph, outputs, gradient).optimised()
        var planner = Planner(
            plan.graph, outputs: plan.outputs, gradient: plan.gradient,
            uniform: graph.inputs.indices.map { $0 >= firstWeight }, sums: .summed)
        program = try planner.program(.shared, tiling: .together)
        inputs = graph.inputs.count
    }

    package func makeWorkspace() -> Workspace { Workspace(program, inputs: 2 * inputs) }

    /// Evaluates one tile. Takes an array for each input, laned but for weights, and behind them one for each again, to
    /// which `backward` adds the gradient: of weights for which one is asked; others are not touched. All must outlive
    /// `backward`.
    package func forward(_ workspace: Workspace, _ arrays: UnsafeBufferPointer<UnsafeRawPointer>, lanes: Int) {
        precondition(arrays.count == 2 * inputs, "a training program takes two arrays for each input")
        program.forward(workspace, arrays, lanes: lanes)
    }

    /// The gradient of the last tile; `cotangent` is a laned array like the differentiated value.
    package func backward(_ workspace: Workspace, cotangent: UnsafeRawPointer) {
        program.backward(workspace, cotangent: cotangent)
    }
}

extension Graph {
    /// The same graph with products, biases and activations in one operator where that can be; outputs keep their names.
    package func fused() throws(ShapeError) -> Graph {
        let plan = try Plan(self, outputs.map(\.value), nil).fused()
        var fused = plan.graph
        for (output, value) in zip(outputs, plan.outputs) { fused.output(output.name, value) }
        return fused
    }
}
