import Tensors

/// Choices between graphs. Only one that is made before the model runs can be imported.
enum Control {
    static let rules: [String: OperatorRule] = [
        "If": { node in
            let condition = try node.constant(0, "cond")
            guard condition.count == 1 else { throw ModelError("cond is \(condition.shape), not one truth value") }
            return try node.branch(condition.doubles[0] != 0 ? "then_branch" : "else_branch")
        }
    ]
}
