/// What a counterexample's rates and means are on rows that the search did not use, as JSON and as text.
struct UnusedRows: Encodable {
    struct Searched: Encodable {
        let table: String
        let count, of: Int
    }

    struct Average: Encodable {
        let words, table: String
        /// Of a rate.
        let successes: Int?
        let counted: Int
        /// Absent where no row counts.
        let estimate: Double?
        /// Absent where there is no interval.
        let lower, upper: Double?
        let confidence: Double
        /// Of a mean.
        let range: [Double]?
        let method: String
    }

    /// By how much it fails at least on the searched rows.
    let excess: Double
    let searched: [Searched]
    let rates, means: [Average]

    init(_ rows: Counterexample.UnusedRows) {
        excess = rows.excess
        searched = rows.searched.map { Searched(table: $0.table, count: $0.count, of: $0.of) }
        let averages = rows.averages.map { Average($0, confidence: rows.confidence) }
        rates = averages.filter { $0.successes != nil }
        means = averages.filter { $0.successes == nil }
    }
}

extension UnusedRows.Average {
    fileprivate init(_ average: Counterexample.UnusedRows.Average, confidence: Double) {
        let it = average.quantity
        (words, table, method, self.confidence) = (
            it.words, average.tables.joined(separator: ", "), it.method, confidence
        )
        (successes, counted) = (it.successes, it.count)
        estimate = it.estimate.isNaN ? nil : it.estimate
        lower = it.lower.isFinite ? it.lower : nil
        upper = it.upper.isFinite ? it.upper : nil
        range = it.range.map { [$0.lowerBound, $0.upperBound] }
    }
}

extension TextReport {
    func unused(_ rows: Counterexample.UnusedRows) -> [String] {
        let searched = rows.searched.map { "\("\($0.count)".grouped) of the \(plural($0.of, "row")) of \($0.table)" }
            .joined(separator: " and ")
        let more = rows.excess > 0 ? ", where it fails by more than \(short(rows.excess))" : ""
        let lines = ["    found and made small, intervals too, on \(searched)\(more); on rows not used for that:"]
        return lines + rows.averages.map { described($0, confidence: rows.confidence) }
    }

    private func described(_ average: Counterexample.UnusedRows.Average, confidence: Double) -> String {
        let it = average.quantity
        let tables = average.tables.joined(separator: " and ")
        let share = it.successes.map { "\($0) of " } ?? ""
        let rows =
            average.isJoint ? "\(plural(it.count, "draw")) from \(tables)" : "\(plural(it.count, "row")) of \(tables)"
        let value = it.estimate.isNaN ? "no row counts" : short(it.estimate)
        let interval =
            it.lower.isFinite
            ? ", between \(below(it.lower)) and \(above(it.upper)) with confidence \(short(confidence))" : ""
        let range =
            it.range.map { ", its values between \(below($0.lowerBound)) and \(above($0.upperBound)) by bounds" } ?? ""
        return "      \(it.words)  \(value)\(interval); \(share)\(rows), \(it.method)\(range)"
    }
}
