import Glibc
import Search

/// Whether the first layer's weights lie in Gaussian pancakes along some direction: what was tried, and what came of it.
package struct PancakeAudit: Sendable {
    /// What one method came to.
    package struct Attempt: Sendable {
        package let method: PancakeMethod
        /// Multiply-adds over those of one pass through the rows searched.
        package let passes: Int
        /// The least mean of cos(2π <g, point>): on the rows searched, and at the same point on those kept from the search.
        package let seen, unseen: Double
        /// ln of how unlikely `unseen` is of weights by chance, negated: at least so much, all methods counted.
        package let surprise: Double
        package let point: [Float]
    }

    /// The direction, where one was found.
    package struct Direction: Sendable {
        /// Added to an input it moves each wave by half a turn.
        package let shift: [Float]
        package let method: PancakeMethod
        package let surprise: Double
        /// The mean of cos(2π <g, n shift>) over all rows, n = 1, 2, 3: -exp(-2π²β²), exp(-8π²β²), -exp(-18π²β²) of pancakes.
        package let means: [Double]
        /// The fourth moment along it, less 3, and its deviation by chance: what lower moments tell.
        package let kurtosis, kurtosisDeviation: Double

        package var norm: Double { shift.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
        /// The pancakes' noise, from the first mean.
        package var beta: Double { (max(-log(min(max(-means[0], 1e-9), 1)), 0) / 2).squareRoot() / .pi }
    }

    package let rows, columns: Int
    /// How many passes each method was allowed.
    package let allowed: Int
    package let attempts: [Attempt]
    package let direction: Direction?
    package let isWhole: Bool

    /// From where on a point is none by chance: once in a million layers.
    static let threshold = 14.0
    /// Fewer rows are not looked at, nor more columns.
    private static let (leastRows, mostColumns) = (64, 4096)

    /// nil where the layer goes into no wave, or is too small or too wide.
    init?(
        _ layer: FirstLayer, passes: Int, seed: UInt64, threads: Int, goOn: @escaping @Sendable () -> Bool
    ) {
        guard let turns = layer.turns, layer.rows >= Self.leastRows, layer.columns <= Self.mostColumns else {
            return nil
        }
        (rows, columns, allowed) = (layer.rows, layer.columns, passes)
        func waves(_ rows: [Int]) -> Waves {
            Waves(layer.weights, columns: layer.columns, rows: rows, turns: turns)
        }
        let (even, odd) = (
            Array(stride(from: 0, to: layer.rows, by: 2)), Array(stride(from: 1, to: layer.rows, by: 2))
        )
        let (seen, unseen) = (waves(even), waves(odd))
        let points = PancakePoints(columns: columns, seed: seed)
        let numbers = even.map { row in
            layer.weights[row * layer.columns..<(row + 1) * layer.columns].map { Double($0) * turns }
        }
        let searches: [(any PancakeSearch)?] = [
            PancakeDescent(waves: seen, points: points), PancakeLattice(seen, rows: numbers, seed: seed),
            RandomPancakes(waves: seen, points: points),
        ]
        let pass = seen.count * columns
        let tests = Double(PancakeMethod.allCases.count)
        var (attempts, isWhole) = ([Attempt](), true)
        for case let search? in searches {
            let found = search.run(work: passes * pass, enough: -0.5, threads: threads, goOn: goOn)
            isWhole = isWhole && found.isWhole
            guard let best = found.best else { continue }
            let mean = unseen.mean(best.point)
            // Below norm 1 the angles of weights by chance are not uniform.
            let isFar = best.point.reduce(0) { $0 + $1 * $1 } >= 1
            attempts.append(
                Attempt(
                    method: search.method, passes: found.work / pass, seen: best.mean, unseen: mean,
                    surprise: isFar ? max(unseen.surprise(mean) - log(tests), 0) : 0, point: best.point))
        }
        (self.attempts, self.isWhole) = (attempts, isWhole)
        direction = attempts.filter { $0.surprise >= Self.threshold }.max { $0.unseen > $1.unseen }.map {
            Self.direction($0, waves(Array(0..<layer.rows)), layer, turns)
        }
    }

    private static func direction(
        _ attempt: Attempt, _ waves: Waves, _ layer: FirstLayer, _ turns: Double
    ) -> Direction {
        let shift = waves.descended(from: attempt.point, steps: 8).point
        let norm = shift.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let along = (0..<layer.rows).map { row in
            (0..<layer.columns).reduce(0.0) { $0 + Double(layer.weights[row * layer.columns + $1] * shift[$1]) } / norm
        }
        let square = along.reduce(0) { $0 + $1 * $1 } / Double(layer.rows)
        let fourth = along.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(layer.rows)
        return Direction(
            shift: shift, method: attempt.method, surprise: attempt.surprise,
            means: (1...3).map { times in waves.mean(shift.map { $0 * Float(times) }) },
            kurtosis: fourth / (square * square) - 3, kurtosisDeviation: (24 / Double(layer.rows)).squareRoot())
    }
}
