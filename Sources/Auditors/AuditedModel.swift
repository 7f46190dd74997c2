import Tensors

/// A classifier as an auditor sees it: one input of real numbers, and a score for each class.
package struct AuditedModel: Sendable {
    package let graph: Graph
    /// What an answer is the greatest of: the model's first output, or what it takes the softmax of.
    let scores: Value
    package let classes: Int
    package let layout: Layout
    /// Whether inputs are whole numbers, which are tokens of a sequence.
    package let takesTokens: Bool

    package init(_ graph: Graph) throws(AuditError) {
        guard graph.inputs.count == 1, let input = graph.inputs.first, let output = graph.outputs.first else {
            throw AuditError("a model of one input can be audited, and this one has \(graph.inputs.count)")
        }
        let (taken, given) = (graph.type(of: input.value), graph.type(of: output.value))
        takesTokens = taken.element == .int64
        guard takesTokens || taken.element == .float32, given.element == .float32 else {
            throw AuditError(
                "a model from float32 or whole numbers to float32 can be audited, and this one goes from "
                    + "\(taken.element) to \(given.element)")
        }
        guard given.shape.count >= 2 else {
            throw AuditError("a classifier has a score for each of its classes, and this model's output is \(given)")
        }
        self.graph = graph
        classes = given.shape.count
        scores = Self.scores(behind: output.value, in: graph)
        do { layout = try Layout(taken.shape) } catch { throw AuditError("\(error)") }
    }

    /// The same with rounded weights.
    func rounded(_ rounding: Rounding) throws(ShapeError) -> AuditedModel {
        let graph = try graph.replacingWeights { weights throws(ShapeError) in try rounding.rounded(weights) }
        do { return try AuditedModel(graph) } catch { throw ShapeError("\(error)") }
    }

    /// Past a softmax over all classes, which flattens slopes and changes no answer.
    private static func scores(behind output: Value, in graph: Graph) -> Value {
        let node = graph.nodes[output.index]
        guard case .operation(let operation) = node.source, let softmax = operation as? Softmax,
            let axis = try? node.type.shape.axis(softmax.axis, of: softmax.name),
            node.type.shape[axis] == node.type.shape.count
        else { return output }
        return node.inputs[0]
    }
}
