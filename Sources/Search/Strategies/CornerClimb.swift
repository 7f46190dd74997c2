/// A corner of a box that is changed one proposal at a time, a change being kept where the margin is no greater: what
/// strategies without slopes share that spend one question on each point.
class CornerClimb: Run {
    let frame: Frame
    /// The coordinates that go from bound to bound; categories stay as they are.
    let sites: [Int]
    /// For each site whether it is at its upper bound.
    private(set) var isUpper: [Bool]
    private let base: [Double]
    private(set) var best = Double.infinity
    private var flipped: [Int] = []
    private var hasBegun = false

    /// Begins at the corner nearest to `elite`, or at the one where `isUpper` says so of each site.
    init(_ outset: Outset, from elite: Elite?, _ random: inout Random, isUpper: (_ place: Int, inout Random) -> Bool) {
        let box = elite?.box ?? outset.boxes[0]
        let frame = outset.frame(Array(repeating: box, count: outset.space.lanes))
        self.frame = frame
        let lanes = frame.lanes
        sites = frame.active.filter { outset.space.kinds[$0] != .category }
        let points = Rows(outset.space.dimension, lanes: lanes)
        frame.fillUniform(points.start, &random)
        base = elite?.point ?? (0..<outset.space.dimension).map { points[$0][0] }
        var corner: [Bool] = []
        for (place, row) in sites.enumerated() {
            if let elite {
                let (low, high) = (frame.lower[row * lanes], frame.upper[row * lanes])
                corner.append(high - elite.point[row] < elite.point[row] - low)
            } else {
                corner.append(isUpper(place, &random))
            }
        }
        self.isUpper = corner
    }

    /// Which places among `sites` the next proposal flips; nil where the run is over.
    func proposal(_ random: inout Random) -> [Int]? { nil }

    /// Told whether the last proposal was kept, and whether it was better.
    func learn(isBetter: Bool) {}

    final func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        if hasBegun {
            guard let places = proposal(&random) else { return nil }
            flipped = places
        }
        for place in flipped { isUpper[place].toggle() }
        let lanes = frame.lanes
        for row in 0..<frame.space.dimension { tile.points[row * lanes] = base[row] }
        for (place, row) in sites.enumerated() {
            tile.points[row * lanes] = frame.between(row, 0, isUpper[place] ? 1 : 0)
        }
        tile.count = 1
        return .margins
    }

    final func observe(_ tile: Tile) {
        let margin = tile.margins[0]
        let isBetter = margin < best
        if !(margin <= best) { for place in flipped { isUpper[place].toggle() } }
        if hasBegun { learn(isBetter: isBetter) }
        best = min(best, margin)
        (hasBegun, flipped) = (true, [])
    }
}
