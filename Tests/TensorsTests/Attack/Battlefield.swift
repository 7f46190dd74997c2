@testable import Tensors

/// Boxes over the coordinates of a graph, one a lane, and points of each: corners, their neighbours, and whatever lies
/// between; all points, where a box has few.
struct Battlefield {
    let grids: [AttackGraph.Grid]
    /// By lane, then by coordinate.
    private(set) var boxes: [[ClosedRange<Double>]] = []
    private(set) var points: [[[Double]]] = []

    private static let pointCount = 20
    /// Boxes with at most so many points are searched through.
    private static let few = 40

    init(_ grids: [AttackGraph.Grid], lanes: Int, _ random: inout Adversary) {
        self.grids = grids
        for _ in 0..<lanes {
            let style = random.below(8)
            let box = grids.map { Battlefield.interval($0, style, &random) }
            boxes.append(box)
            points.append(Battlefield.points(of: box, grids, &random))
        }
    }

    mutating func add(_ point: [Double], lane: Int) { points[lane].append(point) }

    /// Whether a point lies in a box.
    static func contains(_ box: [ClosedRange<Double>], _ point: [Double]) -> Bool {
        zip(box, point).allSatisfy { $0.contains($1) }
    }

    /// `[coordinate][lane]`, for `load`.
    static func ends(_ boxes: [[ClosedRange<Double>]]) -> (lower: [Double], upper: [Double]) {
        guard let first = boxes.first else { return ([], []) }
        let places = first.indices.flatMap { coordinate in boxes.map { $0[coordinate] } }
        return (places.map(\.lowerBound), places.map(\.upperBound))
    }

    /// A part of a box around one of its points.
    static func part(_ box: [ClosedRange<Double>], around point: [Double], _ random: inout Adversary) -> [ClosedRange<
        Double
    >] {
        zip(box, point).map { range, value in
            (random.chance(0.5) ? range.lowerBound : value)...(random.chance(0.5) ? range.upperBound : value)
        }
    }
}

/// Intervals.
extension Battlefield {
    private static func interval(
        _ grid: AttackGraph.Grid, _ style: Int, _ random: inout Adversary
    ) -> ClosedRange<Double> {
        switch grid {
        case .truths: return random.pick([0...0, 1...1, 0...1])
        case .integers:
            let lower = Double(random.below(9) - 4)
            return lower...(lower + Double(style == 0 ? 0 : random.below(4)))
        case .float32, .float64: break
        }
        let isDegenerate = style == 0 || random.chance(0.2)
        let center = center(style, &random)
        var lower = grid == .float32 ? Double(Float(center)) : center
        if !lower.isFinite { lower = 1 }
        if isDegenerate { return lower...lower }
        switch style {
        case 1, 2:
            var upper = lower
            for _ in 0..<random.below(4) { upper = above(upper, grid) }
            return lower...upper
        default:
            let width = pow10(random.number(in: -3...0.5)) * max(style == 6 ? center.magnitude : 1, 0)
            let upper = grid == .float32 ? Double(Float(lower + width)) : lower + width
            return lower...max(upper.isFinite ? upper : lower, lower)
        }
    }

    private static func center(_ style: Int, _ random: inout Adversary) -> Double {
        switch style {
        case 2: return Double(random.below(5) - 2)
        case 5: return -random.unit()
        case 6: return random.sign() * pow10(random.number(in: -40...30))
        case 7: return random.sign() * Double(sign: .plus, exponent: random.below(8) - 4, significand: 1)
        default: return random.number(in: -2...2)
        }
    }

    static func above(_ value: Double, _ grid: AttackGraph.Grid) -> Double {
        switch grid {
        case .float32: Double(Float(value).nextUp)
        case .float64: value.nextUp
        case .integers, .truths: value + 1
        }
    }

    private static func pow10(_ exponent: Double) -> Double {
        var (result, rest) = (1.0, exponent.magnitude)
        while rest >= 1 { (result, rest) = (result * 10, rest - 1) }
        result *= 1 + 9 * rest
        return exponent < 0 ? 1 / result : result
    }
}

/// Points.
extension Battlefield {
    private static func points(
        of box: [ClosedRange<Double>], _ grids: [AttackGraph.Grid], _ random: inout Adversary
    ) -> [[Double]] {
        if let all = allPoints(of: box, grids) { return all }
        return (0..<pointCount).map { number in
            zip(box, grids).map { number == 0 ? $0.lowerBound : number == 1 ? $0.upperBound : value($0, $1, &random) }
        }
    }

    private static func allPoints(of box: [ClosedRange<Double>], _ grids: [AttackGraph.Grid]) -> [[Double]]? {
        var points: [[Double]] = [[]]
        for (range, grid) in zip(box, grids) {
            var values = [range.lowerBound]
            while let last = values.last, last < range.upperBound {
                values.append(above(last, grid))
                guard values.count * points.count <= few else { return nil }
            }
            points = points.flatMap { point in values.map { point + [$0] } }
        }
        return points
    }

    private static func value(
        _ range: ClosedRange<Double>, _ grid: AttackGraph.Grid, _ random: inout Adversary
    ) -> Double {
        let (lower, upper) = (range.lowerBound, range.upperBound)
        let below = -above(-upper, grid)
        let value: Double =
            switch random.below(9) {
            case 0, 1: lower
            case 2, 3: upper
            case 4: above(lower, grid)
            case 5: below
            case 6: 0
            case 7: 0.5 * lower + 0.5 * upper
            default: lower + random.unit() * (upper - lower)
            }
        return min(max(rounded(value, grid), lower), upper)
    }

    private static func rounded(_ value: Double, _ grid: AttackGraph.Grid) -> Double {
        switch grid {
        case .float32: Double(Float(value))
        case .float64: value
        case .integers, .truths: value.rounded()
        }
    }
}
