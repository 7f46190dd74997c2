import Certificates
import Foundation
import Hashing
import Testing

/// `gainsay check --certificate` and `gainsay verify-certificate`.
@Suite(.withExecutable) struct CertificateTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.write(
            """
            param limit: Real = 2
            property finite { forall n: Int in [0, 9] check n >= 0 }
            property product { forall x: Real in [-1, 1] check x * x - x + 0.3 > 0 }
            property sums { forall x: Tensor[2] in [-1, 1] check sum(abs(x)) <= limit + 0.5 and max(x) < 1.25 }

            """, to: "spec.say")
    }

    private func make() throws {
        #expect(try command.run("check spec.say --budget 5s --no-cases --certificate c.txt").code == 0)
    }

    @Test func whatIsProvedIsAccepted() throws {
        try make()
        let result = try command.run("verify-certificate c.txt spec.say")
        #expect(result.code == 0 && result.errors.isEmpty, "\(result)")
        #expect(result.output.contains("finite: accepted, all 10 inputs") && result.output.contains("sums: accepted"))
        #expect(try command.text(of: "c.txt").hasPrefix("gainsay certificate 1\ntool gainsay "))
        #expect(try command.files() == ["c.txt", "spec.say"])
        try command.write(try command.text(of: "spec.say"), to: "renamed.say")
        #expect(try command.run("verify-certificate c.txt renamed.say").code == 0)
    }

    @Test func theSameRunWritesTheSameBytes() throws {
        try make()
        let first = try command.text(of: "c.txt")
        try make()
        #expect(try command.text(of: "c.txt") == first)
    }

    @Test func whatWasChangedIsRefused() throws {
        try make()
        let text = try command.text(of: "c.txt")
        try command.write(text.replacing("cut 0", with: "cut 1"), to: "bent.txt")
        let bent = try command.run("verify-certificate bent.txt spec.say")
        #expect(bent.code == 1 && bent.output.contains("another SHA-256"))
        try command.write(text + "leaf 0\n", to: "long.txt")
        #expect(try command.run("verify-certificate long.txt spec.say").code == 1)
        let parameter = try command.run("verify-certificate c.txt spec.say --set limit=1")
        #expect(parameter.code == 1 && parameter.output.contains("refused"))
        try command.write(try command.text(of: "spec.say") + "// other\n", to: "spec.say")
        let spec = try command.run("verify-certificate c.txt spec.say")
        #expect(spec.code == 1 && spec.output.contains("spec `spec.say` is another"))
    }

    /// The hash of the spec alone made to fit: what is proved about is still another problem.
    @Test func anotherProblemIsRefused() throws {
        try make()
        let spec = try command.text(of: "spec.say")
        let changed = spec.replacing("+ 0.3", with: "+ 0.2")
        try command.write(changed, to: "spec.say")
        let lines = try command.text(of: "c.txt").replacing(
            SHA256.text(of: spec.utf8), with: SHA256.text(of: changed.utf8)
        )
        .split(separator: "\n").dropLast()
        let front = lines.joined(separator: "\n") + "\n"
        try command.write(front + "end sha256 \(SHA256.text(of: front.utf8))\n", to: "c.txt")
        let result = try command.run("verify-certificate c.txt spec.say")
        #expect(result.code == 1 && result.output.contains("product: refused, it is about another problem"))
        #expect(result.output.contains("finite: accepted"))
    }

    @Test func whatCannotBeToldIsSaid() throws {
        try command.write("property p { forall x: Real in [0, 1] check sin(x) < 2 }", to: "sine.say")
        let sine = try command.run("check sine.say --budget 5s --no-cases --certificate s.txt")
        #expect(sine.code == 3 && sine.errors.contains("no certificate for `p`: operator sine"), "\(sine)")
        try command.write("property q { forall x: Real in [0, 1] check x < 0.5 }", to: "false.say")
        let found = try command.run("check false.say --no-cases --certificate f.txt")
        #expect(found.code == 1 && found.errors.contains("is not written"))
        #expect(try command.files() == ["false.say", "sine.say", "spec.say"])
    }

    @Test func wrongUsage() throws {
        #expect(try command.run("verify-certificate none.txt spec.say").code == 2)
        #expect(try command.run("verify-certificate").code == 2)
        try command.write("nonsense\n", to: "c.txt")
        #expect(try command.run("verify-certificate c.txt spec.say").code == 1)
    }
}
