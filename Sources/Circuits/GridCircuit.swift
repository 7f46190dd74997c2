/// Numbers on a grid: which of its steps each coordinate is in.
package enum GridCircuit {
    /// The bits at `places` of the number of the step, from 0 to `last`, that each coordinate is in or nearest to. `input` is
    /// float64, [inputs, coordinates], and `step` a power of two, so that the division is exact. The result is
    /// [coordinates, places].
    package static func bits(
        _ circuit: Circuit, _ input: String, coordinates: Int, low: Double, step: Double, last: Int, _ places: [Int]
    ) -> Flags {
        let distance = circuit.node("Sub", [input, circuit.constant([], [low])])
        let steps = circuit.node("Floor", [circuit.node("Mul", [distance, circuit.constant([], [1 / step])])])
        return circuit.bits(of: circuit.clamped(steps, [coordinates], 0...Double(last)), places)
    }
}
