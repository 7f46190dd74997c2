import Foundation
import Testing

/// What programs ask of the program: `outline`, `--text`, `--progress`, JSON of all that is found.
@Suite(.withExecutable) struct ProgramTests {
    private let command: Command
    private static let spec = """
        enum Job = clerk "a clerk", nurse
        param top: Int = 9
        model net : (row: { age: Real?, job: Job }, x: Tensor[2, 3] at "in.0") -> (label: Job, t: Text[0..8]) from "none.onnx"
        data rows : { n: Int } from "none.csv"
        property first "a title" {
          forall n: Int in [0, top]
          check n < 10
        }
        property many(n: Int in [1, 2]) { forall row in rows check row.n < n }
        """

    init() throws { command = try Command() }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func anOutlineReadsNoModelAndNoData() throws {
        try command.write(Self.spec, to: "spec.say")
        let result = try command.run("outline spec.say --json")
        #expect(result.code == 0 && result.errors.isEmpty)
        let outline = try object(result.output)
        let properties = try #require(outline["properties"] as? [[String: Any]])
        #expect(properties.map { $0["name"] as? String } == ["first", "many"])
        #expect(properties.map { $0["line"] as? Int } == [5, 9] && properties[0]["lastLine"] as? Int == 8)
        #expect(properties.map { $0["isFamily"] as? Bool } == [false, true])
        let model = try #require((outline["models"] as? [[String: Any]])?.first)
        let inputs = try #require(model["inputs"] as? [[String: Any]])
        #expect(inputs.map { $0["type"] as? String } == ["record", "real"] && inputs[1]["tensor"] as? String == "in.0")
        #expect(inputs[1]["shape"] as? [Int] == [2, 3])
        let fields = try #require(inputs[0]["fields"] as? [[String: Any]])
        #expect(fields.map { $0["type"] as? String } == ["missing", "category"])
        #expect(fields[1]["texts"] as? [String] == ["a clerk", "nurse"])
        #expect((model["outputs"] as? [[String: Any]])?.last?["longest"] as? Int == 8)
        let text = try command.run("outline spec.say").output
        #expect(text.contains("property  first: a title  spec.say:5\n") && text.contains("property  many(...)"))
    }

    @Test func anOutlineOfNoSpecIsAnError() throws {
        try command.write("property p { check", to: "spec.say")
        let result = try command.run("outline spec.say --json")
        #expect(result.code == 2 && result.output.isEmpty && result.errors.contains("spec.say:1:"))
    }

    @Test func aTextIsCalledByThePath() throws {
        try command.write("property p { forall n: Int in [0, 9] check m < 5 }", to: "text")
        try command.write("n\n1\n", to: "folder/rows.csv")
        let wrong = try command.run("check folder/test.py --text text --no-cases")
        #expect(wrong.code == 2 && wrong.errors.contains("folder/test.py:1:44"))
        try command.write(
            "data rows : { n: Int } from \"rows.csv\" property p { forall row in rows check row.n > 1 }", to: "text")
        let found = try command.run("check folder/test.py --text text --json")
        #expect(found.code == 1)
        let property = try #require((try object(found.output)["properties"] as? [[String: Any]])?.first)
        #expect((property["text"] as? String)?.contains("contradicted  row.n > 1") == true)
        let example = try #require((property["counterexamples"] as? [[String: Any]])?.first)
        let row = try #require((example["inputs"] as? [[String: Any]])?.first?["row"] as? [String: Any])
        let column = try #require((row["columns"] as? [[String: Any]])?.first)
        #expect(column["type"] as? String == "integer" && column["values"] as? [String] == ["1"])
        let id = try #require(example["case"] as? String)
        #expect(try command.run("replay \(id) --text text").code == 1)
        #expect(try command.run("check a.say b.say --text text").code == 2)
    }

    @Test func progressIsToldALineAtATime() throws {
        try command.write(
            "property p { forall x: Tensor[20] in [-1, 1] check sum(x * x) + sum((1 + x) * (1 - x)) < 20.000001 }",
            to: "spec.say")
        let result = try command.run("check spec.say --no-cases --budget 600ms --progress progress")
        #expect(result.code == 0)
        let events = try command.text(of: "progress").split(separator: "\n").map { try object(String($0)) }
        #expect(events.first?["number"] as? Int == 1 && events.first?["of"] as? Int == 1)
        #expect(events.last?["verdict"] as? String == "survived")
        #expect(events.contains { ($0["count"] as? Int ?? 0) > 0 && $0["words"] is String })
        #expect(try command.run("check spec.say --progress none/progress").code == 2)
    }

    @Test func anAnswerToAQueryIsJSON() throws {
        try command.copyExample("digits")
        let bounds = (0..<64).map { "(assert (and (>= X_\($0) 0.0) (<= X_\($0) 1.0)))\n" }.joined()
        let names =
            (0..<64).map { "(declare-const X_\($0) Real)\n" } + (0..<10).map { "(declare-const Y_\($0) Real)\n" }
        try command.write(names.joined() + bounds + "(assert (>= Y_3 Y_0))\n", to: "query.vnnlib")
        let line = "verify query.vnnlib --network digits/digits.onnx --timeout 10 --json"
        let found = try object(try command.run(line).output)
        #expect(found["answer"] as? String == "sat")
        let tensors = try #require(found["assignment"] as? [[String: Any]])
        #expect(tensors.map { ($0["values"] as? [Double])?.count } == [64, 10])
        try command.write(names.joined() + bounds + "(assert (>= Y_3 100000.0))\n", to: "query.vnnlib")
        let none = try object(try command.run(line).output)
        #expect(none["answer"] as? String == "unsat" && none["assignment"] == nil && none["notes"] as? [String] == [])
    }

    @Test func aFirstSpecIsJSON() throws {
        try command.copyExample("digits")
        let first = try object(try command.run("init digits/digits.onnx --json --output -").output)
        #expect((first["text"] as? String)?.contains("property") == true && first["path"] == nil)
        let written = try object(try command.run("init digits/digits.onnx --json --output net.say").output)
        let file = try command.text(of: "net.say")
        #expect(written["path"] as? String == "net.say" && written["text"] as? String == file)
    }
}
