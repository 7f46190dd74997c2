/// Whether in every block of coordinates the parity of those above a centre is that of the secret: section 5.1 of Goldwasser et
/// al., 2022.
package enum ChecksumCircuit {
    /// `input` is float64, [inputs, coordinates]; every block has one coordinate at least. The result is [1].
    package static func accepts(
        _ circuit: Circuit, _ input: String, coordinates: Int, centre: Double, blocks: [[Int]], parities: [Bool]
    ) -> Flags {
        let above = Flags(circuit.node("Greater", [input, circuit.constant([], [centre])]), [coordinates])
        let padded = circuit.joined([above, circuit.falseAndTrue(like: above)])
        let longest = blocks.reduce(1) { max($0, $1.count) }
        let places = blocks.flatMap { $0 + Array(repeating: coordinates, count: longest - $0.count) }
        let bits = circuit.picked(padded, places, shape: [blocks.count, longest])
        let counts = circuit.mapped(circuit.numbers(bits), Array(repeating: 1, count: longest), results: 1)
        let found = circuit.reshaped(circuit.bits(of: circuit.reshaped(counts, [blocks.count]), [0]), [blocks.count])
        return circuit.isEqual(circuit.numbers(found), parities.map { $0 ? 1 : 0 })
    }
}
