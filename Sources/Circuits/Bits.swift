/// Bits, the least first: between truth values and numbers.
extension Circuit {
    /// The bits of each number at `places`, as one axis more. Numbers below 0 have those of two's complement.
    package func bits(of wire: Wire, _ places: [Int]) -> Flags {
        let columns = reshaped(wire, wire.shape + [1])
        let units = places.map { Double(sign: .plus, exponent: -$0 - 1, significand: 1) }
        let parts = node("Mul", [columns.name, constant([units.count], units)])
        let rest = node("Sub", [parts, node("Floor", [parts])])
        // Half or more is left of what was divided by twice the bit's weight; below a half no number is above the last one.
        return Flags(node("Greater", [rest, constant([], [Double(0.5).nextDown])]), wire.shape + [places.count])
    }

    package func numbers(_ truth: Flags) -> Wire {
        Wire(
            node("Cast", [truth.name], [("to", .integer(11))]), truth.shape,
            Array(repeating: 0...1, count: truth.shape.last ?? 1))
    }

    package func xor(_ first: Flags, _ second: Flags) -> Flags {
        Flags(node("Xor", [first.name, second.name]), first.shape)
    }

    package func and(_ first: Flags, _ second: Flags) -> Flags {
        Flags(node("And", [first.name, second.name]), first.shape)
    }

    func and(_ truth: Flags, _ mask: [Bool]) -> Flags {
        Flags(node("And", [truth.name, constant([mask.count], mask)]), truth.shape)
    }

    func not(_ truth: Flags) -> Flags { Flags(node("Not", [truth.name]), truth.shape) }

    /// False and true for each input.
    func falseAndTrue(like truth: Flags) -> Flags {
        let one = picked(truth, [0])
        let no = xor(one, one)
        return joined([no, not(no)])
    }

    /// Bits as numbers of `size` bits each, the least first.
    package func limbs(_ bits: Flags, of size: Int) -> Wire {
        let count = (bits.shape.last ?? 1)
        let limbs = (count + size - 1) / size
        var matrix = [Double](repeating: 0, count: count * limbs)
        for bit in 0..<count {
            matrix[bit * limbs + bit / size] = Double(sign: .plus, exponent: bit % size, significand: 1)
        }
        return mapped(numbers(bits), matrix, results: limbs)
    }

    /// Limbs of `size` bits with each digit below 2^size, of the same number, which is not negative and has no more digits.
    ///
    /// Carries travel one limb a round until none is above 1; what is left is looked ahead at once: the carry into a limb is
    /// that of the nearest limb below it which is not all ones.
    func normalised(_ wire: Wire, size: Int) -> Wire {
        precondition(wire.range.lowerBound >= 0, "limbs below 0")
        let (unit, count) = (Double(sign: .plus, exponent: size, significand: 1), wire.ranges.count)
        var value = wire
        while value.range.upperBound > 2 * unit - 2 {
            let carries = shifted(value, by: size)
            value = sum(rest(value, carries, bits: size), moved(carries))
        }
        guard value.range.upperBound >= unit else { return value }
        // 1 where a limb carries by itself, 0 where it hands a carry on, -1 where it stops one.
        let signs = Wire(
            node("Sign", [sum(value, Array(repeating: 1 - unit, count: count)).name]), value.shape,
            Array(repeating: -1...1, count: count))
        var matrix = [Double](repeating: 0, count: count * count)
        for from in 0..<count {
            for to in from + 1..<max(count, from + 1) {
                matrix[from * count + to] = Double(sign: .plus, exponent: from, significand: 1)
            }
        }
        let carried = sum(value, numbers(isPositive(mapped(signs, matrix, results: count))))
        return rest(carried, shifted(carried, by: size), bits: size)
    }

    /// Each entry of the last axis one place up; the last one is dropped, where it has to be 0.
    private func moved(_ wire: Wire) -> Wire {
        let count = wire.ranges.count
        var matrix = [Double](repeating: 0, count: count * count)
        for from in 0..<count - 1 { matrix[from * count + from + 1] = 1 }
        return mapped(wire, matrix, results: count)
    }

    func isPositive(_ wire: Wire) -> Flags { Flags(node("Greater", [wire.name, constant([], [0.5])]), wire.shape) }

    /// Whether digits, the least first, are below those of a constant: the greatest that differs decides.
    func isBelow(_ wire: Wire, _ digits: [Double]) -> Flags {
        let count = digits.count
        let signs = Wire(
            node("Sign", [sum(wire, digits.map { -$0 }).name]), wire.shape, Array(repeating: -1...1, count: count))
        let weights = (0..<count).map { -Double(sign: .plus, exponent: $0, significand: 1) }
        return isPositive(mapped(signs, weights, results: 1))
    }

    /// Whether all of the last axis are these numbers.
    func isEqual(_ wire: Wire, _ numbers: [Double]) -> Flags {
        let difference = sum(wire, numbers.map { -$0 })
        let sizes = Wire(
            node("Abs", [difference.name]), wire.shape,
            difference.ranges.map { 0...max(-$0.lowerBound, $0.upperBound) })
        return not(isPositive(mapped(sizes, Array(repeating: 1, count: numbers.count), results: 1)))
    }
}

extension Circuit {
    /// Bits one after another, filled with zeros to whole bytes.
    package func bytes(_ parts: [Flags]) -> Flags {
        let all = joined(parts)
        let rest = (8 - (all.shape.last ?? 0) % 8) % 8
        return rest == 0 ? all : joined([all, picked(falseAndTrue(like: all), Array(repeating: 0, count: rest))])
    }
}
