import Tensors

/// The dense layer that reads a model's input, and whether what it makes is put through a wave.
struct FirstLayer: Sendable {
    /// [rows, columns], row-major: a column for each number of the input.
    let weights: [Float]
    let rows, columns: Int
    /// Turns of a wave to a unit of the layer's output: 1 / 2π where it goes into a cosine as it is; nil where into no wave.
    let turns: Double?

    /// nil where no dense layer reads the whole input as it comes.
    init?(_ graph: Graph) {
        guard let input = graph.inputs.first?.value else { return nil }
        let size = graph.shape(of: input).count
        for (place, node) in graph.nodes.enumerated() {
            guard case .operation(let operation) = node.source, let dense = operation as? Dense,
                dense.weights.shape[1] == size, graph.isReshaped(node.inputs[0], from: input), dense.weights.isFinite
            else { continue }
            weights = dense.weights.floats
            (rows, columns) = (dense.weights.shape[0], size)
            turns = dense.activation == .none ? graph.turns(from: place) : nil
            return
        }
        return nil
    }
}

extension Graph {
    /// Whether it is the input with other sizes, and all numbers in their places.
    fileprivate func isReshaped(_ value: Value, from input: Value) -> Bool {
        var value = value
        while value.index != input.index {
            guard case .operation(let operation) = nodes[value.index].source, let move = operation as? Rearrange,
                move.map == .identity
            else { return false }
            value = nodes[value.index].inputs[0]
        }
        return true
    }

    /// The factor between the node's output and the argument of the first wave that it reaches through scales and offsets, over 2π.
    fileprivate func turns(from place: Int) -> Double? {
        for node in nodes {
            guard case .operation(let operation) = node.source, let wave = operation as? Unary,
                [.sine, .cosine].contains(wave.kind), let scale = scale(of: node.inputs[0], from: place)
            else { continue }
            return scale / (2 * .pi)
        }
        return nil
    }

    private func scale(of value: Value, from place: Int) -> Double? {
        var (value, scale) = (value, 1.0)
        while value.index != place {
            let node = nodes[value.index]
            guard case .operation(let operation) = node.source else { return nil }
            switch operation {
            case is Rearrange: value = node.inputs[0]
            case let unary as Unary where unary.kind == .negate: (value, scale) = (node.inputs[0], -scale)
            case let binary as Binary:
                let isSecond = isConstant(node.inputs[1])
                guard isSecond || isConstant(node.inputs[0]) else { return nil }
                value = node.inputs[isSecond ? 0 : 1]
                guard let factor = factor(of: binary.kind, by: node.inputs[isSecond ? 1 : 0], isSecond: isSecond) else {
                    return nil
                }
                scale *= factor
            default: return nil
            }
        }
        return scale
    }

    private func isConstant(_ value: Value) -> Bool {
        if case .constant = nodes[value.index].source { true } else { false }
    }

    /// By how much an operation with a constant steepens.
    private func factor(of kind: Binary.Kind, by constant: Value, isSecond: Bool) -> Double? {
        guard case .constant(let tensor) = nodes[constant.index].source else { return nil }
        switch kind {
        case .add: return 1
        case .subtract: return isSecond ? 1 : -1
        case .multiply, .divide:
            guard let first = tensor.doubles.first, first != 0, first.isFinite,
                tensor.doubles.allSatisfy({ $0 == first })
            else { return nil }
            if kind == .multiply { return first }
            return isSecond ? 1 / first : nil
        default: return nil
        }
    }
}
