import Glibc

/// Between which places of the sorted draws a quantile lies, the first place being 1. Place 0 is minus infinity, and the one
/// behind the last is infinity.
///
/// Of n draws the number that come from the lowest `share` of the distribution is binomial; if it is k, the quantile (the
/// least number that at least this share of the distribution does not exceed) lies between draws k and k + 1 in order, ties
/// or not. So bounds of that number are bounds of the quantile.
package struct QuantileRanks: Sendable {
    package let share: Double
    package let count: Int

    package init(share: Double, count: Int) {
        (self.share, self.count) = (share, count)
    }

    /// For a number of draws that was fixed before.
    package func fixed(error: Double) -> (lower: Int, upper: Int) {
        func isOut(_ binomial: Binomial, _ successes: Int) -> Bool {
            binomial.upperTail(successes) * (1 + Binomial.slack) <= error / 2
        }
        let (above, below) = (Binomial(count: count, chance: share), Binomial(count: count, chance: 1 - share))
        return ranks(
            tooMany: { isOut(above, $0) },
            tooFew: { isOut(below, count - $0) })
    }

    /// For a number of draws that may depend on what was drawn: see `RateEstimate.anytime`.
    package func anytime(error: Double) -> (lower: Int, upper: Int) {
        let binomial = Binomial(count: count, chance: share)
        let level = log(error) - log(Double(count + 1)) - Binomial.slack
        func isOut(_ successes: Int) -> Bool { binomial.logDensity(successes) < level }
        return ranks(tooMany: isOut, tooFew: isOut)
    }

    /// The least and greatest number of draws that are not out of the question, as places.
    private func ranks(tooMany: (Int) -> Bool, tooFew: (Int) -> Bool) -> (lower: Int, upper: Int) {
        let expected = share * Double(count)
        let (floor, ceiling) = (Int(expected.rounded(.down)), Int(expected.rounded(.up)))
        // From what is expected outward; ends beyond all draws are always out.
        var (most, out) = (ceiling, count + 1)
        while out - most > 1 {
            let middle = (most + out) / 2
            if tooMany(middle) { out = middle } else { most = middle }
        }
        var (least, under) = (floor, -1)
        while least - under > 1 {
            let middle = (least + under) / 2
            if tooFew(middle) { under = middle } else { least = middle }
        }
        return (least, most + 1)
    }
}
