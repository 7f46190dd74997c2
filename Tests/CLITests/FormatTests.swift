import Testing

/// `gainsay format` and `gainsay import`: files are written whole or not at all.
@Suite(.withExecutable) struct FormatTests {
    private let command: Command
    private static let query = """
        (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
        (assert (>= X_0 0)) (assert (<= X_0 1)) (assert (>= X_1 0)) (assert (<= X_1 1)) (assert (>= Y_0 0.5))

        """

    init() throws { command = try Command() }

    @Test func oneLayout() throws {
        let crooked = "property p {forall x:Real in [0,1]\ncheck x<0.5}"
        try command.write(crooked, to: "p.say")
        let refused = try command.run("format --check p.say")
        #expect(refused.code == 1 && refused.output == "p.say is not in the layout\n")
        #expect(try command.text(of: "p.say") == crooked)
        #expect(try command.run("format p.say").code == 0)
        #expect(try command.text(of: "p.say") == "property p {\n  forall x: Real in [0, 1]\n  check x < 0.5\n}\n")
        #expect(try command.run("format --check p.say").code == 0)
        #expect(try command.files() == ["p.say"])
    }

    @Test func mistakesAreLeftAsTheyAre() throws {
        let broken = "property p { forall x: Real in [0, 1] check x < }"
        try command.write(broken, to: "p.say")
        let result = try command.run("format p.say")
        #expect(result.code == 2 && result.errors.hasPrefix("error["))
        #expect(try command.text(of: "p.say") == broken)
        #expect(try command.run("format missing.say").code == 2)
        #expect(try command.files() == ["p.say"])
    }

    @Test func whatIsImportedIsASpec() throws {
        try command.write(Self.query, to: "p.vnnlib")
        #expect(try command.run("import p.vnnlib -o p.say").code == 0)
        #expect(try command.text(of: "p.say").contains("forall x: Tensor[2]"))
        // No model is there: it is named, and the spec is otherwise right.
        let checked = try command.run("check p.say")
        #expect(checked.code == 2 && checked.errors.contains("net.onnx") && !checked.errors.contains("error[unknown"))
        #expect(try command.run("import p.vnnlib").output == command.text(of: "p.say"))
    }

    @Test func whatCannotBeImportedWritesNothing() throws {
        try command.write(Self.query, to: "p.vnnlib")
        try command.write("(assert (>= X_0", to: "open.vnnlib")
        #expect(try command.run("import open.vnnlib -o out.say").code == 2)
        #expect(try command.run("import p.vnnlib --model missing.onnx -o out.say").code == 2)
        #expect(try command.run("import p.vnnlib -o no/folder.say").code == 2)
        #expect(try command.files() == ["open.vnnlib", "p.vnnlib"])
    }
}
