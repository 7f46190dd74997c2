import Search

/// The values that a coordinate may have, numbered in order: neighbours have neighbouring numbers.
struct GridRank {
    let kind: CoordinateKind

    func rank(_ value: Double) -> Int64 {
        switch kind {
        case .real64:
            let bits = Int64(bitPattern: value.bitPattern)
            return bits >= 0 ? bits : Int64.min &- bits
        case .real32:
            let bits = Int32(bitPattern: Float(value).bitPattern)
            return Int64(bits >= 0 ? bits : Int32.min &- bits)
        case .integer, .category: return Int64(value)
        }
    }

    func value(_ rank: Int64) -> Double {
        switch kind {
        case .real64: return Double(bitPattern: UInt64(bitPattern: rank >= 0 ? rank : Int64.min &- rank))
        case .real32:
            let narrow = Int32(rank)
            return Double(Float(bitPattern: UInt32(bitPattern: narrow >= 0 ? narrow : Int32.min &- narrow)))
        case .integer, .category: return Double(rank)
        }
    }
}
