import Foundation
import Statistics
import Testing

@testable import CLI

/// How often the verdict itself errs where the number lies exactly at the bound, so that any interval which leaves it out
/// decides wrongly: with a confidence of 0.95 at most one check in twenty. 2,000 checks each with `GAINSAY_TABLE=1`, else 100.
@Suite("Wrong verdicts") struct CoverageTests {
    private static let isTable = ProcessInfo.processInfo.environment["GAINSAY_TABLE"] == "1"
    private static let runs = isTable ? 2000 : 100
    /// Of so many runs at most so many are wrong, but for once in a million where it were exactly 0.05.
    private static let allowed = runs / 20 + (isTable ? 50 : 13)

    /// A number, what it is, and the variables around it, if any: then a point is searched where a sample leaves it out, and drawn
    /// anew there.
    static let planted: [(number: String, truth: String, around: String)] = [
        ("rate(x ~ bernoulli(0.02) : x)", "0.02", ""), ("rate(x ~ bernoulli(0.1) : x)", "0.1", ""),
        ("rate(x ~ bernoulli(0.3) : x)", "0.3", ""), ("rate(x ~ bernoulli(0.5) : x)", "0.5", ""),
        ("rate(x ~ bernoulli(0.95) : x)", "0.95", ""), ("rate(x ~ bernoulli(0.999) : x)", "0.999", ""),
        ("rate(x ~ uniform(0, 1) where x > 0.5 : x < 0.6)", "0.2", ""),
        ("rate(x ~ uniform(0, 1) : x < 0.3)", "0.3", "forall t: Real in [0, 1]"),
        ("mean(x ~ bernoulli(0.04) : if x then 1 else 0)", "0.04", ""),
        ("mean(x ~ uniform(0, 1) : x)", "0.5", ""), ("mean(z ~ normal(0, 1) : clamp(z, -3, 3))", "0", ""),
        ("mean(n: Int ~ uniform(1, 6) : n)", "3.5", ""),
        ("quantile(z ~ normal(0, 1) : z, 0.9)", "1.2815515655446004", ""),
        ("quantile(n: Int ~ uniform(1, 9) : n, 0.5)", "5", ""),
        ("quantile(x ~ uniform(0, 1) : x, 0.25)", "0.25", ""), ("median(x ~ uniform(0, 1) : x)", "0.5", ""),
    ]

    /// As many as a dozen looks, after 256 to 4,096 draws.
    @Test("are no more than is said, of checks that stop when they know", arguments: planted.indices)
    func anytime(_ index: Int) throws { try expect(index, tries: .max) }

    @Test("are no more than is said, of a fixed number of draws", arguments: planted.indices)
    func fixed(_ index: Int) throws { try expect(index, tries: 500) }

    private func expect(_ index: Int, tries: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gainsay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let spec = folder.appendingPathComponent("spec.say").path
        let (number, truth, around) = Self.planted[index]
        try "property p {\n  \(around)\n  check abs(\(number) - \(truth)) <= 1e-12 with confidence 0.95\n}\n"
            .write(toFile: spec, atomically: true, encoding: .utf8)
        let subject = try Subject(spec, Workload.Options())
        let trial = try subject.trials[0].compiled()
        let estimation = try #require(trial.estimation)
        var wrong = 0
        for run in 0..<Self.runs {
            let settings = Trying.Settings(
                budget: around.isEmpty ? .infinity : 0.02, tries: tries, seed: UInt64(run), threads: 1, wanted: 1,
                shrinking: .none)
            let trying = Trying(
                subject: subject, settings: settings, store: nil, certification: nil, lastWords: LastWords())
            let verdict = try Estimating(estimation, trial, trying, mostDraws: Self.isTable ? 4096 : 1024).verdict()
            switch verdict.word {
            case .fails: wrong += 1
            case .undecided, .holds, .survived: break
            case let word: Issue.record("\(word) of what is drawn")
            }
        }
        if Self.isTable {
            let share = RateEstimate(successes: wrong, count: Self.runs).clopperPearson(error: 0.05)
            let (low, high) = (String(format: "%.4f", share.lowerBound), String(format: "%.4f", share.upperBound))
            let stop = tries == .max ? "when they know" : "at \(tries) draws"
            print("| `\(number)`\(around.isEmpty ? "" : ", \(around)") | \(stop) | \(wrong) | \(low) to \(high) |")
        }
        #expect(wrong <= Self.allowed, "\(number)")
    }
}
