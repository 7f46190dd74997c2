import Foundation
import Testing

/// `gainsay check` on what is right: verdicts, exit codes, options, the same bytes again.
@Suite(.withExecutable) struct CheckTests {
    private let command: Command
    private static let spec = """
        param limit: Real = 0.5
        property proof { forall n: Int in [0, 9] check n >= 0 }
        property wide { forall x: Tensor[20] in [-1, 1] check sum(x * x) < 100 }
        property small { forall x: Real in [0, 1] check x < limit }

        """

    init() throws {
        command = try Command()
        try command.write(Self.spec, to: "spec.say")
    }

    @Test func codesSayWhatHappened() throws {
        #expect(try command.run("check spec.say --tries 500 --only ^(proof|wide)$").code == 0)
        let all = try command.run("check spec.say --tries 2000")
        #expect(all.code == 1 && all.errors.isEmpty)
        #expect(all.output.contains("3 properties: 1 contradicted, 1 proved, 1 survived"))
        #expect(all.output.contains("survived  2,000 tries") && all.output.contains("x  0.5 "))
        #expect(!all.output.contains("\u{1B}") && !all.output.contains("\r"))
    }

    @Test func anAssumeThatNothingMeetsIsNoPass() throws {
        try command.write("property p { forall x: Real in [0, 1] assume x * x > 2 check x < 9 }", to: "unmet.say")
        let result = try command.run("check unmet.say --tries 2000")
        #expect(result.code == 3 && result.output.contains("nothing was checked"))
        #expect(!result.output.contains("survived"))
    }

    /// However little time there is: a verdict on nothing would say nothing.
    @Test func somethingIsAlwaysTried() throws {
        try command.write(
            "property p { forall x: Tensor[40] in [-1, 1] check sum(x * x) + sum((1 + x) * (1 - x)) < 40.000001 }",
            to: "open.say")
        let result = try command.run("check open.say --no-cases --budget 1ms")
        #expect(result.code == 0 && result.output.contains("survived") && !result.output.contains("survived  0 tries"))
    }

    /// Intervals at the root, before the search has had its share.
    @Test func whatPlainlyHoldsIsProvedAtOnce() throws {
        try command.write("property p { forall x: Tensor[40] in [-1, 1] check sum(relu(x)) >= -1 }", to: "plain.say")
        let result = try command.run("check plain.say --no-cases --budget 1ms")
        #expect(result.code == 0 && result.output.contains("proved  by bounds over 1 region"))
        // An `assume` that nothing meets is no proof of anything.
        try command.write(
            "property p { forall x: Tensor[4] in [0, 1] assume x[0] > 2 check sum(x) >= -1 }", to: "unmet.say")
        #expect(try command.run("check unmet.say --no-cases --budget 1ms").code == 3)
    }

    /// Changes are counted, and told, from the row's own values.
    @Test func aChangeOfARowIsBroughtBackToTheRow() throws {
        try command.write("a,b,c\n0.25,0.5,0.75\n0.125,0.375,0.625\n", to: "rows.csv")
        try command.write(
            """
            data rows : { a: Real, b: Real, c: Real } from "rows.csv"
            property p {
              forall row in rows
              forall x: Tensor[3] in [0, 1]
              let own = [row.a, row.b, row.c]
              assume row.a < 0.2
              check x[0] < 0.9
              shrink l0(x - own)
            }

            """, to: "row.say")
        let found = try command.run("check row.say --no-cases --tries 3000 --json").output
        #expect(found.contains(#""from" : "0.125""#) && !found.contains(#""from" : "0""#))
        let report = try #require(try JSONSerialization.jsonObject(with: Data(found.utf8)) as? [String: Any])
        let property = try #require((report["properties"] as? [[String: Any]])?.first)
        let example = try #require((property["counterexamples"] as? [[String: Any]])?.first)
        let inputs = try #require(example["inputs"] as? [[String: Any]])
        let x = try #require(inputs.first { $0["name"] as? String == "x" })
        #expect((x["values"] as? [String])?.dropFirst() == ["0.375", "0.625"])
        #expect((x["changes"] as? [Any])?.count == 1)
    }

    /// What is told of smaller inputs is what was tried of them.
    @Test func onlyWhereAllWasTriedDoesNothingSmallerFail() throws {
        try command.write(
            """
            property whole { forall n: Int in [0, 99] check n < 40 }
            property real { forall x: Real in [0, 1] check x < 0.4 }

            """, to: "told.say")
        let told = try command.run("check told.say --no-cases --tries 3000").output
        #expect(told.contains("nothing smaller fails (all 100 inputs tried)"))
        #expect(told.contains("nothing one step smaller fails ("))
    }

    @Test func severalSpecsAreOneRun() throws {
        try command.write("property other { forall x: Int in [0, 9] check x >= 0 }", to: "other.say")
        let both = try command.run("check spec.say other.say --no-cases --tries 500 --only ^(proof|other)$")
        #expect(both.code == 0 && both.output.contains("2 properties: 2 proved"))
        #expect(both.output.contains("spec.say:2:1") && both.output.contains("other.say:1:1"))
        let json = try command.run("check spec.say other.say --no-cases --tries 500 --only ^(proof|other)$ --json")
        #expect(json.output.contains(#""specs" : ["#) && !json.output.contains(#""spec" :"#))
        // What cannot be read leaves the others.
        let missing = try command.run("check missing.say other.say --no-cases --tries 500")
        #expect(missing.code == 2 && missing.errors.contains("missing.say"))
        #expect(missing.output.contains("other  other.say:1:1"))
        #expect(try command.run("check spec.say other.say --certificate c").code == 2)
    }

