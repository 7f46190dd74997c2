import Foundation

/// Inputs that are nearly right, for tests that nothing in a file can crash a reader.
package struct Mutations {
    /// How many a test tries: few in an ordinary run, as many as `GAINSAY_MUTATIONS` says in a long one.
    package static func count(ordinary: Int) -> Int {
        ProcessInfo.processInfo.environment["GAINSAY_MUTATIONS"].flatMap(Int.init) ?? ordinary
    }

    private var random: SplitMix

    /// The same seed gives the same mutations; `GAINSAY_FIRST_MUTATION` asks for others.
    package init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// A copy of `bytes`, which are not empty, with one to four changes: a byte or a bit of one, a byte from elsewhere, a
    /// stretch repeated, set or left out, or the end cut off.
    package mutating func mutant(of bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
        switch Int.random(in: 0..<9, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes[place] = bytes[Int.random(in: 0..<bytes.count, using: &random)]
        case 3: bytes[place] &+= 1
        case 4: bytes[place] &-= 1
        case 5: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 6: for place in place..<end { bytes[place] = 0xFF }
        case 7 where end - place < bytes.count: bytes.removeSubrange(place..<end)
        default: bytes.removeLast(min(bytes.count - 1, end - place))
        }
    }
}

/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    /// `GAINSAY_FIRST_MUTATION` is added to the seed.
    package init(seed: UInt64) {
        let first = ProcessInfo.processInfo.environment["GAINSAY_FIRST_MUTATION"].flatMap(UInt64.init) ?? 0
        state = seed &+ first
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
