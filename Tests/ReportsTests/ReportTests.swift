import Foundation
import Testing

@testable import Reports

@Suite struct ReportTests {
    private func verdict(_ outcome: Verdict.Outcome, admitted: Double? = nil, interrupted: Bool = false) -> Verdict {
        Verdict(
            property: "robust", title: "stays the same", place: "a.say:3:1", outcome: outcome,
            effort: .init(
                tries: 1280, seconds: 0.5, bestMargin: 0.25, strategies: [.init(strategy: "uniform", tries: 1280)],
                isInterrupted: interrupted, admitted: admitted))
    }

    private let example = Counterexample(
        id: "0123abcd", inputs: [], lets: [.init(name: "seen", type: .real, values: [0.125])],
        sides: [.init(name: "net(seen)", type: .real, values: [.nan])], check: "net(seen) < 1", margin: -0.5,
        worstMargin: -2, nearestDistance: .init(measure: "linf(noise)", value: 0.0625),
        minimality: .noStepFails(checks: 1213),
        floor: .init(measure: "linf(delta)", value: 0.05, isMinimum: false), tries: 7, shrinkTries: 40,
        strategy: "uniform",
        replay: "gainsay replay 0123abcd", files: ["x/witness.npz"])

    @Test func aContradictionReadsInTenSeconds() {
        let text = TextReport(.plain).text(verdict(.contradicted([example])))
        #expect(
            text == """
                robust: stays the same  a.say:3:1
                  contradicted  net(seen) < 1

                    seen       0.125
                    net(seen)  nan

                    margin -0.5; nothing one step smaller fails (1,213 steps tried); nothing fails up to linf(delta) = 0.05, proved; still fails at linf(noise) = 0.0625; worst margin -2
                    found after 7 tries in 0.5 s (2,560/s), 40 more to shrink it; by uniform
                    saved x/witness.npz
                    replay: gainsay replay 0123abcd

                """)
    }

    @Test func verdictsAreNeverBlurred() {
        let report = TextReport(.plain)
        let survived = report.text(verdict(.survived, admitted: 0.001, interrupted: true))
        #expect(survived.contains("survived  1,280 tries in 0.5 s (2,560/s)"))
        #expect(survived.contains("neither contradicted nor proved") && survived.contains("only 0.1% of the tries"))
        #expect(survived.contains("interrupted"))
        #expect(report.text(verdict(.proved(.inputs(64)))).contains("proved  all 64 inputs of the domain tried"))
        #expect(report.text(verdict(.proved(.inputs(1)))).contains("proved  nothing varies: evaluated once"))
        #expect(report.text(verdict(.failed("no such thing"))).contains("error  no such thing"))
        let all = [
            verdict(.survived), verdict(.proved(.inputs(2))), verdict(.failed("")), verdict(.contradicted([example])),
        ]
        #expect(report.summary(all) == "4 properties: 1 contradicted, 1 proved, 1 survived, 1 error\n")
    }

    @Test func colourIsForTerminalsOnly() {
        #expect(!TextReport(.plain).text(verdict(.survived)).contains("\u{1B}"))
    }

    @Test func jsonHasTheSameContent() throws {
        let text = try JSONReport(specs: ["a.say"], seed: 7, [verdict(.contradicted([example]))]).text()
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["format"] as? Int == 1 && object["seed"] as? Int == 7 && object["spec"] as? String == "a.say")
        let property = try #require((object["properties"] as? [[String: Any]])?.first)
        #expect(property["verdict"] as? String == "contradicted" && property["tries"] as? Int == 1280)
        let found = try #require((property["counterexamples"] as? [[String: Any]])?.first)
        #expect(found["case"] as? String == "0123abcd" && found["margin"] as? Double == -0.5)
        #expect((found["minimality"] as? [String: Any])?["kind"] as? String == "no-smaller-step-fails")
        let side = try #require((found["sides"] as? [[String: Any]])?.first)
        #expect(side["values"] as? [String] == ["nan"])
    }

    private func estimated(_ decision: Verdict.Estimated.Decision) -> Verdict {
        let rate = Verdict.Quantity(
            words: "rate(x ~ d : ok(x))", estimate: 0.96, interval: 0.9512345678...0.9612345678, count: 9600,
            drawn: 10_000, successes: 9216, range: nil, method: "Clopper-Pearson interval")
        return verdict(
            .estimated(
                .init(
                    decision, confidence: 0.9999999, check: "rate(x ~ d : ok(x)) >= 0.95", quantities: [rate],
                    example: nil)))
    }

    /// A rate never without its interval, rounded outward; a confidence never rounded to 1.
    @Test func estimatesHaveTheirIntervals() throws {
        #expect(
            TextReport(.plain).text(estimated(.holds)) == """
                robust: stays the same  a.say:3:1
                  holds with confidence 0.9999999  rate(x ~ d : ok(x)) >= 0.95
                    rate(x ~ d : ok(x))
                      between 0.95123 and 0.96124; estimate 0.96, 9,216 of 9,600 draws, 400 left out by `where`; Clopper-Pearson interval
                    1,280 tries in 0.5 s (2,560/s)

                """)
        let words = [Verdict.Estimated.Decision.fails, .undecided].map { TextReport(.plain).text(estimated($0)) }
        #expect(words[0].contains("  contradicted with confidence 0.9999999  rate("))
        #expect(words[1].contains("  undecided  rate(") && words[1].contains("neither is sure"))
        let text = try JSONReport(specs: ["a.say"], seed: 7, [estimated(.fails)]).text()
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let property = try #require((object["properties"] as? [[String: Any]])?.first)
        #expect(property["verdict"] as? String == "contradicted-with-confidence")
        let rate = try #require((property["estimates"] as? [[String: Any]])?.first)
        #expect(rate["lower"] as? Double == 0.9512345678 && rate["counted"] as? Int == 9600)
        let all = TextReport(.plain).summary([estimated(.holds), estimated(.undecided), verdict(.proved(.inputs(2)))])
        #expect(all == "3 properties: 1 proved, 1 holds with confidence, 1 undecided\n")
    }

    @Test func numbersAreRoundedOutward() {
        #expect(0.951234.rounded(toSignificant: 5, .down) == "0.95123")
        #expect(0.951236.rounded(toSignificant: 5, .down) == "0.95123")
        #expect(
            0.999999.rounded(toSignificant: 5, .up) == "1" && (-1.00001).rounded(toSignificant: 5, .down) == "-1.0001")
        #expect(0.0.rounded(toSignificant: 5, .up) == "0" && 1e-12.rounded(toSignificant: 5, .up) == "1e-12")
        #expect(Double.infinity.rounded(toSignificant: 5, .up) == "inf")
    }

    @Test func numbersAreGrouped() {
        #expect(["0", "12", "123", "1234", "1234567"].map(\.grouped) == ["0", "12", "123", "1,234", "1,234,567"])
        #expect((1.0 / 3).rounded(toSignificant: 5) == "0.33333" && Double.nan.rounded(toSignificant: 3) == "nan")
    }
}
