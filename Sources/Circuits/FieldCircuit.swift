/// Arithmetic modulo p = 2^255 - 19 on numbers of 15 limbs of 17 bits along the last axis, the least first: what carries out of
/// the topmost comes back 19 times. Limbs may be somewhat larger, or below 0; the ranges of wires say by how much.
extension Circuit {
    private static let count = Residue.count
    private static let size = Residue.size

    /// Carried until all limbs are of less than 18 bits.
    func carried(_ wire: Wire) -> Wire {
        var value = wire
        while value.magnitude >= 0x1p18 {
            let carries = shifted(value, by: Self.size)
            let places = (0..<Self.count).map { ($0 + Self.count - 1) % Self.count }
            let factors = (0..<Self.count).map { $0 == 0 ? 19.0 : 1 }
            value = sum(
                rest(value, carries, bits: Self.size), scaled(picked(carries, places), by: factors))
        }
        return value
    }

    /// The products of all pairs of numbers, over all axes before the last one.
    func multiplied(_ first: Wire, _ second: Wire) -> Wire {
        let count = Self.count
        // Behind the limbs themselves the limbs 19 times: row j of the matrix is what limb j of the first is multiplied by.
        let both = joined([second, scaled(second, by: 19)], axis: second.shape.count - 1)
        let places = (0..<count * count).map { place in
            let (row, column) = (place / count, place % count)
            return column >= row ? column - row : 2 * count + column - row
        }
        let matrix = picked(both, places, shape: [count, count])
        let rows = reshaped(first, first.shape.dropLast() + [1, count])
        return carried(reshaped(product(rows, matrix), first.shape))
    }

    /// Times a constant.
    func multiplied(_ wire: Wire, _ number: Residue) -> Wire {
        let count = Self.count
        var matrix = [Double](repeating: 0, count: count * count)
        for row in 0..<count {
            for column in 0..<count {
                let place = column - row
                matrix[row * count + column] = Double(
                    place >= 0 ? number.limbs[place] : 19 * number.limbs[place + count])
            }
        }
        return carried(mapped(wire, matrix, results: count))
    }

    /// Whether the numbers are 0 modulo p: [..., 15] to [..., 1].
    func isMultipleOfP(_ wire: Wire) -> Flags {
        let small = carried(wire)
        // A multiple of p above every limb makes none negative, and no other number.
        let factor = (small.magnitude / 0x1p17).rounded(.up) + 1
        let modulus = (0..<Self.count).map { $0 == 0 ? 0x1p17 - 19 : 0x1p17 - 1 }
        var value = sum(small, modulus.map { factor * $0 })
        // What is beyond 2^255 comes back 19 times, once more where that carried: then the number is below 2^255, as of all
        // multiples of p only 0 and p are.
        for _ in 0..<2 { value = folded(value) }
        let (isNone, isOnce) = (isEqual(value, modulus.map { _ in 0 }), isEqual(value, modulus))
        return Flags(node("Or", [isNone.name, isOnce.name]), isNone.shape)
    }

    /// Digits of 17 bits of the number modulo 2^255, what was beyond added 19 times to the first of them.
    private func folded(_ wire: Wire) -> Wire {
        let count = Self.count
        var widened = [Double](repeating: 0, count: count * (count + 1))
        var narrowed = [Double](repeating: 0, count: (count + 1) * count)
        for limb in 0..<count {
            widened[limb * (count + 1) + limb] = 1
            narrowed[limb * count + limb] = 1
        }
        narrowed[count * count] = 19
        let digits = normalised(mapped(wire, widened, results: count + 1), size: Self.size)
        return mapped(digits, narrowed, results: count)
    }
}
