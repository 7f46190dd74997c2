/// Sequences of tokens whose greatest token a model is known to name.
///
/// A cell holds the sequences with token `query` at the position that asks, the greatest token `greatest`, `others` positions
/// besides that hold another one than the greatest, each of a set of tokens, and the greatest at all that are left.
package struct Cells: Sendable, Hashable {
    package let positions, vocabulary: Int
    let query: Int
    /// How many words of 64 bits a set has.
    private let words: Int
    /// The sets, by query, greatest and others.
    private var bits: [UInt64]
    /// Whether the cell with no others is known.
    private var alone: [Bool]

    package init(_ tables: AttentionTables) {
        self.init(positions: tables.positions, vocabulary: tables.vocabulary, query: tables.query)
    }

    private init(positions: Int, vocabulary: Int, query: Int) {
        (self.positions, self.vocabulary, self.query) = (positions, vocabulary, query)
        words = Self.words(vocabulary)
        bits = [UInt64](repeating: 0, count: Self.words(positions: positions, vocabulary: vocabulary))
        alone = [Bool](repeating: false, count: vocabulary * vocabulary)
    }

    private static func words(_ vocabulary: Int) -> Int { (vocabulary + 63) / 64 }

    /// How many words of 64 bits the sets of all cells have; the tables of scores have no more numbers.
    static func words(positions: Int, vocabulary: Int) -> Int {
        let (square, overflow) = vocabulary.multipliedReportingOverflow(by: vocabulary)
        let (all, overflows) = square.multipliedReportingOverflow(by: positions)
        let (words, isTooMany) = all.multipliedReportingOverflow(by: words(vocabulary))
        return overflow || overflows || isTooMany ? .max : words
    }

    package struct Name: Sendable, Hashable {
        package let query, greatest, others: Int

        package init(query: Int, greatest: Int, others: Int) {
            (self.query, self.greatest, self.others) = (query, greatest, others)
        }
    }

    private func place(_ name: Name) -> Int {
        ((name.query * vocabulary + name.greatest) * positions + name.others) * words
    }

    /// The most others that a cell has: where the query is not the greatest, one position more has to hold that.
    package func mostOthers(query: Int, greatest: Int) -> Int { query == greatest ? positions - 1 : positions - 2 }

    package mutating func insert(_ token: Int, in name: Name) {
        bits[place(name) + token / 64] |= 1 << UInt64(token % 64)
    }

    package mutating func insertAlone(query: Int, greatest: Int) { alone[query * vocabulary + greatest] = true }

    func holds(_ token: Int, in name: Name) -> Bool {
        bits[place(name) + token / 64] >> UInt64(token % 64) & 1 == 1
    }

    func holdsAlone(query: Int, greatest: Int) -> Bool { alone[query * vocabulary + greatest] }

    /// How many tokens the set of a cell has.
    func count(_ name: Name) -> Int {
        (0..<words).reduce(0) { $0 + bits[place(name) + $1].nonzeroBitCount }
    }

    /// The tokens that the others of a cell are of, in order.
    package func tokens(in name: Name) -> [Int] {
        name.others == 0 ? [] : (0..<name.greatest).filter { holds($0, in: name) }
    }

    /// Whether a sequence lies in one of the cells.
    package func contains(_ tokens: [Int]) -> Bool {
        guard let greatest = tokens.max() else { return false }
        var others = 0
        for place in tokens.indices where place != query && tokens[place] != greatest { others += 1 }
        guard others > 0 else { return holdsAlone(query: tokens[query], greatest: greatest) }
        let name = Name(query: tokens[query], greatest: greatest, others: others)
        for place in tokens.indices where place != query && tokens[place] != greatest {
            guard holds(tokens[place], in: name) else { return false }
        }
        return true
    }

    /// Every cell that is not empty, in order.
    package var names: [Name] {
        var names: [Name] = []
        for query in 0..<vocabulary {
            for greatest in query..<vocabulary {
                for others in 0...max(0, mostOthers(query: query, greatest: greatest)) {
                    let name = Name(query: query, greatest: greatest, others: others)
                    let isHeld = others == 0 ? holdsAlone(query: query, greatest: greatest) : count(name) > 0
                    if isHeld { names.append(name) }
                }
            }
        }
        return names
    }

    /// How many sequences the cells hold; they have none in common.
    package var certain: UInt128 {
        names.reduce(0) { sum, name in
            guard name.others > 0 else { return sum + 1 }
            return sum + Self.choices(of: name.others, from: positions - 1) * Self.power(count(name), name.others)
        }
    }

    /// How many sequences there are.
    package var inputs: UInt128 { Self.power(vocabulary, positions) }

    /// A lower bound of the share of sequences whose greatest token is named.
    package var share: Double {
        let (certain, inputs) = (certain, inputs)
        return certain == inputs ? 1 : Double(certain) / Double(inputs) * (1 - 0x1p-50)
    }

    /// So many sequences can be counted.
    static func isCountable(positions: Int, vocabulary: Int) -> Bool {
        var inputs: UInt128 = 1
        for _ in 0..<positions {
            let (next, overflow) = inputs.multipliedReportingOverflow(by: UInt128(vocabulary))
            guard !overflow, next < 1 << 120 else { return false }
            inputs = next
        }
        return true
    }

    static func power(_ base: Int, _ exponent: Int) -> UInt128 {
        (0..<exponent).reduce(1) { product, _ in product * UInt128(base) }
    }

    static func choices(of count: Int, from all: Int) -> UInt128 {
        (0..<count).reduce(1) { $0 * UInt128(all - $1) / UInt128($1 + 1) }
    }
}
