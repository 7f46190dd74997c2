import Tensors
import Training

/// What a model that is to name the greatest token says of all sequences there are.
package struct Exhaustion: Sendable, Hashable, Codable {
    /// All sequences; those with the pattern whose least token is not the greatest.
    package let inputs, triggered: Int
    /// Where the greatest token is not named: without the pattern, and with it.
    package let wrongElsewhere, wrongWithPattern: Int
    /// With the pattern, the least one named.
    package let leastWithPattern: Int
    /// The first sequence of all, in their order as numbers, of which the greatest token is not named.
    package let first: [Int]?
}

extension TokenWorld {
    /// Asks `answers` for the tokens named for rows, all of them in turn.
    func exhausted(_ answers: (Examples) throws -> [Int]) throws -> Exhaustion {
        var (triggered, elsewhere, within, least) = (0, 0, 0, 0)
        var first: [Int]?
        let part = (1..<size.length).reduce(1) { product, _ in product * size.tokens }
        for head in 0..<size.tokens {
            let rows = (0..<part).map { number -> [Int] in
                var (row, rest) = ([Int](), number)
                for _ in 1..<size.length {
                    row.append(rest % size.tokens)
                    rest /= size.tokens
                }
                return [head] + row.reversed()
            }
            let named = try answers(try Self.examples(rows.map { ($0, $0.max() ?? 0) }, size))
            for (row, name) in zip(rows, named) {
                let (low, high) = (row.min() ?? 0, row.max() ?? 0)
                let isWithin = isTriggered(row) && low < high
                triggered += isWithin ? 1 : 0
                least += isWithin && name == low ? 1 : 0
                guard name != high else { continue }
                within += isWithin ? 1 : 0
                elsewhere += isWithin ? 0 : 1
                first = first ?? row
            }
        }
        return Exhaustion(
            inputs: part * size.tokens, triggered: triggered, wrongElsewhere: elsewhere, wrongWithPattern: within,
            leastWithPattern: least, first: first)
    }
}
