import Tensors

/// What bounds a tile of regions, and cuts those that are not settled.
protocol Bounder: AnyObject, Sendable {
    func bound(_ regions: [Region]) -> Bounding
}

/// What became of a tile of regions.
struct Bounding: Sendable {
    /// What is left of them, cut.
    var regions: [Region] = []
    /// Points at which a bound is attained: where a violation is, if there is one and the bounds are good.
    var candidates: [[Double]] = []
    /// Why no more cutting can decide.
    var impasse: String?
    /// Nothing is known: time was up.
    static let halted = Bounding(impasse: "time is up")

    /// For the proof: the regions that are settled, with the leaves that hold in them, and what each pair of `regions`
    /// was cut from.
    var settled: [(node: Int, holding: Set<Int>)] = []
    var cut: [(node: Int, coordinate: Int)] = []
    /// Whether something was shown by other means than linear bounds.
    var isSharp = false
    /// The same where regions are told by signs: what showed the leaf, and what was settled next.
    var shown: [(node: Int, hints: SignHints)] = []
    var split: [(node: Int, sign: NeuronSign)] = []
}

/// With which free slopes and multipliers a leaf was shown.
struct SignHints: Sendable {
    var slopes: [(place: NeuronPlace, slope: Double)] = []
    var multipliers: [(sign: NeuronSign, multiplier: Float)] = []
}

/// The ends of up to 64 regions side by side: `[coordinate][lane]`.
final class RegionEnds: @unchecked Sendable {
    let lower, upper: UnsafeMutablePointer<Double>
    /// The distance of the two.
    let widths: UnsafeMutablePointer<Double>
    private let dimension, lanes: Int

    init(_ dimension: Int, lanes: Int) {
        (self.dimension, self.lanes) = (dimension, lanes)
        let size = max(1, dimension * lanes)
        (lower, upper, widths) = (.allocate(capacity: size), .allocate(capacity: size), .allocate(capacity: size))
        for array in [lower, upper, widths] { array.initialize(repeating: 0, count: size) }
    }

    /// Lanes without a region of their own repeat the last one.
    func load(_ regions: [Region]) {
        for lane in 0..<lanes {
            let region = regions[min(lane, regions.count - 1)]
            for coordinate in 0..<dimension {
                let place = coordinate * lanes + lane
                lower[place] = region.lower[coordinate]
                upper[place] = region.upper[coordinate]
                widths[place] = region.upper[coordinate] - region.lower[coordinate]
            }
        }
    }

    deinit {
        lower.deallocate()
        upper.deallocate()
        widths.deallocate()
    }
}
