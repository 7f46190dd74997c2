import Foundation
import Testing

/// `gainsay diff`
@Suite(.withExecutable) struct DiffTests {
    private let command: Command
    private static let (old, new) = ("command python3 old.py", "command python3 new.py")

    init() throws {
        command = try Command()
        let serve = Command.examples.appendingPathComponent("serve.py")
        try FileManager.default.copyItem(at: serve, to: command.folder.appendingPathComponent("serve.py"))
        try model("old.py", "0.4 * x")
        try model("new.py", "0.6 * x")
        try command.write(
            """
            model net : (x: Real) -> (y: Real) from "net.onnx"
            property low { forall x: Real in [0, 1]; check net(x) <= 0.5 }
            property high { forall x: Real in [0, 1]; check net(x) >= 0.1 }
            property safe { forall x: Real in [0, 1]; check net(x) <= 2 }

            """, to: "spec.say")
    }

    private func model(_ name: String, _ body: String) throws {
        try command.write(
            """
            from serve import serve
            serve(lambda x: [\(body) for x in x], {"x": ("float64", [])}, {"y": ("float64", [])})

            """, to: name)
    }

    private func diff(_ old: String, _ new: String, _ more: String...) throws -> Command.Result {
        try command.run(["diff", old, new, "spec.say", "--tries", "2000"] + more)
    }

    @Test func whatOneKeepsAndTheOtherBreaksIsShown() throws {
        let result = try diff(Self.old, Self.new)
        #expect(result.code == 1, "\(result)")
        #expect(
            result.output.contains("low: survived -> contradicted, with \(Self.new)\n  contradicted  net(x) <= 0.5"))
        #expect(result.output.contains("at this input \(Self.old) keeps the property: margin 0.1"))
        // Both break it, at the same inputs.
        #expect(result.output.contains("high: contradicted -> contradicted\n"))
        #expect(result.output.contains("safe: survived -> survived\n"))
        #expect(result.output.hasSuffix("1 of 3 properties differ: low\n"))
        let back = try diff(Self.new, Self.old, "--only", "low")
        #expect(back.code == 1 && back.output.contains("low: contradicted -> survived, with \(Self.new)"))
    }

    @Test func aModelBesideItselfDiffersInNothing() throws {
        let result = try diff(Self.new, Self.new)
        #expect(result.code == 0 && result.output.hasSuffix("0 of 3 properties differ\n"), "\(result)")
    }

    @Test func theJSONHoldsBothReports() throws {
        let text = try diff(Self.old, Self.new, "--json").output
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["changed"] as? [String] == ["low"])
        let apart = try #require((object["apart"] as? [[String: Any]])?.first)
        #expect(apart["property"] as? String == "low" && apart["breaks"] as? String == "new")
        let old = try #require((object["old"] as? [String: Any])?["report"] as? [String: Any])
        #expect((old["properties"] as? [Any])?.count == 3)
    }

    @Test func aSpecWithoutAModelIsRefused() throws {
        try command.write("property never { forall x: Real in [0, 1] check x < 0.5 }\n", to: "spec.say")
        let none = try diff("a.onnx", "b.onnx")
        #expect(none.code == 2 && none.errors.contains("has no model"))
    }
}
