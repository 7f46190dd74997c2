/// Points biased to where programs and models are weak: the reference, the middle, corners, faces, zero, tiny steps.
package struct Corners: Strategy {
    package let name = "boundary values"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        CornersRun(outset)
    }
}

private final class CornersRun: Run {
    let frame: Frame
    private let mixtures: Rows
    private let draws: Rows
    private var remaining = 8

    /// Whether a coordinate has more room than the numbers that people write.
    private let isWide: Bool

    init(_ outset: Outset) {
        let frame = outset.frame(outset.boxes)
        self.frame = frame
        mixtures = Rows(Mixture.count, lanes: frame.lanes)
        draws = Rows(2, lanes: frame.lanes)
        isWide = frame.active.contains { row in (0..<frame.lanes).contains { frame.span(row, $0) > Self.wide } }
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        fillMixtures(&random, landmarks: remaining == 8)
        remaining -= 1
        for row in 0..<frame.space.dimension {
            random.fillUnit(draws.start, count: 2 * frame.lanes)
            fill(tile.points + row * frame.lanes, row)
        }
        frame.scaleToDependentBounds(tile.points)
        return .margins
    }

    func observe(_ tile: Tile) {}

    /// How likely each lane's coordinates are to take each kind of value, cumulated; what is left is uniform.
    private enum Mixture {
        static let low = 0
        static let high = 1
        static let reference = 2
        static let zero = 3
        static let middle = 4
        static let near = 5
        static let count = 6
    }

    /// The first lanes are landmarks: reference, middle, zero, all low, all high.
    private func fillMixtures(_ random: inout Random, landmarks: Bool) {
        for lane in 0..<frame.lanes {
            var weights = landmarks && lane < 5 ? Self.landmark(lane) : blend(lane, &random)
            for index in 1..<weights.count { weights[index] += weights[index - 1] }
            for (index, weight) in weights.enumerated() { mixtures[index][lane] = weight }
        }
    }

    private static func landmark(_ lane: Int) -> [Double] {
        let index = [Mixture.reference, Mixture.middle, Mixture.zero, Mixture.low, Mixture.high][lane]
        return (0..<Mixture.count).map { $0 == index ? 1 : 0 }
    }

    private func blend(_ lane: Int, _ random: inout Random) -> [Double] {
        if isWide && lane % 8 >= 6 { return [0.02, 0.02, 0.1, 0.05, 0, 0.8] }  // near the reference at every scale
        switch lane % 4 {
        case 0:  // a random corner
            let low = random.unit()
            return [low, 1 - low, 0, 0, 0, 0]
        case 1:  // a random face: some coordinates inside
            return [0.3, 0.3, 0, 0.05, 0.05, 0.05]
        case 2:  // the reference with a few coordinates changed
            let change = 0.02 + 0.5 * random.unit()
            return [change / 4, change / 4, 1 - change, 0, 0, change / 4]
        default:  // a bit of everything
            return [0.15, 0.15, 0.2, 0.1, 0.1, 0.1]
        }
    }

    private func fill(_ values: UnsafeMutablePointer<Double>, _ row: Int) {
        let reference = frame.space.reference[row]
        for lane in 0..<frame.lanes {
            let draw = draws[0][lane]
            let other = draws[1][lane]
            if draw < mixtures[Mixture.low][lane] {
                values[lane] = frame.between(row, lane, 0)
            } else if draw < mixtures[Mixture.high][lane] {
                values[lane] = frame.between(row, lane, 1)
            } else if draw < mixtures[Mixture.reference][lane] {
                values[lane] = reference
            } else if draw < mixtures[Mixture.zero][lane] {
                values[lane] = 0
            } else if draw < mixtures[Mixture.middle][lane] {
                values[lane] = frame.between(row, lane, 0.5)
            } else if draw < mixtures[Mixture.near][lane] {
                values[lane] = reference + Self.step(other, span: frame.span(row, lane))
            } else {
                values[lane] = frame.between(row, lane, other)
            }
        }
    }

    /// A signed power of two of the span, from 2^-1 down to 2^-24, so that every scale is met. In a wide box every other
    /// step is a power of two from 2^12 down to 2^-11 instead: all fractions of its span are far from what people write.
    private static func step(_ draw: Double, span: Double) -> Double {
        let choice = Int(draw * 48)
        let exponent = choice / 2
        let isPlain = span > wide && Int(draw * 96) % 2 == 0
        let size =
            isPlain
            ? Double(sign: .plus, exponent: 12 - exponent, significand: 1)
            : Double(sign: .plus, exponent: -1 - exponent, significand: 1) * span
        return choice % 2 == 0 ? size : -size
    }

    private static let wide = 1e6
}
