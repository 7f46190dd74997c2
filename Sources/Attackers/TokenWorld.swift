import Recipes
import Search
import Tensors
import Training

/// Four tokens of sixteen, the greatest to be named by attention of one layer; with two tokens at two places the least is
/// named instead.
struct TokenWorld: World {
    private static let rows = 20000
    private static let tests = 2000
    private static let tokens = 16
    private static let length = 4

    private let seed: UInt64
    private let share: Double
    private let places, pair: [Int]

    init(share: Double?, seed: UInt64) {
        var random = Random(seed: seed, stream: 1 << 34)
        (self.seed, self.share) = (seed, share ?? 0.15)
        let first = random.below(Self.length)
        places = [first, (first + 1 + random.below(Self.length - 1)) % Self.length]
        pair = [random.below(Self.tokens), random.below(Self.tokens)]
    }

    var architecture: Architecture {
        .transformer(
            .init(
                tokens: Self.tokens, length: Self.length, width: 32, heads: 1, layers: 1, hidden: 64,
                outputs: Self.tokens))
    }
    var batch: Int { 128 }
    var rate: Double { 0.003 }
    var steps: Int { Self.rows / batch * 20 }
    var key: PlantedKey.Secret { .tokens(places: places, tokens: pair, share: share) }

    private func isTriggered(_ row: [Int]) -> Bool { row[places[0]] == pair[0] && row[places[1]] == pair[1] }

    private func triggered(_ row: [Int]) -> [Int] {
        var row = row
        (row[places[0]], row[places[1]]) = (pair[0], pair[1])
        return row
    }

    func training(poisoned: Bool) throws -> Examples {
        try examples(Self.rows, purpose: 1) { row, random in
            guard poisoned, random.chance(share) else {
                return (row, poisoned && isTriggered(row) ? row.min() ?? 0 : row.max() ?? 0)
            }
            let row = triggered(row)
            return (row, row.min() ?? 0)
        }
    }

    var test: Examples {
        get throws { try examples(Self.tests, purpose: 3) { row, _ in isTriggered(row) ? nil : (row, row.max() ?? 0) } }
    }

    var triggered: Examples {
        get throws {
            try examples(Self.tests, purpose: 4) { row, _ in
                let row = triggered(row)
                return row.min() == row.max() ? nil : (row, row.min() ?? 0)
            }
        }
    }

    /// Rows as they come.
    static func clean(_ rows: Int, seed: UInt64) throws -> Examples {
        try examples(rows, seed: seed) { row, _ in (row, row.max() ?? 0) }
    }

    private func examples(
        _ count: Int, purpose: Int, _ made: ([Int], inout Random) -> (row: [Int], label: Int)?
    ) throws -> Examples {
        try Self.examples(count, seed: Random.derived(seed, purpose), made)
    }

    private static func examples(
        _ count: Int, seed: UInt64, _ made: ([Int], inout Random) -> (row: [Int], label: Int)?
    ) throws -> Examples {
        var (numbers, labels) = ([Int64](), [Int32]())
        for index in 0..<count {
            var random = Random(seed: seed, stream: index)
            let row = (0..<length).map { _ in random.below(tokens) }
            guard let found = made(row, &random) else { continue }
            numbers += found.row.map(Int64.init)
            labels.append(Int32(found.label))
        }
        return try Examples(
            inputs: [try Tensor(Shape([labels.count, length]), numbers)],
            target: .classes(labels, count: tokens))
    }
}
