import Foundation
import Testing

/// `check --baseline`
@Suite(.withExecutable) struct BaselineTests {
    private let command: Command

    init() throws {
        command = try Command()
        try spec("0.5")
    }

    private func spec(_ bound: String) throws {
        try command.write(
            """
            enum Side = left, middle, right
            property small { forall s: Side, x: Real in [0, 1] check x < \(bound) or s == middle }

            """, to: "spec.say")
    }

    private static let line = "check spec.say --no-cases --tries 3000 --baseline known.json"

    @Test func whatIsAcceptedDoesNotFailAndWhatIsNewDoes() throws {
        let missing = try command.run(Self.line)
        #expect(missing.code == 2 && missing.errors.contains("`--accept` writes it"))
        let first = try command.run(Self.line + " --accept")
        #expect(first.code == 0 && first.errors.contains("1 accepted here"), "\(first)")
        let side = try command.text(of: "known.json").contains("s = left") ? "right" : "left"
        // The search goes on past what is known, and meets the other side.
        let second = try command.run(Self.line)
        #expect(
            second.code == 1 && second.output.contains("new: 1 of 2 counterexamples is not in known.json"), "\(second)")
        #expect(second.output.contains(side) && second.errors.contains("`--accept` adds"))
        #expect(try command.run(Self.line + " --accept").code == 0)
        let third = try command.run(Self.line)
        #expect(third.code == 0 && third.output.contains("contradicted"), "\(third)")
        #expect(third.output.contains("accepted: known.json has all that is shown here"))
        #expect(try command.run(Self.line + " --json").output.contains("\"accepted\" : true"))
    }

    @Test func whatIsGoneIsTold() throws {
        #expect(try command.run(Self.line + " --all --accept").code == 0)
        try spec("2")
        let mended = try command.run(Self.line)
        #expect(mended.code == 0, "\(mended)")
        #expect(mended.output.contains("gone: what known.json accepts no longer fails: x < 0.5 or s == middle; s = "))
        #expect(try command.run(Self.line + " --accept").code == 0)
        #expect(try !command.text(of: "known.json").contains("small"))
    }

    @Test func whereAnyCaseFailsOneIsAll() throws {
        try command.write(
            "enum Side = left, right\nproperty small { forall _s: Side, x: Real in [0, 1] check x < 0.5 }\n",
            to: "spec.say")
        #expect(try command.run(Self.line + " --accept").code == 0)
        #expect(try command.run(Self.line).code == 0)
    }

    @Test func numbersMayDiffer() throws {
        #expect(try command.run(Self.line + " --all --accept").code == 0)
        // The same check, met elsewhere: the least input that fails is another.
        try command.write(
            try command.text(of: "spec.say").replacing("in [0, 1]", with: "in [0.6, 1]"), to: "spec.say")
        #expect(try command.run(Self.line).code == 0)
    }

    @Test func anotherFileIsRefused() throws {
        try command.write("{}", to: "known.json")
        let result = try command.run(Self.line)
        #expect(result.code == 2 && result.errors.contains("is no baseline"))
        #expect(try command.run("check spec.say --accept").code == 2)
    }
}
