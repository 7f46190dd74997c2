/// Known where both operands are; else by the greatest number of bits, where neither is negative.
extension Bitwise: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        Enclosure.map(inputs, output, lanes) { range($0[0], $0[1]) }
    }

    private func range(_ x: Ends, _ y: Ends) -> Ends {
        let known = [x.lower, x.upper, y.lower, y.upper].compactMap(Int64.init(exactly:))
        guard known.count == 4, known.allSatisfy({ $0.magnitude < 1 << 53 }) else { return Enclosure.unknown }
        if known[0] == known[1], known[2] == known[3] {
            let value = Double(self.value(known[0], known[2]))
            return (value, value)
        }
        guard known.allSatisfy({ $0 >= 0 }) else { return Enclosure.unknown }
        switch kind {
        case .and: return (0, Double(min(known[1], known[3])))
        case .or, .xor:
            let bits = 64 - max(known[1], known[3]).leadingZeroBitCount
            return (0, Double((Int64(1) << bits) - 1))
        case .shiftRight: return (Double(value(known[0], known[3])), Double(value(known[1], known[2])))
        case .shiftLeft: return Enclosure.unknown
        }
    }
}
