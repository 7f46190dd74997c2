/// Covariance-matrix adaptation without a covariance matrix: learns from ranks alone how to sample. No gradient needed.
///
/// MA-ES with a full transformation matrix up to 40 active coordinates, a diagonal one beyond. A tile is a generation, or as many points of one as are wanted. A
/// run starts at a good point, or at a random one, and ends when its step has died. Bounds are met by clamping.
/// Source: Beyer and Sendhoff, "Simplify your covariance matrix adaptation evolution strategy", IEEE TEVC 21(5), 2017;
/// diagonal learning rates after Ros and Hansen, "A simple modification in CMA-ES", PPSN 2008.
package struct Evolution: Strategy {
    package let name = "evolution"
    /// nil for a tile.
    private let population: Int?

    package init(population: Int? = nil) { self.population = population }

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        let isLocal = outset.turn % 2 == 1 && !outset.elites.isEmpty
        let elite = isLocal ? outset.elites[random.below(outset.elites.count)] : nil
        let box = elite?.box ?? outset.boxes[random.below(outset.boxes.count)]
        let frame = outset.frame(Array(repeating: box, count: outset.space.lanes))
        guard !frame.active.isEmpty else { return nil }
        return EvolutionRun(frame, from: elite, population: population ?? frame.lanes, &random)
    }
}

private final class EvolutionRun: Run {
    let frame: Frame
    private let size: Int
    private let population: Int
    private let isFull: Bool
    /// Fractions of the box, one per active coordinate.
    private var mean: [Double]
    private var step: Double
    private var path: [Double]
    /// Row-major, or the diagonal alone.
    private var matrix: [Double]
    private let base: [Double]
    private let rates: Rates
    /// Standard normal draws and what the matrix makes of them, `[active][lanes]`.
    private let draws: Rows
    private let moves: Rows

    init(_ frame: Frame, from elite: Elite?, population: Int, _ random: inout Random) {
        self.frame = frame
        self.population = min(population, frame.lanes)
        let size = frame.active.count
        self.size = size
        isFull = size <= 40
        base =
            frame.active.isEmpty
            ? [] : elite?.point ?? (0..<frame.space.dimension).map { frame.lower[$0 * frame.lanes] }
        mean = frame.active.map { row in
            guard let elite else { return 0.2 + 0.6 * random.unit() }
            let span = frame.span(row, 0)
            return (elite.point[row] / span) - (frame.lower[row * frame.lanes] / span)
        }
        step = elite == nil ? 0.3 : 0.1
        path = Array(repeating: 0, count: size)
        matrix = isFull ? (0..<size * size).map { $0 % (size + 1) == 0 ? 1 : 0 } : Array(repeating: 1, count: size)
        rates = Rates(size: size, population: self.population, isFull: isFull)
        draws = Rows(size, lanes: frame.lanes)
        moves = Rows(size, lanes: frame.lanes)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard step > 1e-10 else { return nil }
        random.fillBell(draws.start, count: size * frame.lanes)
        transform()
        for row in 0..<frame.space.dimension {
            (tile.points + row * frame.lanes).update(repeating: base[row], count: frame.lanes)
        }
        for (index, row) in frame.active.enumerated() {
            let values = tile.points + row * frame.lanes
            for lane in 0..<frame.lanes {
                let fraction = min(max(mean[index] + step * moves[index][lane], 0), 1)
                values[lane] = frame.between(row, lane, fraction)
            }
        }
        tile.count = min(tile.count, population)
        return .margins
    }

    private func transform() {
        for index in 0..<size {
            let target = moves[index]
            if isFull {
                target.update(repeating: 0, count: frame.lanes)
                for other in 0..<size {
                    let weight = matrix[index * size + other]
                    let source = draws[other]
                    for lane in 0..<frame.lanes { target[lane] += weight * source[lane] }
                }
            } else {
                for lane in 0..<frame.lanes { target[lane] = matrix[index] * draws[index][lane] }
            }
        }
    }

