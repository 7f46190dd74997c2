import Foundation
import Search
import Statistics
import Testing

/// 2,000 runs each of what `check` does: draw, look from time to time, and stop where the number is known to lie above or
/// below a bound, or at the end. With an error of 0.05 a run is wrong where the interval ever leaves out the truth.
@Suite("Stated confidence, early stopping included") struct CoverageTests {
    private static let error = 0.05
    private static let runs = 2000
    /// Of so many runs at most so many are wrong, but for once in a million where it were exactly 0.05.
    private static let allowed = 2000 / 20 + 50

    struct Planted: Sendable, CustomTestStringConvertible {
        let measure: Measure
        let range: ClosedRange<Double>
        let distribution: Distribution
        let truth: Double
        var testDescription: String { "\(measure) of \(distribution)" }
    }

    static let planted: [Planted] =
        [0.02, 0.3, 0.5, 0.95].map {
            Planted(measure: .rate, range: 0...1, distribution: .bernoulli(chance: $0), truth: $0)
        } + [
            Planted(measure: .mean, range: 0...1, distribution: .bernoulli(chance: 0.04), truth: 0.04),
            Planted(measure: .mean, range: -2...2, distribution: .uniform(low: -1, high: 2), truth: 0.5),
            Planted(measure: .mean, range: -9...9, distribution: .normal(mean: 1, deviation: 0.5), truth: 1),
            Planted(measure: .mean, range: 0...9, distribution: .whole(low: 0, high: 9), truth: 4.5),
            Planted(
                measure: .quantile(0.9), range: -9...9, distribution: .normal(mean: 0, deviation: 1),
                truth: 1.2815515655446004),
            Planted(measure: .quantile(0.5), range: 0...9, distribution: .whole(low: 0, high: 8), truth: 4),
            Planted(measure: .quantile(0.25), range: 0...9, distribution: .categorical(sums: [1, 4]), truth: 0),
        ]

    @Test("is kept by what is looked at again and again", arguments: planted)
    func anytime(_ planted: Planted) {
        #expect(wrong(planted, looks: [8, 16, 32, 64, 100, 150, 225, 340, 500, 750], .anytime) <= Self.allowed)
    }

    @Test("is kept by a fixed number of draws", arguments: planted)
    func fixed(_ planted: Planted) {
        #expect(wrong(planted, looks: [200], .fixed) <= Self.allowed)
    }

    private func wrong(_ planted: Planted, looks: [Int], _ stopping: RunningEstimate.Stopping) -> Int {
        let wrong = (0..<Self.runs).count { run in
            var random = Random(seed: 15, stream: run)
            var estimate = RunningEstimate(planted.measure, in: planted.range, error: Self.error)
            return looks.contains { count in
                estimate.add((estimate.count..<count).map { _ in planted.distribution.value(random.next()) })
                return !estimate.interval(stopping).interval.contains(planted.truth)
            }
        }
        if ProcessInfo.processInfo.environment["GAINSAY_TABLE"] == "1" {
            print("| \(planted.testDescription) | \(stopping) | \(looks.count) | \(wrong) |")
        }
        return wrong
    }
}
