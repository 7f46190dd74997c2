/// Looks for the order of so many things that has the greatest value: swaps of two, from one start by chance after another.
///
/// After a start that ends where no swap is better the best order so far is shaken, and climbed from again (iterated local search;
/// Lourenço, Martin and Stützle, 2003), every other time a new one is begun with. The same seed makes the same tries.
package struct PermutationSearch: Sendable {
    package struct Result: Sendable {
        /// What stands at each place.
        package let order: [Int]
        package let value: Double
        package let tries: Int
    }

    private let count: Int
    private let seed: UInt64
    /// Orders that are evaluated together.
    private let abreast: Int

    /// Swaps that shake an order.
    private static let shakes = 6

    package init(_ count: Int, seed: UInt64, abreast: Int = 32) {
        (self.count, self.seed, self.abreast) = (count, seed, abreast)
    }

    /// `goOn` is asked between evaluations, and told the best value; nil where it said no at once.
    package func run(
        _ evaluate: ([[Int]]) throws -> [Double], goOn: (_ best: Double, _ tries: Int) -> Bool
    ) rethrows -> Result? {
        var random = Random(seed: seed)
        var best: (order: [Int], value: Double)?
        var (tries, start) = (0, 0)
        while goOn(best?.value ?? -.infinity, tries) {
            var order = Array(0..<count)
            if start % 2 == 1, let best {
                order = best.order
                for _ in 0..<Self.shakes { order.swapAt(random.below(count), random.below(count)) }
            } else {
                random.shuffle(&order)
            }
            start += 1
            var value = try evaluate([order])[0]
            tries += 1
            if value > best?.value ?? -.infinity { best = (order, value) }
            // Swaps that were not tried since the last that was better.
            var pairs = swaps(&random)
            while !pairs.isEmpty, goOn(best?.value ?? -.infinity, tries) {
                let next = pairs.suffix(abreast).map { order.swapped($0) }
                pairs.removeLast(next.count)
                let values = try evaluate(next)
                tries += next.count
                guard let most = values.indices.max(by: { values[$0] < values[$1] }), values[most] > value else {
                    continue
                }
                (order, value, pairs) = (next[most], values[most], swaps(&random))
                if value > best?.value ?? -.infinity { best = (order, value) }
            }
        }
        return best.map { Result(order: $0.order, value: $0.value, tries: tries) }
    }

    /// All pairs of places, in an order by chance.
    private func swaps(_ random: inout Random) -> [(Int, Int)] {
        var pairs = (0..<count).flatMap { first in (first + 1..<count).map { (first, $0) } }
        random.shuffle(&pairs)
        return pairs
    }
}

extension Array {
    fileprivate func swapped(_ pair: (Int, Int)) -> [Element] {
        var other = self
        other.swapAt(pair.0, pair.1)
        return other
    }
}
