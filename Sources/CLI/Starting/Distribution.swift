import Tensors

extension Graph {
    /// Whether a value is made by a softmax, written as one operator or as its parts.
    func isDistribution(_ value: Value) -> Bool {
        let (operation, inputs) = maker(of: value)
        switch operation {
        case is Softmax: return true
        case let quotient as Binary where quotient.kind == .divide:
            let (sum, summed) = maker(of: inputs[1])
            return (sum as? Reduce)?.kind == .sum && summed == [inputs[0]]
        default: return false
        }
    }

    /// The operator behind what only moves elements.
    private func maker(of value: Value) -> (operation: (any Operator)?, inputs: [Value]) {
        var value = value
        while case .operation(let operation) = nodes[value.index].source {
            guard operation is Rearrange || operation is Cast, let first = nodes[value.index].inputs.first else {
                return (operation, nodes[value.index].inputs)
            }
            value = first
        }
        return (nil, [])
    }
}
