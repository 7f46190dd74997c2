import Foundation
import Models
import Tensors
import Testing

/// Ctrl-C: what was found so far is printed, and what was not checked is never taken for checked.
@Suite(.withExecutable) struct InterruptTests {
    private let command: Command
    /// True by an identity that neither bounds nor samples see.
    private static let endless =
        "property endless { forall x: Tensor[20] in [-1, 1] check sum(x * x) + sum((1 + x) * (1 - x)) < 20.000001 }\n"
    private static let quick = "property quick { forall n: Int in [0, 9] check n >= 0 }\n"

    init() throws { command = try Command() }

    /// Starts a check of `spec.say` and interrupts it.
    private func interrupted(_ options: String...) throws -> (result: Command.Result, seconds: Double) {
        let running = try command.start(["check", "spec.say", "--no-cases", "--budget", "20s"] + options)
        running.interrupt()
        let start = Date()
        return (try running.finish(), Date().timeIntervalSince(start))
    }

    @Test func whatSurvivedSoFarIsPrinted() throws {
        try command.write(Self.quick + Self.endless, to: "spec.say")
        let (result, seconds) = try interrupted()
        #expect(result.code == 3 && seconds < 5)
        #expect(result.output.contains("proved  all 10 inputs"))
        #expect(result.output.contains("interrupted: the search was not run to its end"))
        #expect(result.errors.isEmpty)
    }

    @Test func whatWasNotCheckedIsSaid() throws {
        try command.write(Self.endless + Self.quick, to: "spec.say")
        let (result, _) = try interrupted()
        #expect(result.code == 3)
        #expect(result.errors == "note: interrupted before 1 of 2 properties was checked\n")
    }

    @Test func jsonStaysWhole() throws {
        try command.write(Self.endless, to: "spec.say")
        let (result, _) = try interrupted("--json")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let property = try #require((object?["properties"] as? [[String: Any]])?.first)
        #expect(result.code == 3 && property["interrupted"] as? Bool == true)
    }

    /// What is known, and what was not come to.
    @Test func reportsHoldWhatIsKnown() throws {
        try command.write(Self.quick + Self.endless + Self.quick.replacing("quick", with: "later"), to: "spec.say")
        let (result, _) = try interrupted(
            "--junit", "run.xml", "--sarif", "run.sarif", "--markdown", "run.md", "--html", "run.html")
        #expect(result.code == 3)
        let junit = try command.text(of: "run.xml")
        #expect(junit.contains("tests=\"3\" failures=\"0\" errors=\"0\" skipped=\"2\""))
        #expect(junit.contains("not checked: interrupted") && junit.contains("proved  all 10 inputs"))
        #expect(try command.text(of: "run.sarif").contains("\"executionSuccessful\" : false"))
        #expect(try command.text(of: "run.md").contains("| not checked |"))
        #expect(try command.text(of: "run.html").contains("Interrupted: the search was not run to its end."))
        #expect(try command.files() == ["run.html", "run.md", "run.sarif", "run.xml", "spec.say"])
    }

    /// y1 - y0 is x1 but for rounding, so that the search goes on for a violation that is more than that, in vain.
    @Test func aSearchBeyondRoundingIsNoEnd() throws {
        var model = ModelWriter()
        model.input("x", .float32, [1, 2])
        model.initializer("w", try Tensor(TensorType(.float32, Shape([2, 2])), rounding: [1, 1, 0, 1]))
        model.node("MatMul", ["x", "w"], ["y"])
        model.output("y", .float32, [1, 2])
        try command.write(model.bytes(), to: "add.onnx")
        try command.write(
            """
            model net : (x: Tensor[1, 2]) -> (y: Tensor[1, 2]) from "add.onnx"
            property close {
              forall x: Tensor[1, 2] in [[[0.05, 0.3]], [[0.2, 0.30000002]]]
              check net(x)[0, 1] - net(x)[0, 0] > 0.300000005
            }
            \(Self.quick)
            """, to: "spec.say")
        let (result, _) = try interrupted()
        #expect(result.code == 3)
        #expect(result.output.contains("rounding-boundary") && result.output.contains("interrupted"))
        #expect(result.errors.contains("before 1 of 2 properties"))
    }
}
