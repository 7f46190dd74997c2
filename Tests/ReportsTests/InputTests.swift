import Foundation
import Search
import Testing

@testable import Checker
@testable import Compiler
@testable import Reports

/// What is said of a counterexample's inputs: every field that one can have.
@Suite struct InputTests {
    private static func leaf(_ name: String, _ type: SayType, unit: String? = nil, table: Int? = nil) -> Leaf {
        Leaf(name: name, type: type, unit: unit, coordinates: 0..<1, table: table, values: nil, variable: 0, path: [])
    }

    private static let colour = SayType.enumeration(.init(name: "Colour", cases: ["red", "green"]))

    private static let inputs: [Counterexample.Input] = [
        .init(
            leaf: leaf("e.rho", .real, unit: "ft"), kind: .real32, values: ["1500.5"], changes: [], isArbitrary: false,
            interval: .init(lower: "1500", upper: "1800"), row: nil),
        .init(
            leaf: leaf("c", colour), kind: .category, values: ["green"], changes: [], isArbitrary: true,
            interval: .init(lower: "red", upper: "green"), row: nil),
        .init(
            leaf: leaf("point", .tensor(.vector(2))), kind: .real64, values: ["0", "0.5"],
            changes: [.init(place: ["1"], from: "0", to: "0.5", interval: nil)], isArbitrary: false, interval: nil,
            row: nil),
        .init(
            leaf: leaf("noise", .tensor(.vector(1000))), kind: .real64,
            values: [String](repeating: "0", count: 987) + [String](repeating: "1", count: 13),
            changes: (987..<1000).map {
                .init(
                    place: ["\($0)"], from: "0", to: "1", interval: $0 == 987 ? .init(lower: "0.5", upper: "1") : nil)
            }, isArbitrary: false, interval: nil, row: nil),
        .init(
            leaf: leaf("row", .row([]), table: 0), kind: .category, values: ["3"], changes: [], isArbitrary: false,
            interval: nil, row: .init(table: "test", number: 3, fields: [("label", "two"), ("age", "7")])),
    ]

    private static let verdict = Verdict(
        property: "p", title: nil, place: "a.say:1:1",
        outcome: .contradicted([
            Counterexample(
                id: "01", inputs: inputs,
                lets: [
                    .init(name: "answer", type: colour, values: [1]), .init(name: "fine", type: .bool, values: [0]),
                    .init(name: "y", type: .tensor(.vector(3)), values: [1, .infinity, -0.123456789]),
                    .init(name: "long", type: .tensor(.vector(20)), values: (0..<20).map { Double($0) - 4 }),
                ], sides: [], check: "fine", margin: -1, worstMargin: -1, nearestDistance: nil,
                minimality: .budgetSpent, floor: nil,
                tries: 1, shrinkTries: 0, strategy: "sweep", replay: "not kept", files: [])
        ]),
        effort: .init(
            tries: 1, seconds: 0.5, bestMargin: -1, strategies: [], isInterrupted: false, admitted: nil))

    @Test func everyKindIsReadAtOnce() {
        #expect(
            TextReport(.plain).text(Self.verdict) == """
                p  a.say:1:1
                  contradicted  fine

                    e.rho   1500.5 ft   (any value in [1500, 1800])
                    c       green   (any other value fails too)
                    point   [0, 0.5]
                    noise   13 of 1,000 entries changed
                              [987]  0 -> 1   (any value in [0.5, 1])
                              [988]  0 -> 1
                              [989]  0 -> 1
                              [990]  0 -> 1
                              [991]  0 -> 1
                              [992]  0 -> 1
                              [993]  0 -> 1
                              [994]  0 -> 1
                              [995]  0 -> 1
                              [996]  0 -> 1
                              [997]  0 -> 1
                              [998]  0 -> 1
                              and 1 more
                    row     row 3 of test: label = two, age = 7
                    answer  green
                    fine    false
                    y       [1, inf, -0.12346]
                    long    Tensor[20], between -4 and 15

                    margin -1; the smallest so far: budget spent, something smaller may fail
                    found after 1 try in 0.5 s (2/s); by sweep
                    replay: not kept

                """)
    }

    @Test func everyFieldIsInTheJSON() throws {
        let text = try JSONReport(specs: ["a.say"], seed: 0, [Self.verdict]).text()
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let property = try #require((object?["properties"] as? [[String: Any]])?.first)
        #expect(
            Set(property.keys) == [
                "name", "place", "verdict", "tries", "seconds", "bestMargin", "interrupted", "strategies",
                "counterexamples", "text",
            ])
        let example = try #require((property["counterexamples"] as? [[String: Any]])?.first)
        let inputs = try #require(example["inputs"] as? [[String: Any]])
        #expect(inputs.map { $0["type"] as? String } == ["float32", "category", "float64", "float64", "category"])
        #expect(inputs[0]["unit"] as? String == "ft" && inputs[0]["shape"] as? [Int] == [])
        #expect(inputs[0]["interval"] as? [String: String] == ["lower": "1500", "upper": "1800"])
        #expect(inputs.map { $0["anyOther"] as? Bool } == [false, true, false, false, false])
        #expect(inputs[3]["shape"] as? [Int] == [1000] && (inputs[3]["changes"] as? [Any])?.count == 13)
        let row = try #require(inputs[4]["row"] as? [String: Any])
        #expect(row["table"] as? String == "test" && row["number"] as? Int == 3)
        #expect(row["fields"] as? [String: String] == ["label": "two", "age": "7"])
        let lets = try #require(example["lets"] as? [[String: Any]])
        #expect(lets[0]["names"] as? [String] == ["green"] && lets[1]["names"] == nil)
        #expect((lets[2]["values"] as? [Any])?[1] as? String == "inf")
        #expect((example["minimality"] as? [String: Any])?["kind"] as? String == "budget-spent")
    }

    /// Every outcome and every addition to it has its word, and its field only where it is known.
    @Test func outcomesKeepTheirWords() throws {
        for (outcome, word) in [
            (.proved(.inputs(4)), "proved"), (.survived, "survived"), (.failed("why"), "error"),
        ] as [(Verdict.Outcome, String)] {
            let verdict = Verdict(
                property: "p", title: "t", place: "a.say", outcome: outcome,
                effort: .init(
                    tries: 0, seconds: 0, bestMargin: nil, strategies: [], isInterrupted: true, admitted: 0.5),
                boundary: -.infinity)
            let text = try JSONReport(specs: ["a.say"], seed: 0, [verdict]).text()
            #expect(text.contains("\"verdict\" : \"\(word)\"") && text.contains("\"interrupted\" : true"))
            #expect(text.contains("\"boundary\" : \"-inf\"") && text.contains("\"admitted\" : 0.5"))
            #expect(text.contains("\"message\" : \"why\"") == (word == "error") && !text.contains("bestMargin"))
            #expect(TextReport(.plain).text(verdict).contains("margin -inf, which another order"))
        }
    }
}
