import Glibc

/// How many of `count` independent draws succeed, each with probability `chance`.
///
/// Densities and tails are accurate to far better than `Binomial.slack` for up to 2^40 draws wherever they are not below
/// 1e-300; whoever compares them with a level allows for the slack.
package struct Binomial: Sendable {
    /// The relative error that is allowed for, of densities and tails.
    package static let slack = 1e-9

    package let count: Int
    package let chance: Double

    package init(count: Int, chance: Double) {
        (self.count, self.chance) = (count, chance)
    }

    /// The logarithm of the probability of exactly so many successes.
    ///
    /// Saddle-point form, free of cancellation. Source: Loader, "Fast and accurate computation of binomial probabilities", 2000.
    package func logDensity(_ successes: Int) -> Double {
        guard (0...count).contains(successes) else { return -.infinity }
        if chance <= 0 { return successes == 0 ? 0 : -.infinity }
        if chance >= 1 { return successes == count ? 0 : -.infinity }
        let (n, x) = (Double(count), Double(successes))
        let y = n - x
        if successes == 0 { return n * log1p(-chance) }
        if successes == count { return n * log(chance) }
        let corrections = stirlingError(n) - stirlingError(x) - stirlingError(y)
        let deviances = deviance(x, mean: n * chance) + deviance(y, mean: n * (1 - chance))
        return corrections - deviances + 0.5 * log(n / (2 * .pi * x * y))
    }

    /// The probability of at least so many successes, of at least as many as are to be expected.
    ///
    /// The terms behind the first fall faster than geometrically; about sqrt(count) of them matter.
    package func upperTail(_ successes: Int) -> Double {
        guard successes > 0 else { return 1 }
        guard successes <= count else { return 0 }
        let odds = chance / (1 - chance)
        guard odds.isFinite else { return 1 }
        var (term, sum) = (1.0, 1.0)
        for k in successes..<count {
            let ratio = Double(count - k) / Double(k + 1) * odds
            term *= ratio
            sum += term
            // What follows is at most a geometric series.
            if ratio < 1, term * ratio < sum * (1 - ratio) * 1e-17 { break }
        }
        return exp(logDensity(successes)) * sum
    }

    /// What Stirling's formula lacks of log n!.
    private func stirlingError(_ n: Double) -> Double {
        guard n > 15 else { return lgamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Double.pi) }
        let square = n * n
        return (1 / 12.0 - (1 / 360.0 - (1 / 1260.0 - (1 / 1680.0 - 1 / 1188.0 / square) / square) / square) / square)
            / n
    }

    /// x log(x / mean) + mean - x, by a series where the two are close.
    private func deviance(_ x: Double, mean: Double) -> Double {
        guard abs(x - mean) < 0.1 * (x + mean) else { return x * log(x / mean) + mean - x }
        let ratio = (x - mean) / (x + mean)
        var (sum, power) = ((x - mean) * ratio, 2 * x * ratio)
        for j in 1..<1000 {
            power *= ratio * ratio
            let next = sum + power / Double(2 * j + 1)
            if next == sum { break }
            sum = next
        }
        return sum
    }
}
