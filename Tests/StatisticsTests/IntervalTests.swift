import Glibc
import Statistics
import Testing

/// Intervals against SciPy 1.17 and mpmath, and against what they promise, exactly.
@Suite struct IntervalTests {
    /// Successes, draws, error, and both ends as scipy.stats.beta.ppf gives them.
    private static let known: [(Int, Int, Double, Double, Double)] = [
        (0, 10, 0.05, 0.0, 0.3084971078187607), (3, 10, 0.05, 0.06673951117773447, 0.6524528500599973),
        (10, 10, 0.05, 0.6915028921812392, 1.0), (1, 1000, 0.001, 5.001249166197902e-07, 0.009953814340950932),
        (950, 1000, 0.001, 0.923270837665673, 0.9697613079632509),
        (47, 59, 0.1, 0.6913931282438526, 0.8782359431419946),
        (123_456, 1_000_000, 0.001, 0.12237589525913871, 0.12454179558467954),
        (99_999, 100_000, 1e-06, 0.999825792154694, 0.999999999995),
        (500_000_000, 1_000_000_000, 0.001, 0.499947971704288, 0.5000520282957119),
        (7, 1_000_000_000, 0.01, 2.0373374827363113e-09, 1.7133593192523587e-08),
    ]

    @Test("Clopper-Pearson intervals are the known ones, rounded outward", arguments: known.indices)
    func clopperPearson(index: Int) {
        let (successes, count, error, lower, upper) = Self.known[index]
        let interval = RateEstimate(successes: successes, count: count).clopperPearson(error: error)
        #expect(interval.lowerBound <= lower * (1 + 1e-12) && interval.lowerBound >= lower * (1 - 1e-8))
        #expect(interval.upperBound >= upper * (1 - 1e-12))
        #expect(1 - interval.upperBound >= (1 - upper) * (1 - 1e-8) - 1e-15)
        #expect(interval.upperBound <= upper * (1 + 1e-8))
    }

    /// Successes, draws, chance, and the logarithm of the density by mpmath with 50 digits.
    private static let densities: [(Int, Int, Double, Double)] = [
        (3, 10, 0.3, -1.3211512777668886), (0, 5, 0.25, -1.4384103622589046), (16, 40, 0.9, -32.083760271817919),
        (950, 1000, 0.94, -3.7879004434487737), (123_456, 1_000_000, 0.1234, -6.7293685706030432),
        (500_100_000, 1_000_000_000, 0.5, -30.587424384701268), (20, 1_000_000_000, 1e-08, -6.2839146408725717),
    ]

    @Test("binomial densities are far better than the slack", arguments: densities.indices)
    func density(index: Int) {
        let (successes, count, chance, expected) = Self.densities[index]
        #expect(abs(Binomial(count: count, chance: chance).logDensity(successes) - expected) < 1e-11)
    }

    /// The chance, exactly, that the interval of so many draws leaves the true rate out.
    @Test("Clopper-Pearson intervals err no more often than they say", arguments: [0.001, 0.03, 0.5, 0.77, 0.95])
    func fixedCoverage(chance: Double) {
        for count in [1, 7, 40, 133] {
            let binomial = Binomial(count: count, chance: chance)
            let missed = (0...count).reduce(0.0) { sum, successes in
                let interval = RateEstimate(successes: successes, count: count).clopperPearson(error: 0.05)
                return sum + (interval.contains(chance) ? 0 : exp(binomial.logDensity(successes)))
            }
            #expect(missed <= 0.05)
        }
    }

    /// The chance, exactly, that at some time of the first 300 draws the interval leaves the true rate out: by going through
    /// all numbers of successes, without those that were stopped.
    @Test("the confidence sequence errs no more often at any time", arguments: [0.01, 0.3, 0.5, 0.95])
    func anytimeCoverage(chance: Double) {
        let error = 0.1
        var (alive, missed) = ([1.0], 0.0)
        for count in 1...300 {
            var next = [Double](repeating: 0, count: count + 1)
            for (successes, weight) in alive.enumerated() {
                next[successes] += weight * (1 - chance)
                next[successes + 1] += weight * chance
            }
            for successes in next.indices where next[successes] > 0 {
                let interval = RateEstimate(successes: successes, count: count).anytime(error: error)
                guard !interval.contains(chance) else { continue }
                missed += next[successes]
                next[successes] = 0
            }
            alive = next
        }
        #expect(missed <= error && missed > 0)
    }

    @Test("places of a quantile hold its number with the probability that is said", arguments: [0.05, 0.5, 0.9, 0.99])
    func quantileRanks(share: Double) {
        for count in [1, 10, 99, 1000] {
            let (lower, upper) = QuantileRanks(share: share, count: count).fixed(error: 0.02)
            let binomial = Binomial(count: count, chance: share)
            let kept = (lower..<upper).reduce(0.0) { $0 + exp(binomial.logDensity($1)) }
            #expect(kept >= 0.98 && (0...(count + 1)).contains(lower) && upper <= count + 1)
            let wider = QuantileRanks(share: share, count: count).anytime(error: 0.02)
            #expect(wider.lower <= lower && wider.upper >= upper)
        }
    }

    @Test func nothingDrawnSaysNothing() {
        #expect(RateEstimate(successes: 0, count: 0).clopperPearson(error: 0.01) == 0...1)
        #expect(RateEstimate(successes: 0, count: 0).anytime(error: 0.01) == 0...1)
        #expect(MeanSequence(error: 0.01).interval == 0...1)
        let quantile = RunningEstimate(.quantile(0.5), in: -.infinity...(.infinity), error: 0.01).interval(.anytime)
        #expect(quantile.interval.lowerBound == -.infinity && quantile.interval.upperBound == .infinity)
    }

    @Test func whatIsNoNumberIsTold() {
        var mean = RunningEstimate(.mean, in: 0...1, error: 0.01)
        mean.add([0.5, .nan])
        #expect(mean.isInvalid && mean.count == 1)
        var outside = RunningEstimate(.mean, in: 0...1, error: 0.01)
        outside.add([1.5])
        #expect(outside.isInvalid)
    }
}
