import Tensors

/// Recurrent layers, unrolled over a sequence whose length is known.
enum Recurrence {
    static let rules: [String: OperatorRule] = [
        "RNN": { node in try run(node, gates: 1, activations: ["Tanh"]) { try SimpleCell(node, $0, $1) } },
        "GRU": { node in try run(node, gates: 3, activations: ["Sigmoid", "Tanh"]) { try GatedCell(node, $0, $1) } },
        "LSTM": { node in
            try run(node, gates: 4, activations: ["Sigmoid", "Tanh", "Tanh"]) { try MemoryCell(node, $0, $1) }
        },
    ]

    private static func run(
        _ node: Application, gates: Int, activations: [String],
        _ makeCell: (RecurrentWeights, [Activator]) throws -> any RecurrentCell
    ) throws -> [Value?] {
        let sequence = try Sequence(node)
        var runs: [Run] = []
        for (index, direction) in try directions(node).enumerated() {
            let weights = try RecurrentWeights(node, direction: index, gates: gates)
            let functions = try Activator.all(node, direction: index, defaults: activations)
            let cell = try makeCell(weights, functions)
            runs.append(try run(node, cell, weights, sequence, direction, index))
        }
        return try sequence.assemble(node, runs)
    }

    /// What one direction gives: the hidden state after each step in order of time, and the last states.
    struct Run {
        let steps: [Value]
        let hidden: Value
        let memory: Value?
    }

    private enum Direction { case forward, backward }

    private static func directions(_ node: Application) throws -> [Direction] {
        switch try node.text("direction", default: "forward") {
        case "forward": return [.forward]
        case "reverse": return [.backward]
        case "bidirectional": return [.forward, .backward]
        case let name: throw ModelError("direction `\(name)` is unknown")
        }
    }

    private static func run(
        _ node: Application, _ cell: any RecurrentCell, _ weights: RecurrentWeights, _ sequence: Sequence,
        _ direction: Direction, _ index: Int
    ) throws -> Run {
        let projected = try Products.affine(node, sequence.x, weights.input, weights.inputBias)
        var state = try sequence.initialState(node, direction: index, weights)
        var steps = [Value?](repeating: nil, count: sequence.length)
        let times = direction == .forward ? Array(0..<sequence.length) : (0..<sequence.length).reversed()
        for time in times {
            let x = try node.reshape(
                node.slice(projected, axis: 0, from: time, count: 1), [sequence.batch, weights.gates * weights.hidden])
            let next = try cell.step(x, state)
            guard let isRunning = try sequence.mask(node, at: time) else {
                state = next
                steps[time] = next.hidden
                continue
            }
            steps[time] = try node.add(Select(), isRunning, next.hidden, node.scalar(0, like: next.hidden))
            state.hidden = try node.add(Select(), isRunning, next.hidden, state.hidden)
            state.memory = try zip(next.memory, state.memory) { try node.add(Select(), isRunning, $0, $1) }
        }
        return Run(steps: steps.compactMap { $0 }, hidden: state.hidden, memory: state.memory)
    }

    private static func zip(_ first: Value?, _ second: Value?, _ body: (Value, Value) throws -> Value) rethrows
        -> Value?
    {
        guard let first, let second else { return nil }
        return try body(first, second)
    }
}

/// The state that goes from one step to the next, `[batch, hidden]` each.
struct RecurrentState {
    var hidden: Value
    var memory: Value?
}

/// One step of a recurrent layer.
protocol RecurrentCell {
    /// `x` is the input times its weights, all gates side by side: `[batch, gates * hidden]`.
    func step(_ x: Value, _ state: RecurrentState) throws -> RecurrentState
}

/// The weights of one direction.
struct RecurrentWeights {
    let gates: Int
    let hidden: Int
    /// `[gates * hidden, input]`
    let input: Value
    let inputBias: Value?
    /// `[gates * hidden, hidden]`
    let recurrent: Value
    let recurrentBias: Value?
    /// `[3 * hidden]`, for cells with peepholes.
    let peepholes: Value?

    init(_ node: Application, direction: Int, gates: Int) throws {
        func part(_ index: Int) throws -> Value {
            let whole = try node.input(index)
            let shape = node.shape(whole)
            guard shape.rank > 1, direction < shape[0] else {
                throw ModelError("input \(index) is \(shape), which has no direction \(direction)")
            }
            let slice = try node.slice(whole, axis: 0, from: direction, count: 1)
            return try node.reshape(slice, Array(shape.dimensions.dropFirst()))
        }
        self.gates = gates
        input = try part(1)
        recurrent = try part(2)
        guard node.shape(recurrent).rank == 2, node.shape(input).rank == 2 else {
            throw ModelError("weights are not [directions, gates * hidden, size]")
        }
        hidden = node.shape(recurrent)[1]
        guard node.shape(recurrent)[0] == gates * hidden, node.shape(input)[0] == gates * hidden else {
            throw ModelError("weights \(node.shape(input)) and \(node.shape(recurrent)) do not fit \(gates) gates")
        }
        let bias = try node.optional(3).map { _ in try part(3) }
        if let bias, node.shape(bias).dimensions != [2 * gates * hidden] {
            throw ModelError("a bias of \(node.shape(bias)) for \(gates) gates of \(hidden)")
        }
        inputBias = try bias.map { try node.slice($0, axis: 0, from: 0, count: node.shape($0)[0] / 2) }
        recurrentBias = try bias.map {
            try node.slice($0, axis: 0, from: node.shape($0)[0] / 2, count: node.shape($0)[0] / 2)
        }
        peepholes = try node.optional(7).map { _ in try part(7) }
        if let peepholes, node.shape(peepholes).dimensions != [3 * hidden] {
            throw ModelError("peepholes of \(node.shape(peepholes)) for \(hidden) hidden values")
        }
    }
}
