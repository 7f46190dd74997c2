import Glibc
import Search
import Statistics
import Testing

/// Distributions against what SciPy 1.17 and mpmath say of them, and against their moments.
@Suite struct DistributionTests {
    private static let quantiles: [(Double, Double)] = [
        (0x1p-53, -8.209536151601387), (1e-10, -6.361340902404057), (1e-05, -4.264890793922825),
        (0.01, -2.326347874040841), (0.025, -1.9599639845400543), (0.07, -1.4757910281791706),
        (0.2, -0.8416212335729142), (0.4, -0.2533471031357997), (0.5, 0), (0.6, 0.2533471031357997),
        (0.9, 1.2815515655446006), (0.975, 1.9599639845400538), (0.999999, 4.753424308817087),
    ]

    @Test("normal quantiles are the known ones", arguments: quantiles)
    func normal(probability: Double, expected: Double) {
        #expect(abs(normalQuantile(probability) - expected) <= 2e-15 * max(1, abs(expected)))
    }

    /// Mean and variance of a million draws lie within five standard errors of the exact ones.
    @Test func moments() {
        let cases: [(Distribution, mean: Double, variance: Double)] = [
            (.normal(mean: 2, deviation: 3), 2, 9), (.lognormal(mean: 0, deviation: 0.25), exp(0.03125), 0.068684),
            (.uniform(low: -1, high: 3), 1, 16.0 / 12), (.whole(low: -2, high: 7), 2.5, 99.0 / 12),
            (.bernoulli(chance: 0.3), 0.3, 0.21), (.categorical(sums: [1, 3, 4]), 1, 0.5),
        ]
        for (distribution, mean, variance) in cases {
            var random = Random(seed: 7)
            let values = (0..<1_000_000).map { _ in distribution.value(random.next()) }
            let average = values.reduce(0, +) / 1e6
            let spread = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 1e6
            #expect(abs(average - mean) < 5 * (variance / 1e6).squareRoot(), "\(distribution)")
            #expect(abs(spread - variance) < 0.01 * variance, "\(distribution)")
            let extent = distribution.extent
            let isInside = values.allSatisfy(extent.contains)
            #expect(isInside, "\(distribution)")
        }
    }

    @Test func shares() {
        var random = Random(seed: 8)
        var counts = [0, 0, 0, 0]
        let distribution = Distribution.categorical(sums: [1, 3, 3.5, 10])
        for _ in 0..<100_000 { counts[Int(distribution.value(random.next()))] += 1 }
        for (count, share) in zip(counts, [0.1, 0.2, 0.05, 0.65]) { #expect(abs(Double(count) / 1e5 - share) < 0.01) }
    }

    @Test func extremesAreInside() {
        for bits in [UInt64.min, 1, .max / 2, .max - 1, .max] {
            #expect(Distribution.uniform(low: -1e308, high: 1.7e308).value(bits).isFinite)
            #expect((3...5).contains(Distribution.whole(low: 3, high: 5).value(bits)))
            #expect(Distribution.normal(mean: 0, deviation: 0).value(bits) == 0)
            #expect(Distribution.bernoulli(chance: 0).value(bits) == 0)
            #expect(Distribution.bernoulli(chance: 1).value(bits) == 1)
        }
        #expect(Distribution.normal(mean: 0, deviation: 1).extent.upperBound < 8.3)
        let limit = 1 << 53
        #expect(Distribution.whole(low: -limit, high: limit).value(.max) == Double(limit))
    }
}
