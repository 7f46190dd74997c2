/// A norm of a change.
package enum Norm: Sendable, Hashable {
    case l1
    case l2
    case linf
}

/// What a number of the spec's `shrink` clause measures, so that passes can aim at it.
package enum KeyMeaning: Sendable, Hashable {
    /// How many of the coordinates are off their reference.
    case count(of: Range<Int>)
    case norm(Norm, of: Range<Int>)
    case other

    /// The number as the order compares it: counts as they are, measures in buckets.
    func bucket(_ value: Double) -> Double {
        switch self {
        case .count: value
        case .norm: Plainness.bucket(value)
        case .other: value == value.rounded() ? value : value < 0 ? -Plainness.bucket(-value) : Plainness.bucket(value)
        }
    }
}

/// What the point shrinker asks about changed tensors.
protocol PointOracle {
    var sites: Sites { get }
    /// How many cases are judged about as fast as one.
    var width: Int { get }
    /// What each value of `Judgement.keys` measures.
    var meanings: [KeyMeaning] { get }

    /// Judges `count` cases, or the first of them where time ends; `edits` is asked for each of them once, in order.
    func judge(_ count: Int, _ edits: (Int) -> Edits) -> [Judgement]
    /// The gradient of the margin; nil where there is none to be had, or no time for it.
    func gradient(at edits: Edits) -> [Double]?
}
