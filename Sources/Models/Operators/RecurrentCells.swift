import Tensors

/// f(x + h · Rᵀ + b).
struct SimpleCell: RecurrentCell {
    private let node: Application
    private let weights: RecurrentWeights
    private let function: Activator

    init(_ node: Application, _ weights: RecurrentWeights, _ functions: [Activator]) throws {
        self.node = node
        self.weights = weights
        function = functions[0]
    }

    func step(_ x: Value, _ state: RecurrentState) throws -> RecurrentState {
        let recurrent = try Products.affine(node, state.hidden, weights.recurrent, weights.recurrentBias)
        return RecurrentState(hidden: try function.apply(node, node.binary(.add, x, recurrent)))
    }
}

/// GRU: update gate z, reset gate r, candidate h, in this order.
struct GatedCell: RecurrentCell {
    private let node: Application
    private let gates: GateSlices
    private let functions: [Activator]
    private let resetsAfterProduct: Bool
    /// Weights and bias of z and r together, and of h; of all three where the reset comes after the product.
    private let joint: (weights: Value, bias: Value?)
    private let candidate: (weights: Value, bias: Value?)

    init(_ node: Application, _ weights: RecurrentWeights, _ functions: [Activator]) throws {
        self.node = node
        self.functions = functions
        gates = GateSlices(node: node, hidden: weights.hidden)
        resetsAfterProduct = try node.flag("linear_before_reset")
        let hidden = weights.hidden
        func rows(_ value: Value, _ range: Range<Int>) throws -> Value {
            try node.slice(value, axis: 0, from: range.lowerBound * hidden, count: range.count * hidden)
        }
        let jointRange = resetsAfterProduct ? 0..<3 : 0..<2
        joint = (
            try rows(weights.recurrent, jointRange), try weights.recurrentBias.map { try rows($0, jointRange) }
        )
        candidate = (try rows(weights.recurrent, 2..<3), try weights.recurrentBias.map { try rows($0, 2..<3) })
    }

    func step(_ x: Value, _ state: RecurrentState) throws -> RecurrentState {
        let recurrent = try Products.affine(node, state.hidden, joint.weights, joint.bias)
        let update = try functions[0].apply(node, node.binary(.add, gates.gate(x, 0), gates.gate(recurrent, 0)))
        let reset = try functions[0].apply(node, node.binary(.add, gates.gate(x, 1), gates.gate(recurrent, 1)))
        let past =
            resetsAfterProduct
            ? try node.binary(.multiply, reset, gates.gate(recurrent, 2))
            : try Products.affine(
                node, node.binary(.multiply, reset, state.hidden), candidate.weights, candidate.bias)
        let fresh = try functions[1].apply(node, node.binary(.add, gates.gate(x, 2), past))
        let kept = try node.binary(.multiply, update, state.hidden)
        let share = try node.binary(.subtract, node.scalar(1, like: update), update)
        return RecurrentState(hidden: try node.binary(.add, node.binary(.multiply, share, fresh), kept))
    }
}

/// LSTM: input gate i, output gate o, forget gate f, candidate c, in this order.
struct MemoryCell: RecurrentCell {
    private let node: Application
    private let weights: RecurrentWeights
    private let gates: GateSlices
    private let functions: [Activator]
    private let forgetsWhatItTakes: Bool

    init(_ node: Application, _ weights: RecurrentWeights, _ functions: [Activator]) throws {
        self.node = node
        self.weights = weights
        self.functions = functions
        gates = GateSlices(node: node, hidden: weights.hidden)
        forgetsWhatItTakes = try node.flag("input_forget")
    }

    func step(_ x: Value, _ state: RecurrentState) throws -> RecurrentState {
        guard let memory = state.memory else { throw ModelError("the memory has no first state") }
        let recurrent = try Products.affine(node, state.hidden, weights.recurrent, weights.recurrentBias)
        let sums = try node.binary(.add, x, recurrent)
        let take = try functions[0].apply(node, peeking(gates.gate(sums, 0), memory, 0))
        let keep =
            forgetsWhatItTakes
            ? try node.binary(.subtract, node.scalar(1, like: take), take)
            : try functions[0].apply(node, peeking(gates.gate(sums, 2), memory, 2))
        let fresh = try functions[1].apply(node, gates.gate(sums, 3))
        let next = try node.binary(
            .add, node.binary(.multiply, keep, memory), node.binary(.multiply, take, fresh))
        let give = try functions[0].apply(node, peeking(gates.gate(sums, 1), next, 1))
        let hidden = try node.binary(.multiply, give, functions[2].apply(node, next, isLimited: false))
        return RecurrentState(hidden: hidden, memory: next)
    }

    /// Adds what gate `index` sees of the memory, if the layer has peepholes.
    private func peeking(_ sum: Value, _ memory: Value, _ index: Int) throws -> Value {
        guard let peepholes = weights.peepholes else { return sum }
        let weights = try node.slice(peepholes, axis: 0, from: index * weights.hidden, count: weights.hidden)
        return try node.binary(.add, sum, node.binary(.multiply, memory, weights))
    }
}

/// Gates that stand side by side in the last axis of `[batch, gates * hidden]`.
struct GateSlices {
    let node: Application
    let hidden: Int

    func gate(_ value: Value, _ index: Int) throws -> Value {
        try node.slice(value, axis: 1, from: index * hidden, count: hidden)
    }
}
