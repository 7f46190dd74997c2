/// Every point of a finite domain, one after the other.
///
/// Finite means that all coordinates with room to vary are integers or categories. Boxes that overlap are counted twice.
package struct Exhaustion: Sendable {
    package private(set) var space: Space
    /// How many points each box has, and how many come before it.
    private let starts: [Int]
    package let count: Int

    /// Nil where the domain is not finite or has more than `limit` points.
    package init?(_ space: Space, limit: Int) {
        guard space.texts.allSatisfy(\.wording.isComplete) else { return nil }
        var starts: [Int] = []
        var total = 0
        for box in space.boxes {
            starts.append(total)
            guard let size = Self.count(box, space.kinds, limit: limit) else { return nil }
            total += size
            guard total <= limit else { return nil }
        }
        self.space = space
        // Each point is tried as it is.
        self.space.dependence = nil
        self.starts = starts
        count = total
    }

    private static func count(_ box: Box, _ kinds: [CoordinateKind], limit: Int) -> Int? {
        var product = 1
        for row in kinds.indices where box.lower[row] < box.upper[row] {
            guard kinds[row] == .integer || kinds[row] == .category else { return nil }
            guard let width = Int(exactly: box.upper[row] - box.lower[row]), width < limit else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: width + 1)
            guard !overflow, next <= limit else { return nil }
            product = next
        }
        return product
    }

    /// The run over the points of these numbers.
    package func run(_ range: Range<Int>) -> any Run {
        ExhaustionRun(self, range)
    }

    /// The box that holds point `number`, and its place in there.
    fileprivate func locate(_ number: Int) -> (box: Int, rest: Int) {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle } else { high = middle }
        }
        return (low, number - starts[low])
    }
}

private final class ExhaustionRun: Run {
    private(set) var frame: Frame
    private let domain: Exhaustion
    private var remaining: Range<Int>

    init(_ domain: Exhaustion, _ range: Range<Int>) {
        self.domain = domain
        remaining = range
        frame = Frame(domain.space, boxes: Array(repeating: 0, count: domain.space.lanes))
    }

    /// The last tile repeats the last point in the lanes that are left.
    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard !remaining.isEmpty else { return nil }
        let batch = remaining.prefix(frame.lanes)
        remaining = remaining.dropFirst(batch.count)
        let places = (0..<frame.lanes).map { domain.locate(min(batch.lowerBound + $0, batch.upperBound - 1)) }
        let boxes = places.map(\.box)
        if boxes != frame.boxes { frame = Frame(domain.space, boxes: boxes) }
        for (lane, place) in places.enumerated() { fill(tile, lane, place.rest) }
        tile.count = batch.count
        return .margins
    }

    /// Mixed-radix digits of `number`, the last coordinate fastest.
    private func fill(_ tile: Tile, _ lane: Int, _ number: Int) {
        var rest = number
        for row in (0..<tile.dimension).reversed() {
            let index = row * frame.lanes + lane
            let choices = Int(frame.upper[index] - frame.lower[index]) + 1
            tile.points[index] = frame.lower[index] + Double(rest % choices)
            rest /= choices
        }
    }

    func observe(_ tile: Tile) {}
}