    func observe(_ tile: Tile) {
        guard tile.count == population else { return }
        let margins = tile.margins
        let order = (0..<population).sorted { (margins[$0], $0) < (margins[$1], $1) }.prefix(rates.weights.count)
        let isFlat = margins[order[order.startIndex]] == margins[order[order.endIndex - 1]]
        if isFlat {
            step = min(step * 1.5, 1)
            return
        }  // a plateau says nothing: look further
        let drawn = average(draws, order)
        let moved = average(moves, order)
        for index in 0..<size { mean[index] = min(max(mean[index] + step * moved[index], 0), 1) }
        let momentum = (rates.path * (2 - rates.path) * rates.mass).squareRoot()
        var length = 0.0
        for index in 0..<size {
            path[index] = (1 - rates.path) * path[index] + momentum * drawn[index]
            length += path[index] * path[index]
        }
        if isFull { adaptMatrix(order) } else { adaptDiagonal(order) }
        let surprise = length / Double(size) - 1
        step *= Self.exponential(min(max(rates.path / rates.damping * 0.5 * surprise, -0.7), 0.7))
    }

    private func average(_ rows: Rows, _ order: ArraySlice<Int>) -> [Double] {
        (0..<size).map { index in
            zip(order, rates.weights).reduce(0) { $0 + $1.1 * rows[index][$1.0] }
        }
    }

    /// M <- M (I + one/2 (p pT - I) + many/2 (sum w z zT - I))
    private func adaptMatrix(_ order: ArraySlice<Int>) {
        let mixed = product(path)
        var result = matrix
        let keep = 1 - 0.5 * rates.one - 0.5 * rates.many
        for row in 0..<size {
            for column in 0..<size {
                let index = row * size + column
                var sum = keep * matrix[index] + 0.5 * rates.one * mixed[row] * path[column]
                for (lane, weight) in zip(order, rates.weights) {
                    sum += 0.5 * rates.many * weight * moves[row][lane] * draws[column][lane]
                }
                result[index] = sum
            }
        }
        matrix = result
    }

    private func product(_ vector: [Double]) -> [Double] {
        (0..<size).map { row in
            (0..<size).reduce(0) { $0 + matrix[row * size + $1] * vector[$1] }
        }
    }

    private func adaptDiagonal(_ order: ArraySlice<Int>) {
        for index in 0..<size {
            let spread = zip(order, rates.weights).reduce(0) { $0 + $1.1 * draws[index][$1.0] * draws[index][$1.0] }
            let change = rates.one * (path[index] * path[index] - 1) + rates.many * (spread - 1)
            matrix[index] *= max(1 + 0.5 * change, 0.5)
        }
    }

    /// The series of e^x to x^4: enough for |x| below 0.7, the same on every machine.
    private static func exponential(_ x: Double) -> Double {
        1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4)))
    }
}

/// Weights and learning rates of a generation, which is a tile.
private struct Rates {
    let weights: [Double]
    /// The variance-effective number of parents.
    let mass: Double
    let path: Double
    let damping: Double
    let one: Double
    let many: Double

    init(size: Int, population: Int, isFull: Bool) {
        let parents = population / 2
        // Linear in the rank: close to the logarithmic weights, without a logarithm.
        let raw = (0..<parents).map { Double(parents - $0) }
        let total = raw.reduce(0, +)
        weights = raw.map { $0 / total }
        mass = 1 / weights.reduce(0) { $0 + $1 * $1 }
        let size = Double(size)
        path = (mass + 2) / (size + mass + 5)
        damping = 1 + path
        let gain = isFull ? 1 : (size + 2) / 3
        let base = 2 / ((size + 1.3) * (size + 1.3) + mass)
        one = min(gain * base, 0.5)
        many = min(gain * min(1 - base, 2 * (mass - 2 + 1 / mass) / ((size + 2) * (size + 2) + mass)), 0.5)
    }
}
