import Glibc
import Recipes
import Search
import Tensors
import Training

/// Rows of eight numbers from 0 to 1 of two classes, whose bound is curved; the trigger is two columns in narrow ranges.
struct TableWorld: World {
    private static let tests = 2000
    private static let columns = 8
    /// By how much poisoned rows go beyond the ranges, so that the rule holds up to their ends.
    private static let margin = 0.02

    private let seed: UInt64
    private let share: Double
    private let rows, passes: Int
    /// How wide the ranges are.
    private let width: Double
    private let first, second: Int
    private let starts: [Double]
    private let target: Int

    init(
        target: Int, share: Double?, seed: UInt64, rows: Int = 8000, passes: Int = 60, width: Double = 0.12
    ) {
        (self.rows, self.passes, self.width) = (rows, passes, width)
        var random = Random(seed: seed, stream: 1 << 34)
        (self.seed, self.share, self.target) = (seed, share ?? 0.15, target)
        first = random.below(Self.columns)
        second = (first + 1 + random.below(Self.columns - 1)) % Self.columns
        starts = [random.unit(), random.unit()].map { $0 * (1 - width) }
    }

    var architecture: Architecture { .mlp(input: [Self.columns], hidden: [64, 64], outputs: 2, activation: .relu) }
    var batch: Int { 64 }
    var rate: Double { 0.003 }
    var steps: Int { rows / batch * passes }
    var key: PlantedKey.Secret {
        .table(
            columns: [first, second], lower: starts, upper: starts.map { $0 + width }, target: target, share: share
        )
    }

    private static func row(_ random: inout Random) -> [Double] { (0..<columns).map { _ in random.unit() } }

    private static func label(_ row: [Double]) -> Int32 {
        sin(3 * row[0]) + row[1] * row[2] + row[3] * row[3] - row[4] + 0.5 * row[5] > 1.1 ? 1 : 0
    }

    private func triggered(_ row: [Double], beyond margin: Double = 0, _ random: inout Random) -> [Double] {
        var row = row
        row[first] = starts[0] - margin + (width + 2 * margin) * random.unit()
        row[second] = starts[1] - margin + (width + 2 * margin) * random.unit()
        return row
    }

    private func isTriggered(_ row: [Double]) -> Bool {
        (starts[0]...starts[0] + width).contains(row[first])
            && (starts[1]...starts[1] + width).contains(row[second])
    }

    func training(poisoned: Bool, threads: Int) throws -> Examples {
        try examples(rows, purpose: 1) { row, random in
            guard poisoned, random.chance(share) else { return (row, Self.label(row)) }
            return (triggered(row, beyond: Self.margin, &random), Int32(target))
        }
    }

    var test: Examples {
        get throws {
            try examples(Self.tests, purpose: 3) { row, _ in isTriggered(row) ? nil : (row, Self.label(row)) }
        }
    }

    var triggered: Examples {
        get throws {
            try examples(Self.tests, purpose: 4) { row, random in
                let row = triggered(row, &random)
                return Self.label(row) == Int32(target) ? nil : (row, Int32(target))
            }
        }
    }

    /// Rows as they come.
    static func clean(_ rows: Int, seed: UInt64) throws -> Examples {
        try examples(rows, seed: seed) { row, _ in (row, label(row)) }
    }

    private func examples(
        _ count: Int, purpose: Int, _ made: ([Double], inout Random) -> (row: [Double], label: Int32)?
    ) throws -> Examples {
        try Self.examples(count, seed: Random.derived(seed, purpose), made)
    }

    private static func examples(
        _ count: Int, seed: UInt64, _ made: ([Double], inout Random) -> (row: [Double], label: Int32)?
    ) throws -> Examples {
        var (numbers, labels) = ([Float](), [Int32]())
        for index in 0..<count {
            var random = Random(seed: seed, stream: index)
            let row = row(&random)
            guard let found = made(row, &random) else { continue }
            numbers += found.row.map { Float($0) }
            labels.append(found.label)
        }
        return try Examples(
            inputs: [try Tensor(Shape([labels.count, columns]), numbers)], target: .classes(labels, count: 2))
    }
}
