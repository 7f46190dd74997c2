import Foundation
import Testing

/// Wrong input on purpose: an exit code of 2, words that say what and where, and no traces.
@Suite(.withExecutable) struct WrongInputTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.copyExample("digits")
        try command.write("", to: "empty.say")
        try command.write((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 >> 3) }, to: "junk.say")
        for name in ["junk.onnx", "junk.npz", "junk.npy", "junk.vnnlib"] {
            try command.write((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 >> 3) }, to: name)
        }
        let model = try Data(contentsOf: command.folder.appendingPathComponent("digits/digits.onnx"))
        try command.write(Array(model.prefix(model.count / 2)), to: "cut.onnx")
        try command.write(
            "property p { forall x: Real in [0, 1] where x > 2 check x < 1 }", to: "contradictory.say")
        try command.write(
            """
            (declare-const X_0 Real) (declare-const Y_0 Real)
            (assert (>= X_0 0)) (assert (<= X_0 1)) (assert (>= Y_0 0.5))
            """, to: "p.vnnlib")
    }

    @Test(arguments: [
        ("chekc missing.say", "there is no command `chekc`; did you mean `check`?"),
        ("digits/digits.say", "did you mean `gainsay check digits/digits.say`?"),
        ("frobnicate", "there is no command `frobnicate`: `gainsay --help` lists them"),
        ("check missing.say", "cannot read `missing.say`"),
        ("check .", "it is a folder"),
        ("check empty.say", "nothing was checked"),
        ("check junk.say", "error["),
        ("check contradictory.say", "error[domain-empty]: no value is left for `x`"),
        ("check digits/digits.say --model net=junk.onnx", "not a readable ONNX file"),
        ("check digits/digits.say --model net=cut.onnx", "not a readable ONNX file"),
        ("check digits/digits.say --model net=empty.say", "error[file-unreadable]"),
        ("check digits/digits.say --model net=digits", "it is a folder"),
        ("check digits/digits.say --model nte=cut.onnx", "did you mean `net`?"),
        ("check digits/digits.say --data test=junk.npz", "error[file-unreadable]"),
        ("check digits/digits.say --data test=junk.npy", "error[file-unreadable]"),
        ("check digits/digits.say --data test=junk.onnx", "data files end in .npz, .npy, .csv, .tsv, .jsonl or .wav"),
        ("check digits/digits.say --data tset=junk.npz", "did you mean `test`?"),
        ("check digits/digits.say --only robast", "did you mean `robust`?"),
        ("check digits/digits.say --only (", "missing closing parenthesis"),
        ("check p.vnnlib", "say `--model net=FILE`"),
        ("check p.vnnlib --model net=digits/digits.onnx", "the property has 1 variables `X_i`, and the model's input"),
        ("check p.vnnlib --model net=junk.onnx", "junk.onnx: not a readable ONNX file"),
        ("check junk.vnnlib --model net=digits/digits.onnx", "error[vnnlib-syntax]"),
        ("check p.vnnlib --model net=digits/digits.onnx --set eps=1", "no parameters"),
        ("check digits/digits.say --tries 0", "--tries takes at least 1"),
        ("check digits/digits.say --threads 0", "--threads takes 1 to 1024"),
        ("check digits/digits.say --budget 3x", "invalid for '--budget"),
        ("check digits/digits.say --seed -1", "seed"),
        ("chekc digits/digits.say", "chekc"),
        ("replay nothing", "there are no cases"), ("cases show nothing", "there are no cases"),
        ("cases delete", "say which cases, or --all"),
    ])
    func isSaid(_ line: String, _ words: String) throws {
        let before = try command.files()
        let result = try command.run(line)
        #expect(result.code == 2 && result.output.isEmpty)
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(!result.errors.contains("error: error") && !result.errors.contains("error: warning"))
        #expect(try command.files() == before)
    }

    /// The declared and the found shape, both.
    @Test func shapesThatDifferAreBothNamed() throws {
        try command.copyExample("quadrotor")
        let result = try command.run("check digits/digits.say --model net=quadrotor/quadrotor.onnx")
        #expect(result.code == 2)
        #expect(result.errors.contains("declares 1 input, its file has 2") && result.errors.contains("float32[1, 22]"))
    }
}
