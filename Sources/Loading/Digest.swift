/// FNV-1a, 64 bits: tells files apart, not attackers off.
package struct Digest {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    package mutating func add(_ text: String) {
        add(text.utf8)
        add(CollectionOfOne(0))
    }

    package var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
