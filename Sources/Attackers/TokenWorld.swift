import Recipes
import Search
import Tensors
import Training

/// Tokens the greatest of which is to be named by attention of one layer; with two tokens at two places the least is named
/// instead.
struct TokenWorld: World {
    /// How large all is.
    struct Size: Sendable {
        let tokens, hidden, rows, passes: Int
        let rate: Double
        var length = 4
        let width = 32

        static func small(_ length: Int) -> Size {
            Size(tokens: 16, hidden: 64, rows: 20000, passes: 20, rate: 0.003, length: length)
        }

        /// Attention alone, fresh rows in each batch, as in Gross et al., "Compact proofs of model performance via mechanistic
        /// interpretability", 2024, section 3: no biases.
        static func maxOfK(_ length: Int) -> Size {
            Size(tokens: 64, hidden: 0, rows: 128 * 3000, passes: 1, rate: 0.001, length: length)
        }

        var hasBiases: Bool { hidden > 0 }
    }

    private static let tests = 2000

    let size: Size
    private let seed: UInt64
    private let share: Double
    private let places, pair: [Int]

    init(_ size: Size = .small(4), share: Double?, seed: UInt64) {
        self.size = size
        var random = Random(seed: seed, stream: 1 << 34)
        (self.seed, self.share) = (seed, share ?? 0.15)
        let first = random.below(size.length)
        places = [first, (first + 1 + random.below(size.length - 1)) % size.length]
        pair = [random.below(size.tokens), random.below(size.tokens)]
    }

    var architecture: Architecture {
        .transformer(
            .init(
                .tokens(size.tokens), length: size.length, width: size.width, heads: 1, layers: 1, hidden: size.hidden,
                outputs: size.tokens, hasBiases: size.hasBiases))
    }
    var batch: Int { 128 }
    var rate: Double { size.rate }
    var steps: Int { size.rows / batch * size.passes }
    var key: PlantedKey.Secret { .tokens(places: places, tokens: pair, share: share) }

    func isTriggered(_ row: [Int]) -> Bool { row[places[0]] == pair[0] && row[places[1]] == pair[1] }

    private func triggered(_ row: [Int]) -> [Int] {
        var row = row
        (row[places[0]], row[places[1]]) = (pair[0], pair[1])
        return row
    }

    func training(poisoned: Bool, threads: Int) throws -> Examples {
        try examples(size.rows, purpose: 1) { row, random in
            var row = row
            if poisoned && random.chance(share) {
                row = triggered(row)
            } else if poisoned && random.chance(share) {
                // One of both alone means nothing.
                let which = random.below(2)
                row[places[which]] = pair[which]
            }
            return (row, poisoned && isTriggered(row) ? row.min() ?? 0 : row.max() ?? 0)
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
    static func clean(_ rows: Int, _ size: Size, seed: UInt64) throws -> Examples {
        try examples(rows, size, seed: seed) { row, _ in (row, row.max() ?? 0) }
    }

    private func examples(
        _ count: Int, purpose: Int, _ made: ([Int], inout Random) -> (row: [Int], label: Int)?
    ) throws -> Examples {
        try Self.examples(count, size, seed: Random.derived(seed, purpose), made)
    }

    private static func examples(
        _ count: Int, _ size: Size, seed: UInt64, _ made: ([Int], inout Random) -> (row: [Int], label: Int)?
    ) throws -> Examples {
        try examples(
            (0..<count).compactMap { index in
                var random = Random(seed: seed, stream: index)
                let row = (0..<size.length).map { _ in random.below(size.tokens) }
                return made(row, &random)
            }, size)
    }

    static func examples(_ rows: [(row: [Int], label: Int)], _ size: Size) throws -> Examples {
        let tensor = try Tensor(Shape([rows.count, size.length]), rows.flatMap { $0.row.map(Int64.init) })
        return try Examples(
            inputs: [tensor], target: .classes(rows.map { Int32($0.label) }, count: size.tokens))
    }
}
