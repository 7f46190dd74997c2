import Search
import Statistics
import Testing

struct ROCTests {
    private func draw(_ count: Int, _ random: inout Random, above shift: Double, ties: Bool) -> [Double] {
        (0..<count).map { _ in
            let value = random.unit() + random.unit() + random.unit() + shift
            return ties ? (4 * value).rounded() : value
        }
    }

    private func byPairs(_ positives: [Double], _ negatives: [Double]) -> Double {
        var sum = 0.0
        for positive in positives {
            for negative in negatives { sum += positive > negative ? 1 : positive == negative ? 0.5 : 0 }
        }
        return sum / Double(positives.count * negatives.count)
    }

    @Test(arguments: 0..<40) func theAreaCountsPairs(seed: Int) throws {
        var random = Random(seed: UInt64(seed))
        let (many, few) = (1 + random.below(30), 1 + random.below(30))
        let positives = draw(many, &random, above: 0.4, ties: seed % 2 == 0)
        let negatives = draw(few, &random, above: 0, ties: seed % 2 == 0)
        let roc = try #require(ROC(positives: positives, negatives: negatives))
        #expect(abs(roc.area - byPairs(positives, negatives)) < 1e-12)
        // The area under the curve by trapezoids is the same.
        let curve = roc.curve
        let under = zip(curve, curve.dropFirst()).reduce(0) { sum, ends in
            sum + (ends.1.0 - ends.0.0) * (ends.1.1 + ends.0.1) / 2
        }
        #expect(abs(roc.area - under) < 1e-12)
        #expect(curve[0] == (0, 0) && curve[curve.count - 1] == (1, 1))
        let interval = roc.interval(error: 0.05)
        #expect(interval.contains(roc.area) && interval.lowerBound >= 0 && interval.upperBound <= 1)
        #expect(interval.upperBound > interval.lowerBound)
    }

    /// As scikit-learn 1.9 has them: roc_auc_score, roc_curve.
    @Test func knownValues() throws {
        let roc = try #require(ROC(positives: [0.9, 0.8, 0.8, 0.35, 0.1], negatives: [0.8, 0.4, 0.35, 0.2]))
        #expect(abs(roc.area - 0.625) < 1e-15)
        let known = [(0, 0), (0, 0.2), (0.25, 0.6), (0.5, 0.6), (0.75, 0.8), (1, 0.8), (1, 1)]
        #expect(roc.curve.count == known.count)
        for (ours, theirs) in zip(roc.curve, known) {
            #expect(abs(ours.0 - theirs.0) < 1e-15 && abs(ours.1 - theirs.1) < 1e-15)
        }
        #expect(ROC(positives: [], negatives: [1]) == nil && ROC(positives: [1], negatives: []) == nil)
    }

    @Test func ratesAtFalsePositivesTakeTiesWhole() throws {
        let roc = try #require(
            ROC(positives: [5, 4, 3, 2], negatives: [3, 1, 1, 1] + [Double](repeating: 0, count: 16)))
        let none = roc.truePositives(atFalsePositives: 0)
        #expect(none.found.successes == 2 && none.found.count == 4 && none.bound == 4)
        // One of 20: the bound may go down to 2, where the positive 3 and the negative 3 pass together.
        let some = roc.truePositives(atFalsePositives: 0.05)
        #expect(some.found.successes == 4 && some.bound == 2)
        let tied = try #require(ROC(positives: [1, 1, 0], negatives: [1, 1, 0]))
        #expect(tied.truePositives(atFalsePositives: 0).found.successes == 0)
        #expect(tied.truePositives(atFalsePositives: 0.5).found.successes == 0)
        #expect(tied.truePositives(atFalsePositives: 0.7).found.successes == 2)
        let silent = try #require(ROC(positives: [1, -.infinity], negatives: [-.infinity]))
        #expect(silent.area == 0.75 && silent.truePositives(atFalsePositives: 0).found.successes == 1)
    }

    /// Roots of the defining equation, found by scipy.optimize.brentq.
    @Test func intervalsOfKnownAreas() throws {
        let full = try #require(
            ROC(positives: (24..<48).map { Double($0) }, negatives: (0..<24).map { Double($0) }))
        let perfect = full.interval(error: 0.05)
        #expect(abs(perfect.lowerBound - 0.9158314862290309) < 1e-9 && perfect.upperBound == 1)
        let roc = try #require(ROC(positives: [0.9, 0.8, 0.8, 0.35, 0.1], negatives: [0.8, 0.4, 0.35, 0.2]))
        let interval = roc.interval(error: 0.05)
        #expect(
            abs(interval.lowerBound - 0.2739831894188701) < 1e-9 && abs(interval.upperBound - 0.8760172690423468) < 1e-9
        )
    }

    /// Normal scores, whose area is known: how often the interval misses it.
    @Test(arguments: [(24, 24, 0.5), (24, 24, 1.5), (24, 24, 3), (17, 60, 2)])
    func intervalsHoldTheArea(positives: Int, negatives: Int, shift: Double) throws {
        var random = Random(seed: 7, stream: Int(shift * 10) + positives)
        func normal() -> Double { normalQuantile(min(max(random.unit(), 1e-15), 1 - 1e-15)) }
        // Chance that N(shift, 1) is above N(0, 1), by its own sum.
        let area = (0..<20000).reduce(0.0) { sum, index in
            let z = normalQuantile((Double(index) + 0.5) / 20000)
            return sum + normalShare(z + shift) / 20000
        }
        var missed = 0
        for _ in 0..<1000 {
            let high = (0..<positives).map { _ in normal() + shift }
            let low = (0..<negatives).map { _ in normal() }
            let roc = try #require(ROC(positives: high, negatives: low))
            if !roc.interval(error: 0.05).contains(area) { missed += 1 }
        }
        #expect(missed <= 75, "\(missed) of 1000")
    }

    /// The chance that a standard normal variable is below, by bisection of its quantile.
    private func normalShare(_ value: Double) -> Double {
        var (low, high) = (1e-300, 1 - 1e-16)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if normalQuantile(middle) < value { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
