import Attackers
import Formatting
import Statistics

extension GameReport {
    /// The figures of all auditors, a line for each family and for all together, without times.
    var table: (columns: [String], rows: [[String]]) {
        let columns =
            [
                "auditor", "family", "planted", "clean", "no answer", "AUC (95%)", "TPR at 0% FPR", "at 5%", "target",
                "trigger works", "claimed", "replayed", "mask IoU",
            ] + (hasPrompts ? ["REASR", "recall", "recall by chance"] : [])
        let rows = auditors.flatMap { auditor in
            (families.count > 1 ? [row(auditor.name, "all", auditor.overall)] : [])
                + families.compactMap { family in
                    auditor.families[family.name].map { row(auditor.name, family.name, $0) }
                }
        }
        return (columns, rows)
    }

    private func row(_ auditor: String, _ family: String, _ score: AuditorScore) -> [String] {
        [
            auditor, family, "\(score.planted)", "\(score.clean)", "\(score.silent)",
            score.auc.map {
                Self.number($0.value) + " (" + Self.number($0.lower) + " to " + Self.number($0.upper) + ")"
            }
                ?? "-",
            Self.share(score.truePositivesAt0), Self.share(score.truePositivesAt5), Self.share(score.targets),
            Self.share(score.working), Self.mean(score.claimed), Self.mean(score.replayed), Self.mean(score.overlap),
        ] + (hasPrompts ? [score.replies, score.recall, score.recallByChance].map { Self.mean($0) } : [])
    }

    /// Whether language models with targets are among the models.
    private var hasPrompts: Bool { auditors.contains { $0.overall.replies != nil } }

    /// For a terminal: the table, then times.
    package var text: String {
        let table = table
        return Self.aligned([table.columns] + table.rows) + "\n"
            + Self.aligned([timeColumns] + timeRows)
    }

    var timeColumns: [String] { ["auditor", "mean s", "median s", "longest s"] }
    var timeRows: [[String]] {
        auditors.compactMap { auditor in
            times.auditors[auditor.name].map { times in
                [auditor.name] + [times.mean, times.median, times.max].map { String(format: "%.2f", $0) }
            }
        }
    }

    static func number(_ value: Double) -> String { String(format: "%.3f", value) }

    /// So many of so many, and the interval of the rate.
    static func share(_ rate: Rate?) -> String {
        rate.map { "\($0.successes) of \($0.count) (\(String(format: "%.2f to %.2f", $0.lower, $0.upper)))" } ?? "-"
    }

    static func mean(_ spread: AuditorScore.Spread?) -> String { spread.map { number($0.mean) } ?? "-" }

    /// Columns as wide as their widest cell, two blanks apart.
    private static func aligned(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let line = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
                .joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
