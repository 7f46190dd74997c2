import Foundation
import Testing

/// Rates over rows whose bodies quantify: each row is proved, contradicted or open, against what is known of each.
@Suite(.withExecutable) struct RowwiseTests {
    private let command: Command

    init() throws { command = try Command() }

    private struct Report: Decodable {
        struct Property: Decodable {
            let verdict: String
            let rates: [Rate]?
            let text: String
        }

        struct Rate: Decodable {
            let lower, upper: Double
            let inputs: String
            let rows: Rows?
        }

        struct Rows: Decodable {
            let proved, earlier, contradicted, open, unseen: Int
            let first: Int?
        }

        let properties: [Property]
    }

    /// Quarters, so that all is exact: a row keeps its side of u > v under every noise of at most 1/4 in each if they are apart by more
    /// than 1/2, or by 1/2 where u is not greater.
    private func table(_ count: Int) throws -> (robust: [Bool], right: [Bool]) {
        var (text, robust, right) = ("u,v,above\n", [Bool](), [Bool]())
        for row in 0..<count {
            let (u, v) = (Double(row * 7 % 11) / 4, Double(row * 5 % 9) / 4)
            let above = row % 6 == 5 ? !(u > v) : u > v
            text += "\(u),\(v),\(above)\n"
            right.append((u > v) == above)
            robust.append(above ? u - v > 0.5 : v - u >= 0.5)
        }
        try command.write(text, to: "rows.csv")
        return (robust, right)
    }

    private func check(
        _ check: String, _ head: String = "", _ options: String = "--no-cases --budget 20s"
    ) throws -> (Report.Property, Int32) {
        try command.write(
            """
            data rows : { u: Real, v: Real, above: Bool } from "rows.csv"
            func keeps(u: Real, v: Real, above: Bool, noise: Tensor[2]) -> Bool =
              (relu(u + noise[0]) + 1 > relu(v + noise[1]) + 1) == above
            property p { \(head)
              check \(check) }

            """, to: "p.say")
        let result = try command.run("check p.say --json \(options)")
        let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
        return (report.properties[0], result.code)
    }

    private let count = "count(row in rows : forall n: Tensor[2] in [-0.25, 0.25] : keeps(row.u, row.v, row.above, n))"

    @Test func knowsEveryRow() throws {
        let robust = try table(120).robust
        let all = robust.count { $0 }
        #expect(all > 10 && all < 110)
        // Asked for a little too much, and a little too little.
        let (holding, code) = try check("\(count) >= \(all)")
        #expect(holding.verdict == "proved" && code == 0)
        let (failing, failure) = try check("\(count) >= \(all + 1)")
        #expect(failing.verdict == "contradicted" && failure == 1)
        // Only whole knowledge decides it.
        let (whole, _) = try check("\(count) == \(all)")
        let found = try #require(whole.rates?.first)
        let rows = try #require(found.rows)
        #expect(whole.verdict == "proved")
        #expect((rows.proved, rows.contradicted, rows.open) == (all, 120 - all, 0))
        #expect(rows.first == robust.firstIndex(of: false))
        #expect(found.lower == found.upper && found.lower == Double(all))
        #expect(whole.text.contains("the first that is contradicted: row \(rows.first ?? -1)\n        n  "))
    }

    @Test func countsThoseThatFailWhereExistenceIsAsked() throws {
        let robust = try table(60).robust
        let fragile = robust.count { !$0 }
        let exists = "count(row in rows : exists n: Tensor[2] in [-0.25, 0.25] : not keeps(row.u, row.v, row.above, n))"
        #expect(try check("\(exists) <= \(fragile)").0.verdict == "proved")
        #expect(try check("\(exists) <= \(fragile - 1)").0.verdict == "contradicted")
    }

    @Test func isAboutTheRowsOfWhere() throws {
        let (robust, right) = try table(60)
        let (kept, among) = (zip(robust, right).count { $0 && $1 }, right.count { $0 })
        let filtered = count.replacingOccurrences(of: "in rows :", with: "in rows where (row.u > row.v) == row.above :")
        let (property, _) = try check("\(filtered) == \(kept)")
        #expect(property.verdict == "proved")
        #expect(property.rates?.first?.inputs == "\(among)")
        let (none, code) = try check(
            count.replacingOccurrences(of: "in rows :", with: "in rows where row.u > 100 :") + " >= 5")
        #expect(none.verdict == "error" && none.text.contains("lets no row through") && code == 3)
    }

    @Test func comparesWithRatesOfRowsAsTheyAre() throws {
        let (robust, right) = try table(60)
        let lost = right.count { $0 } - robust.count { $0 }
        let plain = "count(row in rows : (row.u > row.v) == row.above)"
        #expect(try check("\(plain) - \(count) <= \(lost)").0.verdict == "proved")
        #expect(try check("\(plain) - \(count) <= \(lost - 1)").0.verdict == "contradicted")
    }

    @Test func goesOnFromRowsThatWereProvedUnlessAnythingChanged() throws {
        let robust = try table(40).robust
        let all = robust.count { $0 }
        let equal = "\(count) == \(all)"
        #expect(try check(equal, "", "--budget 20s").0.rates?.first?.rows?.earlier == 0)
        #expect(try check(equal, "", "--budget 20s").0.rates?.first?.rows?.earlier == all)
        // One value of the data is another one, of a row that was proved.
        let row = try #require(robust.firstIndex(of: true))
        var lines = try command.text(of: "rows.csv").split(separator: "\n").map(String.init)
        lines[row + 1] = "0,0,true"
        try command.write(lines.joined(separator: "\n") + "\n", to: "rows.csv")
        let (changed, _) = try check(equal, "", "--budget 20s")
        #expect(changed.verdict == "contradicted")
        #expect(changed.rates?.first?.rows?.earlier == 0)
    }

    @Test func saysWhatSomeRowsSayOfAllWhereTimeEnds() throws {
        _ = try table(20_000)
        let (property, _) = try check("rate\(count.dropFirst(5)) >= 0.999", "", "--no-cases --budget 300ms")
        // Contradicted at once, or open: never more than what was looked at.
        let rows = try #require(property.rates?.first?.rows)
        #expect(rows.proved + rows.contradicted + rows.open == 20_000 && rows.unseen > 0)
        #expect(property.verdict == "contradicted" || property.verdict == "survived")
    }

    @Test func leavesWhatElseVariesToTheSearch() throws {
        _ = try table(12)
        let (property, _) = try check(
            count.replacingOccurrences(of: "row.v", with: "row.v + shift") + " >= 11", "forall shift: Real in [0, 100]")
        #expect(property.verdict == "contradicted" && property.rates == nil)
    }

    @Test func cannotBeWrittenAsACertificate() throws {
        let all = try table(12).robust.count { $0 }
        _ = try check("\(count) >= \(all)")
        let result = try command.run("check p.say --no-cases --budget 20s --certificate c")
        #expect(result.errors.contains("its rows are proved one by one"))
    }
}
