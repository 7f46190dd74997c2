/// A number of a distribution that can be estimated from draws.
package enum Measure: Sendable, Hashable {
    /// How often something holds.
    case rate
    case mean
    /// The least number that at least this share of the distribution does not exceed.
    case quantile(Double)
}

/// What is known of a measure from the values drawn so far.
package struct RunningEstimate: Sendable {
    /// Whether the number of draws was fixed before, or may depend on what was drawn.
    package enum Stopping: Sendable, Hashable { case fixed, anytime }

    /// So many values of a quantile are kept at most.
    package static let mostKept = 1 << 23

    package let measure: Measure
    /// What no value lies outside of; 0 and 1 of a rate.
    package let range: ClosedRange<Double>
    /// With what probability the interval may be wrong.
    package let error: Double
    package private(set) var count = 0
    package private(set) var successes = 0
    /// Whether a value was drawn that is not a number, or outside of the range: then nothing is known.
    package private(set) var isInvalid = false
    private var means: MeanSequence
    private var kept: [Double] = []

    package init(_ measure: Measure, in range: ClosedRange<Double>, error: Double) {
        (self.measure, self.range, self.error) = (measure, range, error)
        means = MeanSequence(error: error)
    }

    package mutating func add(_ values: [Double]) {
        for value in values {
            guard range.contains(value) else {
                isInvalid = true
                return
            }
            count += 1
            switch measure {
            case .rate: successes += value != 0 ? 1 : 0
            case .mean: means.add(scaled(value))
            case .quantile: kept.append(value)
            }
        }
    }

    /// Whether no more values can be taken.
    package var isFull: Bool { kept.count >= Self.mostKept }

    /// What the draws say, and where the measure lies with a probability of at least 1 - `error`. An end is infinite where
    /// the draws do not say it.
    package func interval(_ stopping: Stopping) -> (estimate: Double, interval: ClosedRange<Double>) {
        switch measure {
        case .rate:
            let rate = RateEstimate(successes: successes, count: count)
            let interval = stopping == .fixed ? rate.clopperPearson(error: error) : rate.anytime(error: error)
            return (count == 0 ? .nan : Double(successes) / Double(count), interval)
        case .mean:
            let (low, high) = (means.interval.lowerBound, means.interval.upperBound)
            return (count == 0 ? .nan : unscaled(means.mean), outward(unscaled(low), unscaled(high)))
        case .quantile(let share):
            guard count > 0 else { return (.nan, -.infinity...(.infinity)) }
            let ranks = QuantileRanks(share: share, count: count)
            let (lower, upper) = stopping == .fixed ? ranks.fixed(error: error) : ranks.anytime(error: error)
            let sorted = kept.sorted()
            let place = min(max(Int((share * Double(count)).rounded(.up)), 1), count)
            return (
                sorted[place - 1],
                (lower < 1 ? -.infinity : sorted[lower - 1])...(upper > count ? .infinity : sorted[upper - 1])
            )
        }
    }

    /// How the interval is made, by its name in the field.
    package func method(_ stopping: Stopping) -> String {
        switch (measure, stopping) {
        case (.rate, .fixed): "Clopper-Pearson interval"
        case (.rate, .anytime): "beta-binomial confidence sequence"
        case (.mean, _): "empirical Bernstein confidence sequence"
        case (.quantile, .fixed): "order statistics"
        case (.quantile, .anytime): "order statistics, at any time"
        }
    }

    private var width: Double { range.upperBound - range.lowerBound }

    private func scaled(_ value: Double) -> Double {
        width > 0 ? min(max((value - range.lowerBound) / width, 0), 1) : 0
    }

    private func unscaled(_ value: Double) -> Double { range.lowerBound + width * value }

    /// Scaling there and back is off by a few units in the last place of the range.
    private func outward(_ low: Double, _ high: Double) -> ClosedRange<Double> {
        let slack = (range.lowerBound.magnitude + range.upperBound.magnitude) * 0x1p-50
        let lower = max(range.lowerBound, low - slack)
        return lower...max(lower, min(range.upperBound, high + slack))
    }
}
