import Glibc

/// What is known of a chance from so many successes among so many draws. Ends are rounded outward.
package struct RateEstimate: Sendable {
    package let successes, count: Int

    package init(successes: Int, count: Int) {
        (self.successes, self.count) = (successes, count)
    }

    /// For a number of draws that was fixed before: the chance lies outside at most with probability `error`.
    ///
    /// Source: Clopper and Pearson, "The use of confidence or fiducial limits", Biometrika 1934.
    package func clopperPearson(error: Double) -> ClosedRange<Double> {
        interval { end in
            lowerEnd(end) { chance in
                let successes = end == .lower ? self.successes : count - self.successes
                return Binomial(count: count, chance: chance).upperTail(successes) * (1 + Binomial.slack) <= error / 2
            }
        }
    }

    /// For a number of draws that may depend on what was drawn: the chance lies outside at any time at all at most with
    /// probability `error`.
    ///
    /// The mixture of likelihood ratios over all chances alike, 1 / ((n + 1) P(successes)), is a martingale of mean 1 under
    /// the true chance, so that by Ville's inequality it ever reaches 1 / error with probability at most `error`.
    /// Source: Robbins, "Statistical methods related to the law of the iterated logarithm", 1970; for this mixture
    /// Lai, "On confidence sequences", Annals of Statistics 1976.
    package func anytime(error: Double) -> ClosedRange<Double> {
        interval { end in
            lowerEnd(end) { chance in
                let successes = end == .lower ? self.successes : count - self.successes
                let level = log(error) - log(Double(count + 1)) - Binomial.slack
                return Binomial(count: count, chance: chance).logDensity(successes) < level
            }
        }
    }

    private enum End { case lower, upper }

    private func interval(_ end: (End) -> Double) -> ClosedRange<Double> {
        guard count > 0 else { return 0...1 }
        let lower = end(.lower)
        let upper = 1 - end(.upper)
        return lower...max(lower, min(1, upper.nextUp))
    }

    /// The greatest number below the share that bisection finds to be out of the question; of the failures for the upper end.
    private func lowerEnd(_ end: End, _ isOut: (Double) -> Bool) -> Double {
        let successes = end == .lower ? self.successes : count - self.successes
        var (low, high) = (0.0, Double(successes) / Double(count))
        guard successes > 0 else { return 0 }
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if isOut(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
