import Foundation
import Testing

/// `gainsay.toml`
@Suite(.withExecutable) struct ProjectTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.write("property small { forall x: Real in [0, 1] check x < 0.5 }\n", to: "specs/small.say")
        try command.write(
            """
            param most: Real = 1
            property bounded { forall x: Real in [0, 1] check x <= most }
            property positive { forall x: Real in [0, 1] check x > 0.25 }

            """, to: "specs/bounded.say")
    }

    private func project(_ text: String) throws { try command.write(text, to: "gainsay.toml") }

    @Test func checkAloneChecksWhatItNames() throws {
        try project(
            """
            [check]
            specs = ["specs/small.say"]
            budget = "1s"
            [spec.bounded]
            file = "specs/bounded.say"
            only = "bounded"
            set = { most = 2 }
            require = "proved"

            """)
        let result = try command.run("check --no-cases")
        #expect(result.code == 1 && result.errors.isEmpty)
        #expect(result.output.contains("small  specs/small.say:1:1\n  contradicted"))
        #expect(result.output.contains("bounded  specs/bounded.say:2:1\n  proved"))
        #expect(!result.output.contains("positive"))
    }

    @Test func theCommandLineComesFirst() throws {
        try project("[spec.b]\nfile = \"specs/bounded.say\"\nset = { most = 0.5 }\n[check]\nbudget = \"1s\"\n")
        #expect(try command.run("check --no-cases --only bounded").code == 1)
        #expect(try command.run("check --no-cases --only bounded --set most=1").code == 0)
        #expect(try command.run("check --no-cases specs/small.say").output.contains("small  specs/small.say"))
    }

    @Test func itIsFoundFromAFolderWithinItsOwn() throws {
        try project("[check]\nspecs = [\"specs/small.say\"]\nbudget = \"1s\"\n")
        try FileManager.default.createDirectory(
            at: command.folder.appendingPathComponent("a/b"), withIntermediateDirectories: true)
        let result = try command.run(["check", "--no-cases"], in: "a/b")
        #expect(result.code == 1 && result.output.contains("../../specs/small.say:1:1"))
    }

    @Test func aRequirementIsOfItsSpecAlone() throws {
        // sin has no proof within so few tries.
        try command.write("property s { forall x: Real in [0, 1] check sin(x) <= 1.5 }\n", to: "specs/s.say")
        try project("[check]\nbudget = \"1s\"\n[spec.s]\nfile = \"specs/s.say\"\nrequire = \"proved\"\n")
        #expect(try command.run("check --no-cases --tries 5").code == 1)
        try project("[check]\nbudget = \"1s\"\n[spec.s]\nfile = \"specs/s.say\"\n")
        #expect(try command.run("check --no-cases --tries 5").code == 0)
    }

    @Test(arguments: [
        ("", "no spec is named"),
        ("[check]\nspec = [\"a.say\"]\n", "did you mean `specs`?"),
        ("[check]\nspecs = [\"specs/small.say\"]\nbudget = \"soon\"\n", "`budget` is a time"),
        ("[other]\n", "none named `other`"),
        ("[spec.a]\nbudget = \"1s\"\n", "does not say `file`"),
        ("[spec.a]\nfile = \"specs/small.say\"\nset = { a = 1\n", "`}` is expected"),
        ("[spec.a]\nfile = \"specs/small.say\"\nset = 3\n", "is a table"),
    ])
    func mistakesAreToldWhereTheyStand(text: String, message: String) throws {
        try project(text)
        let result = try command.run("check")
        #expect(result.code == 2 && result.output.isEmpty)
        #expect(result.errors.contains(message) && result.errors.contains("gainsay.toml"), "\(result.errors)")
    }

    @Test func withoutOneItIsSaidHowToBeginOne() throws {
        let result = try command.run("check")
        #expect(result.code == 2 && result.errors.contains("specs = [\"my.say\"]"))
    }
}
