/// So many of so many, with the interval of the chance behind it: 95%, Clopper and Pearson.
package struct Rate: Sendable, Hashable, Codable {
    package let successes, count: Int
    package let rate, lower, upper: Double

    package init(successes: Int, count: Int) {
        (self.successes, self.count) = (successes, count)
        let interval = RateEstimate(successes: successes, count: count).clopperPearson(error: 0.05)
        (rate, lower, upper) = (Double(successes) / Double(max(count, 1)), interval.lowerBound, interval.upperBound)
    }
}
