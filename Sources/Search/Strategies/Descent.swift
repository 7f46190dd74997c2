/// Follows the gradient of the margin downwards with momentum, halving the step of a lane that stops gaining.
///
/// Source: Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free
/// attacks" (APGD), ICML 2020; output-diversified starts after Tashiro, Song and Ermon, "Diversity can be transferred",
/// NeurIPS 2020. Steps are fractions of the box, coordinate by coordinate, so units do not matter. Whole-number
/// coordinates move in a shadow of real numbers; categories stay where they start.
package struct Descent: Strategy {
    /// How a gradient becomes a step.
    package enum Direction: String, Sendable {
        /// All coordinates by the same fraction of their range.
        case sign
        /// In proportion to the gradient, scaled by range: long steps where it matters.
        case normalised
    }

    package let name: String
    private let direction: Direction
    private let starts: Starts

    package init(_ direction: Direction, from starts: Starts) {
        self.direction = direction
        self.starts = starts
        name = "\(direction.rawValue) gradient, \(starts) starts"
    }

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard outset.hasGradient else { return nil }
        if starts == .elites && outset.elites.isEmpty { return nil }
        if starts == .diversified && outset.outputCount < 2 { return nil }
        let parents = starts == .elites ? outset.parents(&random) : []
        let frame = starts.frame(outset, parents: parents)
        guard frame.active.contains(where: { outset.space.kinds[$0] != .category }) else { return nil }
        return DescentRun(direction, starts, frame, parents, outset)
    }
}

private final class DescentRun: Run {
    let frame: Frame
    private let direction: Descent.Direction
    private let starts: Starts
    private let parents: [Elite]
    private let isFirst: Bool
    private let length: Int
    private let checkpoints: Set<Int>
    private var diversifying: Int
    private var iteration = -1
    /// The coordinates that move.
    private let moving: [Int]
    private let current: Rows
    private let previous: Rows
    private let best: Rows
    private var cotangents: Rows
    private var lanes: [LaneProgress]
    private var lastCheckpoint = 0

    init(_ direction: Descent.Direction, _ starts: Starts, _ frame: Frame, _ parents: [Elite], _ outset: Outset) {
        self.direction = direction
        self.starts = starts
        self.frame = frame
        self.parents = parents
        isFirst = outset.turn == 0
        length = outset.length(from: 12, upTo: 160)
        checkpoints = Self.checkpoints(length)
        diversifying = starts == .diversified ? 3 : 0
        moving = frame.active.filter { frame.space.kinds[$0] != .category }
        current = Rows(frame.space.dimension, lanes: frame.lanes)
        previous = Rows(frame.space.dimension, lanes: frame.lanes)
        best = Rows(frame.space.dimension, lanes: frame.lanes)
        cotangents = Rows(0, lanes: frame.lanes)
        lanes = Array(repeating: LaneProgress(), count: frame.lanes)
        if starts == .elites {
            for lane in 0..<frame.lanes { lanes[lane].step = [0.25, 0.05, 0.01, 0.001][lane % 4] }
        }
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard iteration < length else { return nil }
        if iteration < 0 {
            starts.fill(current.start, frame, parents: parents, &random)
            if isFirst && starts == .random { frame.fillLandmarks(current.start) }
            frame.snap(current.start)
            previous.copy(current.start)
            iteration = 0
            if diversifying > 0 { drawCotangents(tile.outputCount, &random) }
        }
        // Other runs use the same tile in between.
        if diversifying > 0 { tile.cotangents.update(from: cotangents.start, count: cotangents.count * frame.lanes) }
        tile.points.update(from: current.start, count: current.count * frame.lanes)
        return diversifying > 0 ? .outputGradient : .gradient
    }

    func observe(_ tile: Tile) {
        if diversifying > 0 {
            diversifying -= 1
            diversify(tile)
        } else {
            remember(tile)
            iteration += 1
            step(tile)
            if checkpoints.contains(iteration) { review() }
        }
    }

    /// Signed weights for what the models answer, lane by lane.
    private func drawCotangents(_ outputs: Int, _ random: inout Random) {
        cotangents = Rows(outputs, lanes: frame.lanes)
        let count = outputs * frame.lanes
        random.fillUnit(cotangents.start, count: count)
        for index in 0..<count { cotangents.start[index] = 2 * cotangents.start[index] - 1 }
    }

