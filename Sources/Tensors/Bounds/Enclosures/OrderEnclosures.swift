// Numbers in order.

extension Sort: Enclosing {
    /// The k-th in order lies between the k-th of the lower ends and the k-th of the upper ends. An element may stand at k if
    /// neither more than k are certain to be before it nor too many behind. NaN may be anywhere where something is unknown.
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        let input = inputs[0]
        guard let axis = try? input.shape.axis(axis, of: name) else {
            return output.fill(Enclosure.unknown, lanes: lanes)
        }
        Enclosure.lines(of: input, AxisBlocks(input.shape, axis...axis), lanes) { line, places in
            let ends = wanted == .elements ? Sort.elements(line, order) : Sort.places(line, order)
            for (place, ends) in zip(places, ends) { output[place] = ends }
        }
    }

    private static func elements(_ line: [Ends], _ order: SortOrder) -> [Ends] {
        guard line.allSatisfy(Enclosure.isKnown) else { return line.map { _ in Enclosure.unknown } }
        let ends = Enclosure.sorted(line)
        return order == .ascending ? ends : ends.reversed()
    }

    private static func places(_ line: [Ends], _ order: SortOrder) -> [Ends] {
        let last = Double(line.count - 1)
        guard line.allSatisfy(Enclosure.isKnown) else { return line.map { _ in (0, last) } }
        let line = order == .ascending ? line : line.map { (-$0.upper, -$0.lower) }
        // What is equal is ordered by its place.
        func sorted(_ end: (Ends) -> Double) -> [(Double, Int)] {
            line.indices.map { (end(line[$0]), $0) }.sorted(by: <)
        }
        let (lower, upper) = (sorted(\.lower), sorted(\.upper))
        let ranks = line.enumerated().map { place, element in
            upper.partition { $0 >= (element.lower, place) }..<lower.partition { $0 > (element.upper, place) }
        }
        let (least, greatest) = (firsts(line.indices, of: ranks), firsts(line.indices.reversed(), of: ranks))
        return zip(least, greatest).map { (Double($0), Double($1)) }
    }

    /// For each rank the first place that may have it, near to O(n).
    private static func firsts(_ places: some Sequence<Int>, of ranks: [Range<Int>]) -> [Int] {
        var found = [Int](repeating: 0, count: ranks.count)
        // From each rank a way to the next one that is open.
        var next = Array(0...ranks.count)
        func open(_ rank: Int) -> Int {
            var end = rank
            while next[end] != end { end = next[end] }
            var rank = rank
            while next[rank] != end { (rank, next[rank]) = (next[rank], end) }
            return end
        }
        for place in places {
            var rank = open(ranks[place].lowerBound)
            while rank < ranks[place].upperBound {
                (found[rank], next[rank]) = (place, rank + 1)
                rank = open(rank + 1)
            }
        }
        return found
    }
}

extension Quantile: Enclosing {
    package func enclose(_ inputs: [LanedBounds], _ output: LanedBounds, lanes: Int) {
        guard let blocks = try? blocks(inputs[0].shape) else { return output.fill(Enclosure.unknown, lanes: lanes) }
        let position = Position(share, of: blocks.axis)
        var number = 0
        Enclosure.lines(of: inputs[0], blocks, lanes) { line, _ in
            output[number] = line.allSatisfy(Enclosure.isKnown) ? Quantile.range(position, line) : Enclosure.unknown
            number += 1
        }
    }

    /// Both ends are off by a few roundings, but never beyond the two between which the result lies.
    private static func range(_ position: Position, _ line: [Ends]) -> Ends {
        let ends = Enclosure.sorted(line)
        let own = ends[position.rank]
        guard position.weight > 0 else { return own }
        let next = ends[position.rank + 1]
        let size = max(max(-own.lower, own.upper), max(-next.lower, next.upper))
        let error = size * 0x1p-50 + 4 * .leastNonzeroMagnitude
        return (
            max(own.lower, (position.value(own.lower, next.lower) - error).nextDown),
            min(next.upper, (position.value(own.upper, next.upper) + error).nextUp)
        )
    }
}

extension Enclosure {
    /// For each line along an axis, in each lane, its elements and where they are.
    fileprivate static func lines(
        of input: LanedBounds, _ blocks: AxisBlocks, _ lanes: Int, _ take: ([Ends], [Int]) -> Void
    ) {
        let step = blocks.inner * lanes
        for number in 0..<(blocks.outer * step) {
            let start = number / step * blocks.axis * step + number % step
            let places = (0..<blocks.axis).map { start + $0 * step }
            take(places.map { input[$0] }, places)
        }
    }

    /// Of known numbers, in ascending order: the k-th is at least the k-th lower end and at most the k-th upper end.
    fileprivate static func sorted(_ line: [Ends]) -> [Ends] {
        zip(line.map(\.lower).sorted(), line.map(\.upper).sorted()).map { ($0, $1) }
    }
}

extension Array {
    /// How many are in front of the first that meets a condition, as all behind it do.
    fileprivate func partition(_ isBehind: (Element) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            range = isBehind(self[middle]) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
        }
        return range.lowerBound
    }
}
