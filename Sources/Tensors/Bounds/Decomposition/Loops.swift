/// Loops: a body is repeated for each step, on the state of the one before, so that bounds run backward through all steps.
extension Decomposer {
    /// The most operations that a loop is unrolled to. What it costs to bound them grows with the square of the number.
    private static let loopLimit = 4000

    /// The steps of a longer loop are bounded one after the other: `Iterate` is `Enclosing`.
    mutating func unrolled(_ loop: Iterate, _ inputs: [Value]) throws(ShapeError) -> Value {
        guard loop.work <= Decomposer.loopLimit else { return try add(loop, inputs) }
        let (loop, inputs) = try withoutInvariants(loop, inputs)
        // What no input of the graph reaches is then computed as the engine computes it.
        let body = try loop.running()
        var states = [inputs[0]]
        for step in 0..<loop.times {
            var arguments = [states[step]]
            for place in 1..<inputs.count {
                arguments.append(place <= loop.scanned ? try row(step, of: inputs[place]) : inputs[place])
            }
            let images = try images(of: body.graph, inputs: arguments, wanted: body.outputs)
            states += body.outputs.compactMap { images[$0.index] }
        }
        return loop.result == .trace ? try stacked(states) : states[loop.times]
    }

    /// What is the same in each step is computed once, before, as the engine does.
    private mutating func withoutInvariants(
        _ loop: Iterate, _ inputs: [Value]
    ) throws(ShapeError) -> (Iterate, [Value]) {
        let invariants = loop.invariants
        guard !invariants.isEmpty, let rest = try loop.capturing(invariants) as? Iterate else { return (loop, inputs) }
        let images = try images(of: loop.body, inputs: inputs, wanted: invariants)
        return (rest, inputs + invariants.compactMap { images[$0.index] })
    }

    private mutating func row(_ index: Int, of x: Value) throws(ShapeError) -> Value {
        let slice = try add(Rearrange.slice(shape(of: x), axis: 0, from: index, count: 1), [x])
        return try reshaped(slice, to: try type(of: x).row().shape)
    }
}
