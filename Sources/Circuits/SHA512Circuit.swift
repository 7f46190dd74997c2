/// SHA-512 (FIPS 180-4) of bits, block by block, rounds written out.
///
/// Two words are computed at a time, 64 truth values each, the least bit first; sums are taken as two numbers of 32 bits for
/// each word. The state of a round is the pair of words (a, e) of it and of the three before: the others are those, later.
struct SHA512Circuit {
    private static let width = 64

    private let circuit: Circuit
    /// [false, true], of which constants are made.
    private let constants: Flags

    /// The digest of whole bytes, each with its least bit first: [512] likewise.
    static func digest(_ circuit: Circuit, _ message: Flags) -> Flags {
        SHA512Circuit(circuit, circuit.falseAndTrue(like: message)).digest(message)
    }

    private init(_ circuit: Circuit, _ constants: Flags) { (self.circuit, self.constants) = (circuit, constants) }

    private func digest(_ message: Flags) -> Flags {
        let count = message.shape.last ?? 0
        let blocks = (count + 8 + 128 + 1023) / 1024
        let padded = circuit.joined([message, constants])
        let places = Self.padding(count, blocks * 1024)
        let start = SHA512Constants.start
        // The pairs (a, e), (b, f), (c, g), (d, h).
        var state = (0..<4).map { bits([start[$0], start[$0 + 4]]) }
        for block in 0..<blocks {
            let words = (0..<8).map { pair in
                circuit.picked(
                    padded,
                    (0..<2 * Self.width).map { bit in
                        places[block * 1024 + pair * 2 * Self.width + Self.place(ofBit: bit)]
                    })
            }
            let after = rounds(schedule(words), state)
            state = zip(state, after).map { old, new in
                added([old, new], Self.sums([[0, 2], [1, 3]], of: 4))
            }
        }
        let all = circuit.joined(state)
        // Word w is in pair w % 4, first half a to d, second e to h.
        let order = (0..<512).map { bit in
            let (word, own) = (bit / Self.width, Self.place(ofBit: bit % Self.width))
            return word % 4 * 2 * Self.width + word / 4 * Self.width + own
        }
        return circuit.picked(all, order)
    }

    /// Words are big-endian: where bit `bit` of words stands among bits of bytes with the least bit first, and the other way round.
    private static func place(ofBit bit: Int) -> Int { bit / width * width + (7 - bit % width / 8) * 8 + bit % 8 }

    /// Where each bit of the padded message is found; behind the message's own stand false and true.
    private static func padding(_ count: Int, _ padded: Int) -> [Int] {
        var places = Array(0..<count) + Array(repeating: count, count: padded - count)
        // A one bit first: the greatest of its byte.
        places[count + 7] = count + 1
        for bit in 0..<64 where count >> bit & 1 == 1 {
            places[padded - 8 * (bit / 8 + 1) + bit % 8] = count + 1
        }
        return places
    }

    /// The 80 words, in pairs.
    private func schedule(_ first: [Flags]) -> [Flags] {
        var pairs = first
        let no = circuit.picked(constants, [0])
        // t - 16 and t - 15, t - 14 and t - 13, t - 8 and t - 7, t - 6 and t - 5, t - 2 and t - 1; nothing.
        let width = Self.width
        func places(_ word: Int, _ turns: [Int], shift: Int) -> [[Int]] {
            turns.map { turn in (0..<width).map { word * width + ($0 + turn) % width } }
                + [(0..<width).map { $0 + shift < width ? word * width + $0 + shift : 10 * width }]
        }
        // sigma0 of words t - 15 and t - 14, sigma1 of words t - 2 and t - 1.
        let parts =
            [places(1, [1, 8], shift: 7), places(2, [1, 8], shift: 7)]
            + [places(8, [19, 61], shift: 6), places(9, [19, 61], shift: 6)]
        // Behind the four sigmas: w(t - 16), w(t - 15) at 4 and 5, w(t - 7), w(t - 6) at 9 and 10.
        let sums = Self.sums([[0, 2, 4, 9], [1, 3, 5, 10]], of: 14)
        for step in 8..<40 {
            let read = circuit.joined(
                [8, 7, 4, 3, 1].map { pairs[step - $0] } + [no])
            let turned = (0..<3).map { term in circuit.picked(read, parts.flatMap { $0[term] }) }
            let sigmas = circuit.xor(circuit.xor(turned[0], turned[1]), turned[2])
            pairs.append(added([sigmas, circuit.picked(read, Array(0..<10 * width))], sums))
        }
        return pairs
    }

    private func rounds(_ schedule: [Flags], _ start: [Flags]) -> [Flags] {
        let width = Self.width
        var state = start
        var before = circuit.xor(state[1], state[2])
        let turns = [[28, 34, 39], [14, 18, 41]]
        let places = (0..<3).map { term in
            (0..<2).flatMap { word in (0..<width).map { word * width + ($0 + turns[word][term]) % width } }
        }
        let isFirst = (0..<2 * width).map { $0 < width }
        // Sums and choices of (a, e), then (d, h), then two words of the schedule, one of which counts.
        let sums = (0..<2).map { Self.sums([[0, 1, 2, 3, 5, 6 + $0], [1, 3, 4, 5, 6 + $0]], of: 8) }
        for round in 0..<80 {
            let turned = places.map { circuit.picked(state[0], $0) }
            let sigma = circuit.xor(circuit.xor(turned[0], turned[1]), turned[2])
            let own = circuit.xor(state[0], state[1])
            // Both have the last word where the two before it agree, or where a choice asks for it:
            // Maj(a, b, c) = c + (a + c)(b + c), Ch(e, f, g) = g + e (f + g).
            let chosen = circuit.xor(state[0], circuit.and(state[2], isFirst))
            let choice = circuit.xor(state[2], circuit.and(chosen, before))
            let constant = SHA512Constants.rounds[round]
            let next = added(
                [sigma, choice, state[3], schedule[round / 2]], sums[round % 2], plus: [constant, constant])
            (state, before) = ([next] + state.dropLast(), own)
        }
        return state
    }

    /// Two sums modulo 2^64, of `matrix` as `sums` makes it.
    private func added(_ parts: [Flags], _ matrix: [Double], plus constants: [UInt64] = [0, 0]) -> Flags {
        let halves = constants.flatMap { [Double($0 & 0xFFFF_FFFF), Double($0 >> 32)] }
        let sums = circuit.sum(circuit.mapped(circuit.numbers(circuit.joined(parts)), matrix, results: 4), halves)
        let carries = circuit.mapped(
            circuit.shifted(sums, by: 32), [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], results: 4)
        let bits = circuit.bits(of: circuit.sum(sums, carries), Array(0..<32))
        return circuit.reshaped(bits, [2 * Self.width])
    }

    /// Of `count` words of bits, those that go into each of two sums: halves of 32 bits, the lower one first.
    private static func sums(_ terms: [[Int]], of count: Int) -> [Double] {
        var matrix = [Double](repeating: 0, count: count * width * 4)
        for (sum, words) in terms.enumerated() {
            for word in words {
                for bit in 0..<width {
                    matrix[(word * width + bit) * 4 + 2 * sum + bit / 32] =
                        Double(sign: .plus, exponent: bit % 32, significand: 1)
                }
            }
        }
        return matrix
    }

    private func bits(_ words: [UInt64]) -> Flags {
        circuit.picked(constants, words.flatMap { word in (0..<Self.width).map { Int(word >> $0 & 1) } })
    }
}
