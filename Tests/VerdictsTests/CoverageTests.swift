import Foundation
import Loading
import Testing

@testable import Verdicts

/// How often the verdict itself errs of a number that is known, with a confidence of 0.95: at most in one check of twenty. 100
/// checks each; `coverage.py` makes the table of 2,000 of the same numbers with the program itself.
@Suite("Wrong verdicts") struct CoverageTests {
    private static let runs = 100
    /// More are wrong but once in a million where the share were exactly 0.05.
    private static let allowed = 18
    private static let spec = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Conformance/coverage.say").standardized.path
    static let names = [
        "rate_2_in_100", "rate_3_in_10", "rate_filtered", "rate_at_any_point", "mean_uniform", "quantile_09_normal",
        "quantile_05_whole",
    ]

    /// As many as five looks, after 256 to 1,024 draws.
    @Test("are no more than is said, of checks that stop when they know", arguments: names)
    func anytime(_ name: String) throws { try expect(name, tries: .max) }

    @Test("are no more than is said, of a fixed number of draws", arguments: names)
    func fixed(_ name: String) throws { try expect(name, tries: 300) }

    private func expect(_ name: String, tries: Int) throws {
        let subject = try Subject(Self.spec, Workload.Options())
        let trial = try #require(subject.trials.first { $0.name == name }).compiled()
        let estimation = try #require(trial.estimation)
        var wrong = 0
        for run in 0..<Self.runs {
            let settings = Trying.Settings(
                budget: trial.leaves.isEmpty ? .infinity : 0.02, tries: tries, seed: UInt64(run), threads: 1,
                wanted: 1, shrinking: .none)
            let trying = Trying(
                subject: subject, settings: settings, store: nil, certification: nil, lastWords: LastWords())
            let verdict = try Estimating(estimation, trial, trying, mostDraws: 1024).verdict()
            switch verdict.word {
            case .fails: wrong += 1
            case .undecided, .holds, .survived: break
            case let word: Issue.record("\(word) of what is drawn")
            }
        }
        #expect(wrong <= Self.allowed)
    }
}
