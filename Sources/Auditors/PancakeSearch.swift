import Search
import Tensors

/// Looks for the direction of Gaussian pancakes in rows of weights, within so many multiply-adds.
protocol PancakeSearch: Sendable {
    var method: PancakeMethod { get }
    /// Parts that are begun at once, whatever the number of threads: all of them are ended.
    var abreast: Int { get }
    /// Part `number` of the search: the best point of it, and the multiply-adds it took. Depends on nothing but the number.
    func part(_ number: Int) -> (point: [Float], mean: Double, work: Int)?
}

package enum PancakeMethod: String, Sendable, CaseIterable {
    case descent, lattice
    case random
}

extension PancakeSearch {
    var abreast: Int { 8 }

    /// The best of as many parts as fit in; stops where the mean is below `enough`, which nothing is by chance.
    func run(
        work limit: Int, enough: Double, threads: Int, goOn: @escaping @Sendable () -> Bool
    ) -> (best: (point: [Float], mean: Double)?, work: Int, isWhole: Bool) {
        var best: (point: [Float], mean: Double)?
        var (work, next) = (0, 0)
        while work < limit, best.map({ $0.mean > enough }) ?? true {
            guard goOn() else { return (best, work, false) }
            let first = next
            let found = Workers.shared.results(abreast, threads: threads) { part(first + $0) }
            next += abreast
            let parts = found.compactMap(\.self)
            guard !parts.isEmpty else { break }
            for part in parts {
                work += part.work
                if part.mean < best?.mean ?? 0 { best = (part.point, part.mean) }
            }
        }
        return (best, work, true)
    }
}

/// Points by chance: a direction, and a norm from 1 to three times the root of the dimension.
struct PancakePoints: Sendable {
    let columns: Int
    let seed: UInt64

    func draw(_ random: inout Random) -> [Float] {
        var bell = [Double](repeating: 0, count: columns)
        bell.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { random.fillBell(base, count: buffer.count) }
        }
        let norm = bell.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let radius = 1 + (3 * Double(columns).squareRoot() - 1) * random.unit()
        return bell.map { Float($0 / max(norm, 1e-9) * radius) }
    }

    /// The point of so many with the least mean.
    func best(_ waves: Waves, of count: Int, part: Int) -> (point: [Float], mean: Double) {
        var random = Random(seed: seed, stream: 8 << 40 + part)
        var best: (point: [Float], mean: Double) = ([], .infinity)
        for _ in 0..<count {
            let point = draw(&random)
            let mean = waves.mean(point)
            if mean < best.mean { best = (point, mean) }
        }
        return best
    }
}

/// Points alone: what is found with no guidance.
struct RandomPancakes: PancakeSearch {
    let waves: Waves
    let points: PancakePoints
    private static let count = 256

    var method: PancakeMethod { .random }

    func part(_ number: Int) -> (point: [Float], mean: Double, work: Int)? {
        let best = points.best(waves, of: Self.count, part: number)
        return (best.point, best.mean, Self.count * waves.count * waves.columns)
    }
}

/// Descents from the best of so many points.
struct PancakeDescent: PancakeSearch {
    let waves: Waves
    let points: PancakePoints
    private static let (count, steps) = (256, 12)

    var method: PancakeMethod { .descent }

    func part(_ number: Int) -> (point: [Float], mean: Double, work: Int)? {
        let start = points.best(waves, of: Self.count, part: number)
        let end = waves.descended(from: start.point, steps: Self.steps)
        return (end.point, end.mean, (Self.count + 2 * Self.steps + 2) * waves.count * waves.columns)
    }
}
