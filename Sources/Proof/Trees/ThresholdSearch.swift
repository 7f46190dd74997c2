import Search
import Tensors

/// Finds where numbers of a graph, each of which follows one coordinate, cross thresholds: by asking the engine.
struct ThresholdSearch {
    /// A number of the graph, a coordinate's value at which it crosses over is wanted.
    struct Question {
        let output: Int
        let place: Int
        let path: FeaturePath
        let threshold: Double
    }

    private let evaluator: PointEvaluator
    private let space: Space
    private static let probes = 64

    init(_ graph: Graph, outputs: [Value], _ space: Space) throws(ShapeError) {
        evaluator = try PointEvaluator(graph, outputs: outputs)
        self.space = space
    }

    /// The outputs at some points.
    func values(at points: [[Double]]) throws(ShapeError) -> [Tensor] { try evaluator.values(at: points) }

    /// The proposed answers that the engine confirms: at each the number is on the side where the region begins, and at the next value
    /// of the coordinate on the other.
    func confirmed(
        _ answers: [Double?], of questions: [Question], in region: Region
    ) throws(ShapeError) -> [Double?] {
        var confirmed = [Double?](repeating: nil, count: answers.count)
        // Coordinates do not hinder each other: the n-th question of each is asked at once.
        var rounds: [[Int]] = []
        var asked: [Int: Int] = [:]
        for (index, answer) in answers.enumerated() where answer != nil {
            let round = asked[questions[index].path.coordinate, default: 0]
            asked[questions[index].path.coordinate] = round + 1
            if rounds.count == round { rounds.append([]) }
            rounds[round].append(index)
        }
        for first in stride(from: 0, to: rounds.count, by: Self.probes / 2) {
            let own = rounds[first..<min(first + Self.probes / 2, rounds.count)]
            var points: [[Double]] = []
            for round in own {
                var (at, next) = (region.lower, region.lower)
                for index in round {
                    let coordinate = questions[index].path.coordinate
                    let grid = GridRank(kind: space.kinds[coordinate])
                    at[coordinate] = answers[index] ?? 0
                    next[coordinate] = grid.value(grid.rank(at[coordinate]) + 1)
                }
                points += [at, next]
            }
            let values = try values(at: points)
            for (pair, round) in own.enumerated() {
                for index in round {
                    let question = questions[index]
                    let count = values[question.output].count / points.count
                    func isLow(_ lane: Int) -> Bool {
                        let value = values[question.output].double(at: lane * count + question.place)
                        return (value <= question.threshold) == (question.path.direction == .up)
                    }
                    if isLow(2 * pair), !isLow(2 * pair + 1) { confirmed[index] = answers[index] }
                }
            }
        }
        return confirmed
    }

    /// Between which values of its coordinate a question's answer lies, by rank, and what the number is there, once it is known.
    private struct Bracket {
        let question: Int
        var low, high: Int64
        var ends: (low: Double, high: Double)?

        var isClosed: Bool { UInt64(bitPattern: high &- low) <= 1 }
    }

    /// For each question the greatest value of its coordinate, within a region, up to which the number stays on the side where it
    /// begins: at most the threshold if it rises, above it if it falls. nil where all of the region is on one side.
    func crossings(_ questions: [Question], in region: Region) throws(ShapeError) -> [Double?] {
        var answers = [Double?](repeating: nil, count: questions.count)
        var open: [Int: [Bracket]] = [:]
        for (index, question) in questions.enumerated() {
            let grid = GridRank(kind: space.kinds[question.path.coordinate])
            let (low, high) = (
                grid.rank(region.lower[question.path.coordinate]), grid.rank(region.upper[question.path.coordinate])
            )
            open[question.path.coordinate, default: []].append(Bracket(question: index, low: low, high: high))
        }
        // One question of each coordinate at a time: they do not hinder each other.
        while !open.isEmpty {
            let current = open.compactMapValues(\.last)
            let ranks = current.reduce(into: [Int: [Int64]]()) { ranks, entry in
                let grid = GridRank(kind: space.kinds[entry.key])
                ranks[entry.key] = Self.probes(entry.value, questions[entry.value.question].threshold, grid)
            }
            let points = (0..<Self.probes).map { lane in
                var point = region.lower
                for (coordinate, ranks) in ranks {
                    point[coordinate] = GridRank(kind: space.kinds[coordinate]).value(ranks[lane])
                }
                return point
            }
            let values = try values(at: points)
            for (coordinate, bracket) in current {
                let (question, own) = (questions[bracket.question], ranks[coordinate] ?? [])
                let count = values[question.output].count / Self.probes
                let numbers = (0..<Self.probes).map {
                    values[question.output].double(at: $0 * count + question.place)
                }
                open[coordinate]?.removeLast()
                guard let narrower = Self.narrowed(bracket, own, numbers, question) else { continue }
                if narrower.isClosed {
                    answers[bracket.question] = GridRank(kind: space.kinds[coordinate]).value(narrower.low)
                } else {
                    open[coordinate]?.append(narrower)
                }
            }
            open = open.filter { !$0.value.isEmpty }
        }
        return answers
    }

    /// Between the two probes where the number crosses over; nil where it does not.
    private static func narrowed(
        _ bracket: Bracket, _ ranks: [Int64], _ numbers: [Double], _ question: Question
    ) -> Bracket? {
        let isLow = numbers.map { ($0 <= question.threshold) == (question.path.direction == .up) }
        guard let high = isLow.firstIndex(of: false), high > 0 else { return nil }
        return Bracket(
            question: bracket.question, low: ranks[high - 1], high: ranks[high],
            ends: (numbers[high - 1], numbers[high]))
    }

    /// Both ends, ranks evenly between them, and ever closer ones around where the threshold lies on a line between the ends.
    private static func probes(_ bracket: Bracket, _ threshold: Double, _ grid: GridRank) -> [Int64] {
        let (low, high) = (bracket.low, bracket.high)
        // Of two ranks, which alone are beyond what float64 tells apart.
        func distance(to rank: Int64) -> Double { Double(UInt64(bitPattern: rank &- low)) }
        let width = distance(to: high)
        func at(_ offset: Double) -> Int64 {
            guard offset > 0 else { return low }
            guard offset < width, offset < 0x1p64 else { return high }
            let rank = Int64(bitPattern: UInt64(bitPattern: low) &+ UInt64(offset))
            return min(max(rank, low), high)
        }
        var ranks: Set<Int64> = [low, high]
        if let ends = bracket.ends {
            let share = (threshold - ends.low) / (ends.high - ends.low)
            let guess = grid.value(low) + share * (grid.value(high) - grid.value(low))
            if guess > grid.value(low), guess < grid.value(high) {
                let center = distance(to: grid.rank(guess))
                for power in 0..<15 {
                    ranks.insert(at(center - Double(1 << (2 * power)) + 1))
                    ranks.insert(at(center + Double(1 << (2 * power))))
                }
            }
        }
        var step = 1
        while ranks.count < probes, step <= probes {
            ranks.insert(at((width * Double(step) / Double(probes)).rounded(.down)))
            step += 1
        }
        let sorted = ranks.sorted()
        return sorted + Array(repeating: high, count: probes - sorted.count)
    }
}
