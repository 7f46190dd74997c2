/// A stream of random numbers that any thread can start on its own: SplitMix64, counted.
///
/// Number `n` of a stream is a hash of `(key, n)`, so that filling a buffer is one loop without a carried state, and
/// streams split from `(seed, number)` do not depend on one another. Not for secrets.
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014 (fixed gamma).
package struct Random: RandomNumberGenerator, Sendable, Hashable {
    private let key: UInt64
    private var counter: UInt64 = 0

    package init(seed: UInt64) {
        key = Self.mix(seed &+ Self.gamma)
    }

    /// Stream `number` of `seed`.
    package init(seed: UInt64, stream number: Int) {
        key = Self.mix(Self.mix(seed &+ Self.gamma) ^ Self.mix(UInt64(bitPattern: Int64(number)) &+ Self.gamma &* 3))
    }

    package mutating func next() -> UInt64 {
        counter &+= Self.gamma
        return Self.mix(key &+ counter)
    }

    /// A stream of its own; both go on independently.
    package mutating func split() -> Random {
        Random(seed: next())
    }

    /// In [0, 1), a multiple of 2^-52.
    package mutating func unit() -> Double { Self.unit(next()) }

    /// In 0..<bound, for a positive bound; bias below bound / 2^64.
    package mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
    }

    /// True with the given probability.
    package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Fills `count` numbers in [0, 1).
    package mutating func fillUnit(_ target: UnsafeMutablePointer<Double>, count: Int) {
        for index in 0..<count {
            let hash = Self.mix(key &+ counter &+ Self.gamma &* UInt64(truncatingIfNeeded: index &+ 1))
            target[index] = Self.unit(hash)
        }
        counter &+= Self.gamma &* UInt64(count)
    }

    /// Fills `count` numbers of mean 0 and variance 1 that are nearly normal: the sum of four 16-bit uniforms, so never
    /// beyond 3.5.
    package mutating func fillBell(_ target: UnsafeMutablePointer<Double>, count: Int) {
        for index in 0..<count {
            let hash = Self.mix(key &+ counter &+ Self.gamma &* UInt64(truncatingIfNeeded: index &+ 1))
            let sum = (hash & 0xFFFF) &+ (hash >> 16 & 0xFFFF) &+ (hash >> 32 & 0xFFFF) &+ (hash >> 48)
            target[index] = (Double(Int64(sum)) - 131_070) * Self.bellScale
        }
        counter &+= Self.gamma &* UInt64(count)
    }

    private static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// sqrt(3) / 65536: four uniforms of width 65536 have standard deviation 65536 / sqrt(3).
    private static let bellScale = 1.732_050_807_568_877_2 / 65_536

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var hash = value
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }

    /// The top 52 bits as the fraction of a number in [1, 2), less 1: no conversion, so the loop vectorises.
    @inline(__always)
    private static func unit(_ hash: UInt64) -> Double {
        Double(bitPattern: hash >> 12 | 0x3FF0_0000_0000_0000) - 1
    }
}

extension Random {
    /// Puts items in an order by chance. After Fisher and Yates.
    package mutating func shuffle<Item>(_ items: inout [Item]) {
        for last in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(last, below(last + 1)) }
    }
}
