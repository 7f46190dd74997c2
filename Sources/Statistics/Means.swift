import Glibc

/// What is known of the mean of numbers in [0, 1] from some that were drawn, whenever one stops.
///
/// The predictable plug-in empirical Bernstein confidence sequence. Source: Waudby-Smith and Ramdas, "Estimating means of
/// bounded random variables by betting", JRSS B 2024 (arXiv 2010.09686), theorem 2 and equation (15).
package struct MeanSequence: Sendable {
    /// The greatest bet.
    private static let cap = 0.5

    package let error: Double
    package private(set) var count = 0
    private var sum = 0.0
    private var squares = 0.0
    private var bets = 0.0
    private var weighted = 0.0
    private var variation = 0.0

    /// The mean lies outside of the interval at any time at all at most with probability `error`.
    package init(error: Double) { self.error = error }

    package mutating func add(_ value: Double) {
        let before = (0.5 + sum) / Double(count + 1)
        let variance = (0.25 + squares) / Double(count + 1)
        count += 1
        let n = Double(count)
        let bet = min(Self.cap, (2 * log(2 / error) / (variance * n * log(1 + n))).squareRoot())
        sum += value
        let after = (0.5 + sum) / (n + 1)
        squares += (value - after) * (value - after)
        bets += bet
        weighted += bet * value
        variation += (value - before) * (value - before) * (-log1p(-bet) - bet)
    }

    package var mean: Double { sum / Double(max(count, 1)) }

    package var interval: ClosedRange<Double> {
        guard count > 0 else { return 0...1 }
        // Sums of n numbers are off by at most n units in the last place.
        let rounding = Double(count) * 0x1p-50
        let radius = (log(2 / error) + variation) / bets * (1 + 2 * rounding) + rounding
        let center = weighted / bets
        let (lower, upper) = (max(0, min(1, center - radius)), min(1, max(0, center + radius)))
        return lower...max(lower, upper)
    }
}
