import Tensors

/// What an operator computes: says it to the graph, and returns the values of the node's outputs.
typealias OperatorRule = @Sendable (Application) throws -> [Value?]

/// The same for operators that take or make sequences, or that hold graphs.
typealias StructureRule = @Sendable (Application) throws -> [Item?]

/// Every operator that can be imported, by name. Each family of operators lists its own.
enum OperatorRules {
    /// Of ONNX itself and of ONNX Runtime's own domain.
    static func rule(for node: NodeProto) -> OperatorRule? {
        switch node.domain {
        case "", "ai.onnx": table[node.operatorName]
        case "com.microsoft": Contributed.rules[node.operatorName]
        case "ai.onnx.ml": Classic.rules[node.operatorName]
        default: nil
        }
    }

    /// For operators that go through graphs of their own or through sequences, and for what hands those on as they are.
    static func structure(for node: NodeProto, _ items: [Item?]) -> StructureRule? {
        if let rule = TextRules.rule(for: node, items) { return rule }
        guard node.domain.isPlain else { return nil }
        if node.operatorName == "Identity", case .some(.some(let item)) = items.first, item.tensor == nil {
            return { _ in [item] }
        }
        return structures[node.operatorName]
    }

    /// Whether there is a rule of either sort.
    static func isKnown(_ node: NodeProto) -> Bool { rule(for: node) != nil || structure(for: node, []) != nil }

    /// The names of all operators that can be imported, sorted.
    static var names: [String] { (Array(table.keys) + structures.keys + TextRules.names).sorted() }

    private static let structures: [String: StructureRule] =
        [Conditionals.rules, Loops.rules, Scans.rules, Sequences.rules, Optionals.rules]
        .reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    private static let table: [String: OperatorRule] = {
        let families = [
            Elementwise.rules, Activations.rules, Arithmetic.rules, Products.rules, Convolutions.rules, Pooling.rules,
            Normalization.rules, Views.rules, Selection.rules, Joining.rules, Constants.rules, Reductions.rules,
            Recurrence.rules, Resizing.rules, Quantization.rules, Integers.rules, IntegerProducts.rules, Ordering.rules,
            Scattering.rules, Attention.rules, RotaryEmbedding.rules, Losses.rules, Sampling.rules, Signals.rules,
            Folds.rules, Determinants.rules, Grams.rules, Refusals.rules,
        ]
        return families.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }()
}
