import Synchronization

/// Evaluates tiles within a time: whole where they are fast, a few lanes at a time where they are not, and no more of them
/// than what is left has room for.
///
/// A lane's results do not depend on how lanes are put together, so where there is time enough a pace changes nothing. What
/// a tile costs is measured, reading by reading; the first lane of all is evaluated alone.
package final class Pace: Sendable {
    /// Tiles that take no longer than this, in seconds, are evaluated whole.
    private static let grain = 0.2
    /// No longer than this without asking whether to go on, where a lane takes less.
    private static let patience = 0.5
    /// What is tried in any case may take so long beyond the end, in seconds; or one lane, if that takes longer.
    private static let grace = 0.01

    private let clock: @Sendable () -> Double
    private let end: Double
    /// Seconds by reading and width; nil where it was not measured.
    private let costs = Mutex([Reading: [Int: Double]]())

    /// `end` is on the scale of `clock`.
    package init(until end: Double = .infinity, clock: @escaping @Sendable () -> Double = { 0 }) {
        (self.end, self.clock) = (end, clock)
    }

    /// Whether some is evaluated in any case, or only what there is time for.
    package enum Demand { case some, none }

    /// Evaluates the first lanes of a tile, all of its `count` unless time ends, or `stops` says so, asked between portions;
    /// how many.
    package func evaluate(
        _ tile: Tile, _ reading: Reading, by objective: some Objective, demand: Demand = .none, stops: () -> Bool
    ) -> Int {
        let count = tile.count
        let last = demand == .some && end < .infinity ? max(end, clock() + Self.grace) : end
        var (done, isRefused) = (0, false)
        while done < count, !stops() {
            let isDue = done == 0 && demand == .some
            guard
                let width = isRefused
                    ? 1 : width(reading, upTo: count - done, of: tile.lanes, before: last) ?? (isDue ? 1 : nil)
            else { break }
            let start = clock()
            if width >= count {
                // Lanes that are done already are evaluated once more: that is less than to copy the others.
                objective.evaluate(tile, reading)
            } else {
                let portion = Tile(for: objective, lanes: width)
                portion.count = min(width, count - done)
                portion.take(from: tile, at: done, reading)
                objective.evaluate(portion, reading)
                if portion.count == 0 { tile.count = 0 } else { portion.give(to: tile, at: done, reading) }
            }
            if tile.count == 0 {
                tile.count = count
                // A black box that does not answer all of them may answer some.
                guard width > 1, count > 1, !isRefused else { break }
                isRefused = true
                continue
            }
            note(clock() - start, reading, width: width)
            done += min(width, count - done)
        }
        return done
    }

    /// How many lanes to evaluate at once; nil where there is no time for a single one.
    private func width(_ reading: Reading, upTo count: Int, of lanes: Int, before last: Double) -> Int? {
        let widths = [64, 32, 16, 1].filter { $0 <= lanes }
        let least = widths.last { $0 >= count } ?? widths[0]
        let left = last - clock()
        return costs.withLock { costs in
            guard costs[reading] != nil || costs[.margins] != nil else {
                return last == .infinity ? least : left > 0 ? 1 : nil
            }
            func cost(_ width: Int) -> Double { Self.cost(reading, width, costs) }
            guard cost(least) > min(left, Self.grain) else { return least }
            let most = max(min(left, Self.grain), min(left / 4, Self.patience))
            let fitting = widths.filter { $0 <= least && cost($0) <= ($0 == 1 ? left : most) }
            return fitting.min { cost($0) / Double($0) < cost($1) / Double($1) }
        }
    }

    /// What so many lanes will take: as measured, or at most as much as what was measured of others says.
    private static func cost(_ reading: Reading, _ width: Int, _ costs: [Reading: [Int: Double]]) -> Double {
        guard let known = costs[reading] else { return reading.share * cost(.margins, width, costs) }
        if let exact = known[width] { return exact }
        return known.map { $0.value * share(of: $0.key, in: width) }.min() ?? 0
    }

    /// How many times as much a width costs as a narrower one that is known. A lane alone takes about a sixth of what sixteen do.
    private static func share(of known: Int, in width: Int) -> Double {
        known >= width ? 1 : known == 1 ? 6 * Double(width) / 16 : Double(width) / Double(known)
    }

    /// The first time holds what is made on first use: a later one that is shorter takes its place.
    private func note(_ seconds: Double, _ reading: Reading, width: Int) {
        costs.withLock { costs in
            let known = costs[reading]?[width] ?? seconds
            costs[reading, default: [:]][width] = seconds < known ? seconds : (seconds + known) / 2
        }
    }
}

extension Reading {
    /// What it costs at most as long as nothing is known but what margins alone cost.
    fileprivate var share: Double {
        switch self {
        case .margins: 1
        case .keys, .outputs: 2
        case .gradient, .outputGradient: 5
        }
    }
}

extension Tile {
    /// Copies what an evaluation reads from lanes of a wider tile.
    fileprivate func take(from tile: Tile, at lane: Int, _ reading: Reading) {
        for row in 0..<dimension {
            (points + row * lanes).update(from: tile.points + row * tile.lanes + lane, count: count)
        }
        guard reading == .outputGradient else { return }
        for row in 0..<outputCount {
            (cotangents + row * lanes).update(from: tile.cotangents + row * tile.lanes + lane, count: count)
        }
    }

    /// Copies what an evaluation wrote to lanes of a wider tile.
    fileprivate func give(to tile: Tile, at lane: Int, _ reading: Reading) {
        func copy(_ source: UnsafeMutablePointer<Double>, to target: UnsafeMutablePointer<Double>, rows: Int) {
            for row in 0..<rows { (target + row * tile.lanes + lane).update(from: source + row * lanes, count: count) }
        }
        copy(margins, to: tile.margins, rows: 1)
        switch reading {
        case .margins: break
        case .keys: copy(keys, to: tile.keys, rows: keyCount)
        case .outputs: copy(outputs, to: tile.outputs, rows: outputCount)
        case .gradient: copy(gradients, to: tile.gradients, rows: dimension)
        case .outputGradient:
            copy(gradients, to: tile.gradients, rows: dimension)
            copy(outputs, to: tile.outputs, rows: outputCount)
        }
    }
}
