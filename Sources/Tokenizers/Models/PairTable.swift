/// Which pairs of tokens merge, into what, in which order: open addressing over both ids in one number.
package struct PairTable: Sendable {
    private var keys: [UInt64]
    private var merged: [Int32]
    private var ranks: [Int32]
    private let mask: Int

    package init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        keys = Array(repeating: .max, count: size)
        merged = Array(repeating: 0, count: size)
        ranks = Array(repeating: 0, count: size)
        mask = size - 1
    }

    /// Of a pair that is given twice the first counts. No more pairs than the capacity.
    package mutating func append(_ left: Int32, _ right: Int32, merged id: Int32, rank: Int) {
        let key = Self.key(left, right)
        var slot = Self.hash(key) & mask
        while keys[slot] != .max {
            if keys[slot] == key { return }
            slot = (slot + 1) & mask
        }
        (keys[slot], merged[slot], ranks[slot]) = (key, id, Int32(clamping: rank))
    }

    func find(_ left: Int32, _ right: Int32) -> (rank: Double, id: Int32)? {
        let key = Self.key(left, right)
        var slot = Self.hash(key) & mask
        while keys[slot] != .max {
            if keys[slot] == key { return (Double(ranks[slot]), merged[slot]) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private static func hash(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20)
    }
}
