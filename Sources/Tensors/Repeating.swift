import Kernels

/// An operator that evaluates a graph of its own again and again: the rows of a table, the steps of a loop.
///
/// Some inputs of the body are captured: they are the same each time. What the body computes from those alone is computed
/// once, before.
package protocol Repeating: Operator {
    var body: Graph { get }
    /// How often the body is evaluated.
    var repetitions: Int { get }
    /// Those inputs of the body that are inputs of the operation as well, and the same each time.
    var capturedInputs: [Graph.NamedValue] { get }
    /// The same with some values of the body made captured inputs, behind those that are there.
    func capturing(_ values: [Value]) throws(ShapeError) -> any Operator
    /// The same with a body in float64.
    func widening() throws(ShapeError) -> any Operator
}

extension Repeating {
    /// How many operations are run in all, `Int.max` if it is more than that.
    var work: Int {
        let (work, overflow) = repetitions.multipliedReportingOverflow(by: body.work)
        return overflow ? .max : work
    }

    /// The body's values, once made inputs, that need not be computed again: made from captured inputs alone.
    var invariants: [Value] {
        let captured = Set(capturedInputs)
        return body.frontier(from: capturedInputs, not: body.inputs.filter { !captured.contains($0) })
    }

    /// The body as it is run, with its outputs: sums in the order of the engine.
    func running(_ gradient: Evaluator.Gradient? = nil) throws(ShapeError) -> Plan {
        try Plan(body, body.outputs.map(\.value), gradient).optimised()
    }
}

extension Graph {
    /// How many operations are run to evaluate the graph, those in bodies as often as they are; at least 1.
    var work: Int {
        nodes.reduce(1) { sum, node in
            guard case .operation(let operation) = node.source else { return sum }
            let (work, overflow) = sum.addingReportingOverflow((operation as? any Repeating)?.work ?? 1)
            return overflow ? .max : work
        }
    }
}

extension TensorType {
    /// Adds one laned array of this type to another.
    func add(_ share: UnsafeRawPointer, to sum: UnsafeMutableRawPointer, lanes: Int) {
        switch storage {
        case .float32:
            gs_scatter_add_f32(
                shape.count, lanes, nil, share.assumingMemoryBound(to: Float.self),
                sum.assumingMemoryBound(to: Float.self))
        case .float64:
            gs_scatter_add_f64(
                shape.count, lanes, nil, share.assumingMemoryBound(to: Double.self),
                sum.assumingMemoryBound(to: Double.self))
        }
    }
}
