import Checker
import Compiler
import Reports
import Statistics

/// What is known so far of the rows that one rate is about.
struct RowTally {
    enum Standing { case open, proved, contradicted }

    let rate: RowTrials.Rate
    /// In the order in which they are looked at, which is one by chance.
    let rows: [Int]
    private(set) var standings: [Standing]
    private var wasLookedAt: [Bool]
    private(set) var proved = 0
    private(set) var contradicted = 0
    /// How many were proved by an earlier run.
    private var earlier = 0

    /// `proved` are rows that were proved by earlier runs.
    init(_ rate: RowTrials.Rate, rows: [Int], proved: Set<Int>) {
        (self.rate, self.rows) = (rate, rows)
        standings = rows.map { proved.contains($0) ? .proved : .open }
        wasLookedAt = standings.map { $0 == .proved }
        self.proved = standings.count { $0 == .proved }
        earlier = self.proved
    }

    /// What has become of a row that is open.
    mutating func note(_ standing: Standing, at place: Int) {
        (standings[place], wasLookedAt[place]) = (standing, true)
        proved += standing == .proved ? 1 : 0
        contradicted += standing == .contradicted ? 1 : 0
    }

    var open: Int { rows.count - proved - contradicted }

    var openPlaces: [Int] { standings.indices.filter { standings[$0] == .open } }

    /// Between which numbers the rate, or the count, lies.
    var interval: ClosedRange<Double> {
        let (sure, out) = rate.isDenied ? (contradicted, proved) : (proved, contradicted)
        return rate.measure.interval(sure: UInt128(sure), out: UInt128(out), of: UInt128(rows.count))
    }

    /// The first contradicted row of the table.
    var firstContradicted: Int? {
        rows.indices.filter { standings[$0] == .contradicted }.map { rows[$0] }.min()
    }

    func told(as words: String, example: Counterexample?) -> Verdict.Rate {
        let interval = interval
        return Verdict.Rate(
            words: words, inputs: UInt128(rows.count), interval: interval, certain: 0, isDenied: rate.isDenied,
            right: 0,
            wrong: 0, isWhole: false, firstWrong: nil, proofs: [], unread: nil,
            rows: Verdict.Rows(
                proved: proved, earlier: earlier, contradicted: contradicted, open: open,
                unseen: wasLookedAt.count { !$0 }, first: firstContradicted, example: example, sample: sample))
    }

    /// What the rows looked at first say of all, where some were not looked at: they were drawn by chance, a number of them that does
    /// not depend on the clock. A power of two of them, and each of those powers has its share of what may go wrong, so that it
    /// does not matter which one is told. Without replacement the intervals of Clopper and Pearson are wider than they need
    /// be (Hoeffding, "Probability inequalities for sums of bounded random variables", 1963, theorem 4).
    private var sample: Verdict.RowSample? {
        let seen = wasLookedAt.firstIndex(of: false) ?? wasLookedAt.count
        guard seen < rows.count, seen >= 8 else { return nil }
        let power = Int.bitWidth - 1 - seen.leadingZeroBitCount
        let first = standings[..<(1 << power)]
        let error = (1 - Self.confidence) / Double(power * (power + 1))
        // What is open may turn out either way.
        let least = first.count { $0 == (rate.isDenied ? .contradicted : .proved) }
        let most = first.count - first.count { $0 == (rate.isDenied ? .proved : .contradicted) }
        return Verdict.RowSample(
            rows: first.count, confidence: Self.confidence,
            lower: RateEstimate(successes: least, count: first.count).clopperPearson(error: error).lowerBound,
            upper: RateEstimate(successes: most, count: first.count).clopperPearson(error: error).upperBound)
    }

    private static let confidence = 0.95
}