    @Test func aPassMayBeAskedToBeProved() throws {
        #expect(try command.run("check spec.say --no-cases --tries 500 --only proof --require proved").code == 0)
        let open = try command.run("check spec.say --no-cases --tries 500 --only wide --require proved")
        #expect(open.code == 1 && open.output.contains("survived"))
        #expect(try command.run("check spec.say --require much").code == 2)
    }

    @Test func aTotalIsSharedByTheProperties() throws {
        try command.write(
            """
            property open(k: Int in [1, 4]) { forall x: Tensor[40] in [-1, 1]
                check sum(x * x) + sum((1 + x) * (1 - x)) < 40 + k * 0.000001 }
            """, to: "open.say")
        let all = try command.run("check open.say --no-cases --total 2s")
        #expect(all.code == 0 && !all.errors.contains("note"))
        let none = try command.run("check open.say --no-cases --total 0s")
        #expect(
            none.code == 3 && none.errors.contains("the time of --total was over before 4 of 4 properties were checked")
        )
    }

    /// The check goes on where nothing can be kept.
    @Test func casesThatCannotBeKeptAreAWarning() throws {
        try command.write("a file, not a folder", to: "taken")
        let result = try command.run("check spec.say --tries 2000 --only small --cases taken")
        #expect(
            result.code == 1 && result.output.contains("contradicted") && result.output.contains("replay: not kept"))
        #expect(result.errors.contains("warning: ") && result.errors.contains("counterexamples are not kept"))
    }

    /// How far inside its `assume`s an input lies is not by how much it fails.
    @Test func theMarginIsThatOfTheCheck() throws {
        try command.write(
            "property p { forall x: Real in [0, 1] assume x * x <= 0.26 check x <= 0.25 }", to: "slack.say")
        let found = try command.run("check slack.say --no-cases --tries 4000 --no-shrink")
        let margin = try #require(found.output.firstMatch(of: /x <= 0.25\s+x +([0-9.]+)[^m]*margin (-[0-9.e-]+)/))
        let (x, told) = (try #require(Double(margin.1)), try #require(Double(margin.2)))
        #expect(abs(0.25 - x - told) < 1e-4)
        try command.write(
            "property p { forall x: Tensor[30] in [0, 1] assume sum(x * x) >= 29 check sum(x) >= 28.5 }", to: "far.say")
        let open = try command.run("check far.say --no-cases --tries 4000")
        let best = open.output.firstMatch(of: /best margin ([0-9.e-]+)/).flatMap { Double($0.1) }
        #expect(best.map { $0 > 0.3 } ?? true)
    }

    @Test func parametersAreSet() throws {
        #expect(try command.run("check spec.say --tries 2000 --only small --set limit=2").code == 0)
        let misspelt = try command.run("check spec.say --set limt=2")
        #expect(misspelt.code == 2 && misspelt.errors.contains("did you mean `limit`?"))
        let word = try command.run("check spec.say --set limit=much")
        #expect(word.code == 2 && word.errors.contains("`--set limit=much` is not a Real"))
        #expect(try command.run("check spec.say --set limit").code == 2)
        #expect(try command.run("check spec.say --set limit=1 --set limit=2").code == 2)
    }

    @Test func dryRunsTryNothing() throws {
        let result = try command.run("check spec.say --dry-run")
        #expect(result.code == 0)
        #expect(result.output.contains("n  Int in [0, 9]") && result.output.contains("10 inputs in all"))
        #expect(result.output.contains("x  Tensor[20] Real in [-1, 1]") && result.output.contains("follows gradients"))
        #expect(try command.files() == ["spec.say"])
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        try command.copyExample("planted")
        for line in ["spec.say", "planted/credit.say --all", "planted/approve.say", "planted/corner.say --no-shrink"] {
            let runs = try ["1", "1", "2"].map { threads in
                try command.run("check \(line) --tries 1500 --seed 5 --no-cases --json --threads \(threads)")
            }
            let texts = runs.map { $0.output.timeless }
            #expect(texts[0] == texts[1] && texts[0] == texts[2], "\(line)")
            #expect(runs.allSatisfy { $0.errors.isEmpty && $0.code == runs[0].code })
        }
    }

    @Test func jsonSaysWhatTheTextSays() throws {
        let result = try command.run("check spec.say --tries 2000 --json --no-cases")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let properties = try #require(object?["properties"] as? [[String: Any]])
        #expect(properties.map { $0["verdict"] as? String } == ["proved", "survived", "contradicted"])
        let examples = try #require(properties[2]["counterexamples"] as? [[String: Any]])
        let input = try #require((examples.first?["inputs"] as? [[String: Any]])?.first)
        #expect(input["name"] as? String == "x" && input["values"] as? [String] == ["0.5"])
        #expect(result.code == 1)
    }

    @Test func asFoundOrAsManyAsWanted() throws {
        let plain = try command.run("check spec.say --only small --tries 2000 --no-shrink --no-cases")
        #expect(plain.code == 1 && plain.output.contains("; not shrunk") && plain.output.contains("replay: not kept"))
        try command.copyExample("planted")
        let many = try command.run("check planted/credit.say --all --most 2 --tries 3000 --no-cases --json")
        let object = try JSONSerialization.jsonObject(with: Data(many.output.utf8)) as? [String: Any]
        for property in object?["properties"] as? [[String: Any]] ?? [] {
            let cases = (property["counterexamples"] as? [[String: Any]] ?? []).compactMap { $0["case"] as? String }
            #expect(cases.count <= 2 && Set(cases).count == cases.count)
        }
    }
}