    private func diversify(_ tile: Tile) {
        for row in moving {
            let values = current[row]
            let gradient = tile.gradients + row * frame.lanes
            for lane in 0..<frame.lanes { values[lane] += Self.sign(gradient[lane]) * 0.5 * frame.span(row, lane) }
            Frame.clamp(values, frame.lower + row * frame.lanes, frame.upper + row * frame.lanes, frame.lanes)
        }
        previous.copy(current.start)
    }

    private func remember(_ tile: Tile) {
        for lane in 0..<tile.count where tile.margins[lane] < lanes[lane].best {
            lanes[lane].best = tile.margins[lane]
            lanes[lane].gains += 1
            lanes[lane].hasGained = true
            best.copy(lane: lane, from: tile.points)
        }
    }

    /// One step with momentum: three quarters of the way to the projected step, plus a quarter of the last move.
    private func step(_ tile: Tile) {
        let scale = scales(tile)
        for row in moving {
            let offset = row * frame.lanes
            let values = current[row]
            let last = previous[row]
            let gradient = tile.gradients + offset
            for lane in 0..<frame.lanes {
                let span = frame.span(row, lane)
                let slope = gradient[lane]
                let way = direction == .sign ? Self.sign(slope) : slope.isFinite ? slope * span : 0
                let low = frame.lower[offset + lane]
                let high = frame.upper[offset + lane]
                let now = values[lane]
                let target = min(max(now - scale[0][lane] * span * way, low), high)
                values[lane] = now + 0.75 * (target - now) + 0.25 * (now - last[lane])
                last[lane] = now
            }
            Frame.clamp(values, frame.lower + offset, frame.upper + offset, frame.lanes)
        }
    }

    /// What the direction is multiplied by in each lane.
    private func scales(_ tile: Tile) -> Rows {
        let scale = Rows(1, lanes: frame.lanes)
        if direction == .normalised {
            for row in moving {
                let gradient = tile.gradients + row * frame.lanes
                for lane in 0..<frame.lanes {
                    let slope = gradient[lane].isFinite ? gradient[lane] * frame.span(row, lane) : 0
                    scale[0][lane] += slope * slope
                }
            }
        }
        let root = Double(moving.count).squareRoot()
        for lane in 0..<frame.lanes {
            let norm = scale[0][lane].squareRoot()
            let length = direction == .sign ? 1 : norm > 0 && norm.isFinite ? root / norm : 0
            scale[0][lane] = lanes[lane].step * length
        }
        return scale
    }

    /// Halves the step of lanes that gained too rarely since the last checkpoint, and takes them back to their best.
    private func review() {
        let interval = Double(iteration - lastCheckpoint)
        for lane in 0..<frame.lanes {
            let isSlow = Double(lanes[lane].gains) < 0.75 * interval
            let isStuck = !lanes[lane].wasHalved && !lanes[lane].hasGained
            lanes[lane].wasHalved = isSlow || isStuck
            if lanes[lane].wasHalved && lanes[lane].best < .infinity {
                lanes[lane].step /= 2
                current.copy(lane: lane, from: best.start)
                previous.copy(lane: lane, from: best.start)
            }
            lanes[lane].gains = 0
            lanes[lane].hasGained = false
        }
        lastCheckpoint = iteration
    }

    @inline(__always)
    private static func sign(_ value: Double) -> Double { value > 0 ? 1 : value < 0 ? -1 : 0 }

    /// Croce and Hein's: intervals of 22% of the run, shrinking by 3% down to 6%.
    private static func checkpoints(_ length: Int) -> Set<Int> {
        var result: Set<Int> = []
        var at = 0.22
        var interval = 0.22
        while at < 1 {
            result.insert(Int((at * Double(length)).rounded(.up)))
            interval = max(interval - 0.03, 0.06)
            at += interval
        }
        return result
    }
}

/// What one lane of a descent remembers.
private struct LaneProgress {
    var best = Double.infinity
    /// A fraction of the box.
    var step = 0.5
    var gains = 0
    var hasGained = false
    var wasHalved = false
}
