import Tensors

/// A cart with a pole on it, pushed by a network: position, velocity, angle and angular velocity, by Euler's method in
/// float64 (Barto, Sutton and Anderson, 1983, without friction).
enum CartAndPole {
    /// From a first state `[4]` to the last; the network takes float32[1, 4] and gives float32[1, 1].
    static func graph(steeredBy network: Graph, steps: Int) throws -> Graph {
        let state = TensorType(.float64, [4])
        var body = Graph()
        body.output("next", try next(&body, body.input("state", state), network))
        var graph = Graph()
        let first = try graph.input("first", state)
        graph.output("last", try graph.add(Iterate(body: body, times: steps), [first]))
        return graph
    }

    private static func next(_ body: inout Graph, _ state: Value, _ network: Graph) throws -> Value {
        let narrow = try body.add(Cast(to: .float32), [state])
        let row = try body.add(Rearrange.reshape([4], to: [1, 4]), [narrow])
        let push = try body.add(Unary(.hyperbolicTangent), [body.splice(network, inputs: [row])[0]])
        let wide = try body.add(Cast(to: .float64), [body.add(Rearrange.reshape([1, 1], to: [1]), [push])])
        let force = try body.scaled(wide, 10)
        let parts = try Rearrange.split([4], axis: 0, parts: [1, 1, 1, 1]).map { try body.add($0, [state]) }
        let (sine, cosine) = (try body.add(Unary(.sine), [parts[2]]), try body.add(Unary(.cosine), [parts[2]]))
        let spin = try body.add(Binary(.multiply), [body.add(Unary(.square), [parts[3]]), sine])
        let drive = try body.scaled(body.add(Binary(.add), [force, body.scaled(spin, 0.05)]), 1 / 1.1)
        let fall = try body.add(
            Binary(.subtract), [body.scaled(sine, 9.8), body.add(Binary(.multiply), [cosine, drive])])
        let share = try body.scaled(body.add(Unary(.square), [cosine]), 0.1 / 1.1)
        let inertia = try body.scaled(
            body.add(Binary(.subtract), [body.number(4.0 / 3, like: share), share]), 0.5)
        let turn = try body.add(Binary(.divide), [fall, inertia])
        let pull = try body.scaled(body.add(Binary(.multiply), [turn, cosine]), 0.05 / 1.1)
        let speed = try body.add(Binary(.subtract), [drive, pull])
        let rates = try body.add(
            Rearrange.concatenate([[1], [1], [1], [1]], axis: 0), [parts[1], speed, parts[3], turn])
        return try body.add(Binary(.add), [state, body.scaled(rates, 0.02)])
    }
}

extension Graph {
    fileprivate mutating func scaled(_ x: Value, _ factor: Double) throws -> Value {
        try add(Binary(.multiply), [x, number(factor, like: x)])
    }
}
