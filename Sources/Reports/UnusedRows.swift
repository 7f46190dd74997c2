/// What a counterexample's rates are on rows that the search did not use, as JSON and as text.
struct UnusedRows: Encodable {
    struct Searched: Encodable {
        let table: String
        let count, of: Int
    }

    struct Rate: Encodable {
        let words, table: String
        let successes, counted: Int
        /// Absent where no row counts.
        let estimate: Double?
        let lower, upper, confidence: Double
        let method: String
    }

    /// By how much it fails at least on the searched rows.
    let excess: Double
    let searched: [Searched]
    let rates: [Rate]

    init(_ rows: Counterexample.UnusedRows) {
        excess = rows.excess
        searched = rows.searched.map { Searched(table: $0.table, count: $0.count, of: $0.of) }
        rates = rows.rates.map { rate in
            Rate(
                words: rate.words, table: rate.table, successes: rate.successes, counted: rate.count,
                estimate: rate.count > 0 ? Double(rate.successes) / Double(rate.count) : nil,
                lower: rate.interval.lowerBound, upper: rate.interval.upperBound,
                confidence: Counterexample.UnusedRows.confidence, method: "Clopper-Pearson interval")
        }
    }
}

extension TextReport {
    func unused(_ rows: Counterexample.UnusedRows) -> [String] {
        let unused = UnusedRows(rows)
        let searched = unused.searched.map { "\("\($0.count)".grouped) of the \(plural($0.of, "row")) of \($0.table)" }
            .joined(separator: " and ")
        let more = unused.excess > 0 ? ", where it fails by more than \(short(unused.excess))" : ""
        let lines = ["    found and made small, intervals too, on \(searched)\(more); on rows not used for that:"]
        return lines
            + unused.rates.map { rate in
                let share = rate.estimate.map { short($0) } ?? "no row counts"
                return "      \(rate.words)  \(share), between \(short(rate.lower)) and \(short(rate.upper)) "
                    + "with confidence \(short(rate.confidence)); \(rate.successes) of \(plural(rate.counted, "row")) of \(rate.table), "
                    + rate.method
            }
    }
}
