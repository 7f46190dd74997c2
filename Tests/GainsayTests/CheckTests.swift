import Foundation
import Gainsay
import GainsayTesting
import Testing

/// The public library, as a package that depends on it sees it.
@Suite struct LibraryTests {
    private static let square = """
        model net : (x: Real) -> (y: Real)

        property below "the square stays below 1" {
          forall x: Real in [-2, 2]
          check net(x) <= 1
        }

        property bounded {
          forall x: Real in [-2, 2]
          check x * x <= 4
        }
        """

    private func options(_ model: Model) -> CheckOptions {
        var options = CheckOptions()
        options.models["net"] = model
        options.tries = 2000
        return options
    }

    @Test("asks functions, and shows what contradicts")
    func function() throws {
        let model = Model.function { inputs in inputs.map { [$0[0] * $0[0]] } }
        let report = try check(.text(Self.square), options(model))
        #expect(report.properties.map(\.name) == ["below", "bounded"])
        let below = try #require(report["below"])
        #expect(below.verdict == .contradicted && below.title == "the square stays below 1")
        #expect(below.location.file == "spec.say" && below.location.line == 3 && below.location.column == 1)
        let input = try #require(below.counterexamples.first?["x"]?.numbers)
        #expect(input.count == 1 && input[0] * input[0] > 1)
        #expect(report.description.contains("contradicted") && report.contradicted.count == 1)
        #expect(report["bounded"]?.verdict == .survived)
    }

    @Test("proves what a budget leaves time for")
    func proof() throws {
        var options = CheckOptions()
        options.models["net"] = .function { inputs in inputs.map { [$0[0]] } }
        options.budget = .seconds(2)
        options.only = "bounded"
        #expect(try check(.text(Self.square), options).properties.map(\.verdict) == [.proved])
    }

    @Test("says what is wrong with a function's answers")
    func wrongAnswers() {
        let model = Model.function { inputs in inputs.map { _ in [1, 2] } }
        let error = #expect(throws: GainsayError.self) { try check(.text(Self.square), options(model)) }
        #expect(error?.description.contains("wanted are 1 numbers each: y []") ?? false)
    }

    @Test("says what is wrong with a spec")
    func mistakes() throws {
        let error = #expect(throws: GainsayError.self) { try check(.text("property p { check", named: "mine.say")) }
        #expect(error?.description.contains("mine.say:1:") ?? false)
        let missing = #expect(throws: GainsayError.self) { try check(.file("none.say")) }
        #expect(missing?.description.contains("cannot read `none.say`") ?? false)
        let stranger = #expect(throws: GainsayError.self) {
            try check(.text("property p { forall x: Real in [0, 1] check x >= 0 }"), options(.function { $0 }))
        }
        #expect(stranger?.description.contains("declares no model named `net`") ?? false)
    }

    @Test("is the same report for the same seed, however many threads", arguments: [1, 3])
    func deterministic(threads: Int) throws {
        var options = options(.function { inputs in inputs.map { [$0[0] * $0[0]] } })
        options.threads = threads
        options.seed = 9
        let example = try check(.text(Self.square), options)["below"]?.counterexamples.first
        options.threads = 2
        #expect(try check(.text(Self.square), options)["below"]?.counterexamples.first?.inputs == example?.inputs)
    }

    @Test("records an issue at the place in the spec", .checkBudget(.milliseconds(300)))
    func issue() throws {
        try withKnownIssue {
            try expectHolds(.text(Self.square), models: ["net": .function { inputs in inputs.map { [$0[0] * $0[0]] } }])
        } matching: { issue in
            issue.sourceLocation?.line == 3 && issue.comments.contains { $0.rawValue.contains("contradicted") }
        }
    }

    @Test("asks for proofs where they are wanted")
    func proofWanted() throws {
        let text = "property p { forall x: Real in [0, 1] check x >= 0 }"
        try expectHolds(.text(text), requiringProof: true)
        var options = CheckOptions()
        options.tries = 100
        withKnownIssue { try expectHolds(.text(text), requiringProof: true, options: options) }
        try expectHolds(.text(text), options: options)
    }
}
