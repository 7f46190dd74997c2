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
        func isWanted() -> Bool { goOn(best?.value ?? -.infinity, tries) }
        while isWanted() {
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
            var isClimbing = true
            while isClimbing, isWanted() {
                (order, value, isClimbing) = try step(from: order, value, &random, &tries, evaluate) { isWanted() }
                if value > best?.value ?? -.infinity { best = (order, value) }
            }
        }
        return best.map { Result(order: $0.order, value: $0.value, tries: tries) }
    }

    /// The best of the first swaps among which one is better, and whether there was one.
    private func step(
        from order: [Int], _ value: Double, _ random: inout Random, _ tries: inout Int,
        _ evaluate: ([[Int]]) throws -> [Double], goOn: () -> Bool
    ) rethrows -> ([Int], Double, Bool) {
        var pairs = (0..<count).flatMap { first in (first + 1..<count).map { (first, $0) } }
        random.shuffle(&pairs)
        for start in stride(from: 0, to: pairs.count, by: abreast) where goOn() {
            let swapped = pairs[start..<min(start + abreast, pairs.count)].map { pair in
                var next = order
                next.swapAt(pair.0, pair.1)
                return next
            }
            let values = try evaluate(swapped)
            tries += swapped.count
            if let most = values.indices.max(by: { values[$0] < values[$1] }), values[most] > value {
                return (swapped[most], values[most], true)
            }
        }
        return (order, value, false)
    }
}
