/// Verification of Ed25519 signatures (RFC 8032, section 5.1.7) inside a graph: accepts exactly what encodes S·B - k·A as R,
/// and no S of L or more.
///
/// The sum of 128 points from tables of B and of -A is compared with R without a division: R's x, which the input brings with it, is
/// told to be right by x·Z = X, and y by y·Z = Y; Z is never 0, so that there is one such pair. No secret goes into the graph.
package struct VerifierCircuit {
    private let publicKey: [UInt8]
    private let key: CurvePoint

    /// nil where the 32 bytes are no point of the curve.
    package init?(publicKey: [UInt8]) {
        guard let key = CurvePoint(encoded: publicKey) else { return nil }
        (self.publicKey, self.key) = (publicKey, key)
    }

    /// Bits of whole bytes, each with its least bit first: of the signature [512], of x of its point R [256], and of the message.
    /// The result is [1].
    package func accepts(_ circuit: Circuit, signature: Flags, x: Flags, message: Flags) -> Flags {
        let (r, s) = (circuit.picked(signature, Array(0..<256)), circuit.picked(signature, Array(256..<512)))
        let constants = circuit.falseAndTrue(like: signature)
        let own = circuit.picked(
            constants, publicKey.flatMap { byte in (0..<8).map { Int(byte >> $0 & 1) } })
        let hash = SHA512Circuit.digest(circuit, circuit.joined([r, own, message]))
        let digits = circuit.joined(
            [circuit.limbs(s, of: 4), windows(circuit, hash)], axis: 0)
        let point = CurveCircuit(circuit).sum(of: [CurvePoint.base.windows, (-key).windows], digits)
        let refused = [
            circuit.not(circuit.isBelow(circuit.limbs(s, of: Scalar.size), Scalar.order.map(Double.init))),
            circuit.xor(circuit.picked(r, [255]), circuit.picked(x, [0])),
            isOther(circuit, point, x: x, y: circuit.picked(r, Array(0..<255))),
        ]
        let count = circuit.mapped(
            circuit.numbers(circuit.joined(refused)), Array(repeating: 1, count: 6), results: 1)
        return circuit.not(circuit.isPositive(count))
    }

    /// Whether the coordinates are no numbers below p, or not those of the point: [4].
    private func isOther(_ circuit: Circuit, _ point: Wire, x: Flags, y: Flags) -> Flags {
        let modulus = (0..<16).map { $0 == 0 ? 0xFFED : $0 == 15 ? 0x7FFF : 0xFFFF as Double }
        let tooLarge = [x, y].map { circuit.not(circuit.isBelow(circuit.limbs($0, of: 16), modulus)) }
        let given = [x, y].map { bits in
            let limbs = circuit.limbs(circuit.picked(bits, Array(0..<255)), of: Residue.size)
            return circuit.reshaped(limbs, [1, Residue.count])
        }
        let z = circuit.mixed(point, [[0, 0, 0, 1], [0, 0, 0, 1]])
        let xy = circuit.mixed(point, [[1, 0, 0, 0], [0, 1, 0, 0]])
        let difference = circuit.difference(circuit.multiplied(circuit.joined(given, axis: 0), z), xy)
        let isSame = circuit.reshaped(circuit.isMultipleOfP(difference), [2])
        return circuit.joined(tooLarge + [circuit.not(isSame)])
    }

    /// 64 digits of 4 bits of a number below 2^256 that is the hash modulo L, though not the least: each bit's power of 2 modulo L
    /// is summed, of 512 bits and then of those that the sum has.
    private func windows(_ circuit: Circuit, _ hash: Flags) -> Wire {
        var bits = hash
        for _ in 0..<2 {
            let count = bits.shape.last ?? 0
            let powers = Scalar.powers(count).flatMap { $0 + [0] }.map(Double.init)
            let digits = circuit.normalised(
                circuit.mapped(circuit.numbers(bits), powers, results: 17), size: Scalar.size)
            bits = circuit.reshaped(circuit.bits(of: digits, Array(0..<Scalar.size)), [17 * Scalar.size])
        }
        return circuit.limbs(circuit.picked(bits, Array(0..<256)), of: 4)
    }
}
