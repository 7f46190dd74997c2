/// A number modulo p = 2^255 - 19, in 15 limbs of 17 bits, the least first: as `FieldCircuit` has it in the graph.
package struct Residue: Sendable, Hashable {
    static let count = 15
    static let size = 17

    /// Each below 2^17, together below p.
    package let limbs: [Int]

    package init(_ number: Int) { limbs = Self.reduced([number] + Array(repeating: 0, count: Self.count - 1)) }

    /// 32 bytes, the least first; nil where the number is not below p.
    package init?(bytes: [UInt8]) {
        var limbs = [Int](repeating: 0, count: Self.count + 1)
        for bit in 0..<8 * bytes.count where bytes[bit / 8] >> (bit % 8) & 1 == 1 {
            limbs[bit / Self.size] += 1 << (bit % Self.size)
        }
        let own = Array(limbs.dropLast())
        guard limbs[Self.count] == 0, Self.reduced(own) == own else { return nil }
        self.limbs = own
    }

    private init(limbs: [Int]) { self.limbs = Self.reduced(limbs) }

    package var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        for bit in 0..<255 where limbs[bit / Self.size] >> (bit % Self.size) & 1 == 1 {
            bytes[bit / 8] |= 1 << (bit % 8)
        }
        return bytes
    }

    package var isOdd: Bool { limbs[0] & 1 == 1 }

    /// Carried until each limb has its 17 bits, the topmost carry coming back 19 times, and below p.
    private static func reduced(_ limbs: [Int]) -> [Int] {
        var limbs = limbs
        func carry(_ limbs: inout [Int]) {
            var carry = 0
            for place in limbs.indices {
                let sum = limbs[place] + carry
                carry = sum >> size
                limbs[place] = sum & (1 << size - 1)
            }
            limbs[0] += 19 * carry
        }
        for _ in 0..<4 { carry(&limbs) }
        // p or more, and below 2^255: 19 more carry out of the topmost limb.
        var beyond = limbs
        beyond[0] += 19
        for place in 0..<count - 1 {
            beyond[place + 1] += beyond[place] >> size
            beyond[place] &= 1 << size - 1
        }
        guard beyond[count - 1] >> size > 0 else { return limbs }
        beyond[count - 1] &= 1 << size - 1
        return beyond
    }

    package static func + (first: Residue, second: Residue) -> Residue {
        Residue(limbs: zip(first.limbs, second.limbs).map(+))
    }

    package static func - (first: Residue, second: Residue) -> Residue {
        Residue(limbs: zip(first.limbs, second.limbs).map(-))
    }

    package static func * (first: Residue, second: Residue) -> Residue {
        var sums = [Int](repeating: 0, count: count)
        first.limbs.withUnsafeBufferPointer { a in
            second.limbs.withUnsafeBufferPointer { b in
                for i in 0..<count {
                    for j in 0..<count {
                        let place = i + j
                        if place < count { sums[place] += a[i] * b[j] } else { sums[place - count] += 19 * a[i] * b[j] }
                    }
                }
            }
        }
        return Residue(limbs: sums)
    }

    /// To the power 2^bits - below, for `below` of 1 to 255.
    func power(_ bits: Int, below: Int) -> Residue {
        var result = Residue(1)
        for bit in (0..<bits).reversed() {
            result = result * result
            if bit >= 8 || (256 - below) >> bit & 1 == 1 { result = result * self }
        }
        return result
    }

    /// 0 of 0.
    var inverse: Residue { power(255, below: 21) }

    /// One of the two roots, where there are any: RFC 8032, section 5.1.3.
    var root: Residue? {
        let candidate = power(252, below: 2)
        for factor in [Residue(1), Residue(2).power(253, below: 5)] {
            let root = candidate * factor
            if root * root == self { return root }
        }
        return nil
    }
}
