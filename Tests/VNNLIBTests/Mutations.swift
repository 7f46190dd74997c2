import Foundation

/// How many mutated inputs a test tries: few in an ordinary run, as many as `GAINSAY_MUTATIONS` says in a long one.
func mutationCount(ordinary: Int) -> Int {
    ProcessInfo.processInfo.environment["GAINSAY_MUTATIONS"].flatMap(Int.init) ?? ordinary
}

/// A small generator of random numbers with a seed. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
