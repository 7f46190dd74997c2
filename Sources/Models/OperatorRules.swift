import Tensors

/// What an operator computes: says it to the graph, and returns the values of the node's outputs.
typealias OperatorRule = @Sendable (Application) throws -> [Value?]

/// Every operator that can be imported, by name. Each family of operators lists its own.
enum OperatorRules {
    /// Operators of ONNX itself; a few of other domains that mean the same are let in under their names.
    static func rule(for node: NodeProto) -> OperatorRule? {
        switch node.domain {
        case "", "ai.onnx": table[node.operatorName]
        case "com.microsoft": contributed.contains(node.operatorName) ? table[node.operatorName] : nil
        default: nil
        }
    }

    /// The names of all operators that can be imported, sorted.
    static var names: [String] { table.keys.sorted() }

    private static let contributed: Set = ["Gelu"]

    private static let table: [String: OperatorRule] = {
        let families = [
            Elementwise.rules, Activations.rules, Arithmetic.rules, Products.rules, Convolutions.rules, Pooling.rules,
            Normalization.rules, Views.rules, Selection.rules, Joining.rules, Constants.rules, Reductions.rules,
            Recurrence.rules, Resizing.rules, Control.rules, Quantization.rules,
        ]
        return families.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }()
}
