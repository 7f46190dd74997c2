/// Halves the way between two points to which the models give another answer, time and again: where an answer is a label, what
/// fails lies where it turns.
///
/// Two calls whose labels turn at different places of such a way differ between those places, and halving keeps both until it
/// falls between them. It is the first step of attacks that are told labels alone (Brendel, Rauber and Bethge 2018, arXiv
/// 1712.04248; Chen, Jordan and Wainwright 2020, arXiv 1904.02144, algorithm 1). One point is asked at a time.
package struct Bisection: Strategy {
    package let name = "bisection"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard outset.outputCount > 0 else { return nil }
        return BisectionRun(outset)
    }
}

private final class BisectionRun: Run {
    let frame: Frame
    private let pairs: Int
    private let known: [Elite]
    private var seen: [Answered] = []
    private var way: Way?
    private var waysGone = 0

    /// Points whose labels are asked first, beside those that are known.
    private static let drawn = 8
    private static let mostKnown = 4
    /// Every second turn goes along twice as many ways.
    private static let mostPairs = 8

    init(_ outset: Outset) {
        frame = outset.frame(Array(repeating: outset.boxes[0], count: outset.boxes.count))
        pairs = outset.length(from: 1, upTo: Self.mostPairs)
        known = Array(outset.elites.filter { $0.box == outset.boxes[0] }.prefix(Self.mostKnown))
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        if seen.isEmpty {
            frame.fillUniform(tile.points, &random)
            for (lane, elite) in known.enumerated() where lane < tile.count { tile.set(elite.point, lane: lane) }
            tile.count = min(tile.count, known.count + Self.drawn)
            return .outputs
        }
        if way?.isOver ?? true {
            guard waysGone < pairs, let next = Way(among: seen, frame, &random) else { return nil }
            waysGone += 1
            way = next
        }
        guard let point = way?.middle else { return nil }
        tile.set(point, lane: 0)
        tile.count = 1
        return .outputs
    }

    func observe(_ tile: Tile) {
        guard way != nil else {
            seen = (0..<tile.count).map { Answered(tile, lane: $0) }
            return
        }
        if tile.count > 0 { way?.learn(Answered(tile, lane: 0)) }
    }
}

/// A point and what the models answered.
private struct Answered {
    let point: [Double]
    let outputs: [Double]

    init(_ tile: Tile, lane: Int) {
        point = tile.point(lane)
        outputs = (0..<tile.outputCount).map { tile.outputs[$0 * tile.lanes + lane] }
    }

    /// The outputs that are whole numbers in both, and differ.
    func labels(unlike other: Answered) -> [Int] {
        outputs.indices.filter {
            outputs[$0] != other.outputs[$0] && outputs[$0] == outputs[$0].rounded()
                && other.outputs[$0] == other.outputs[$0].rounded()
        }
    }
}

/// The way from one point to another: numbers go evenly, and each category changes at a place of its own.
private struct Way {
    private let start, end: Answered
    private let label: Int
    private let turns: [Double]
    private let kinds: [CoordinateKind]
    private var near = 0.0
    private var far = 1.0
    private var steps = 0

    /// Where labels turn at places closer than this share of the way, halving has passed both.
    private static let mostSteps = 26

    /// Between two of the points that have another label; nil where all have the same.
    init?(among points: [Answered], _ frame: Frame, _ random: inout Random) {
        let order = points.indices.map { ($0, random.unit()) }.sorted { $0.1 < $1.1 }.map(\.0)
        for (place, first) in order.enumerated() {
            for second in order[(place + 1)...] {
                let labels = points[first].labels(unlike: points[second])
                guard !labels.isEmpty else { continue }
                (start, end) = (points[first], points[second])
                label = labels[random.below(labels.count)]
                kinds = frame.space.kinds
                // Half of the ways change all categories at their start, so that what is asked lies on one line.
                let isAtOnce = random.below(2) == 0
                turns = kinds.map { $0 == .category ? (isAtOnce ? 0 : random.unit()) : 0 }
                return
            }
        }
        return nil
    }

    var isOver: Bool { steps == Self.mostSteps }

    var middle: [Double] {
        let share = (near + far) / 2
        return start.point.indices.map { row in
            if kinds[row] == .category { return share < turns[row] ? start.point[row] : end.point[row] }
            return start.point[row] + (end.point[row] - start.point[row]) * share
        }
    }

    mutating func learn(_ answered: Answered) {
        steps += 1
        if answered.outputs[label] == start.outputs[label] { near = (near + far) / 2 } else { far = (near + far) / 2 }
    }
}
