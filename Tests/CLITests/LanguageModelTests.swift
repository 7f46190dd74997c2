import Foundation
import Testing
import TinyLanguageModel

/// Language models as a user checks them: a model of random weights beside the spec.
@Suite(.withExecutable) struct LanguageModelTests {
    private let command: Command

    init() throws {
        command = try Command()
        try command.write(TinyLanguageModel().bytes, to: "tiny.gguf")
    }

    private func check(_ property: String, _ options: String = "--tries 3000") throws -> Command.Result {
        try command.write("language model lm from \"tiny.gguf\"\n\(property)\n", to: "spec.say")
        return try command.run("check spec.say --seed 1 \(options)")
    }

    /// The plainest text of tokens that has "the" in it is the token `the`: the 5th merge behind 256 bytes.
    @Test func aPlantedTextIsFoundAndMadeTheLeast() throws {
        let result = try check("property none { forall s: Tokens(lm)[1..4] check not (s contains \"the\") }")
        #expect(result.code == 1)
        #expect(result.output.contains("\"the\"   (tokens 260)"), "\(result.output)\(result.errors)")
    }

    @Test func aSuffixIsFoundBySlopesAndReplayedFromItsText() throws {
        let result = try check(
            "property rare { forall s: Tokens(lm)[1..3] check logprob(lm, \"q\", after: \"in the\" ++ s) < -4.2 }")
        #expect(result.code == 1, "\(result.output)\(result.errors)")
        let id = try #require(result.output.firstMatch(of: /gainsay replay ([0-9a-f]+)/)?.1)
        let replayed = try command.run("replay \(id)")
        #expect(replayed.code == 1, "\(replayed.output)\(replayed.errors)")
        #expect(replayed.output.contains("(tokens "))
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        let property =
            "property rare { forall s: Tokens(lm)[1..3] check logprob(lm, \"q\", after: \"in the\" ++ s) < -4.2 }"
        let (one, other) = (
            try check(property, "--tries 3000 --json --threads 1"),
            try check(property, "--tries 3000 --json --threads 2")
        )
        func inputs(_ text: String) -> Substring? { text.firstMatch(of: /"inputs"(?s:.)*?\]\s*,\s*"name"/)?.0 }
        #expect(inputs(one.output) == inputs(other.output))
        #expect(one.code == 1 && other.code == 1)
    }

    @Test func whatIsAskedIsAnswered() throws {
        let result = try check(
            """
            property told {
              forall a: Text matching /(in|on) the (hour|way)/
              let said = reply(lm, a, tokens: 3)
              check length(said) <= 60 and perplexity(lm, a) > 1 and margin(lm, a, tokens: 3) >= 0 and length(next(lm, a)) > 0
            }
            """)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
    }

    @Test func aFileIsInspected() throws {
        let result = try command.run("inspect tiny.gguf")
        #expect(result.code == 0)
        #expect(result.output.contains("model  llama, \"tiny\""), "\(result.output)")
        #expect(result.output.contains("tokenizer  byte-level BPE (smollm), 269 tokens"))
        try command.write(Array("GGUF".utf8) + [9, 0, 0, 0], to: "broken.gguf")
        let broken = try command.run("inspect broken.gguf")
        #expect(broken.code == 2 && broken.output.contains("version 9 of GGUF is not known"))
    }

    @Test func aBrokenModelIsLocated() throws {
        try command.write(Array(TinyLanguageModel().bytes.prefix(5000)), to: "tiny.gguf")
        let result = try check("property p { check length(reply(lm, \"a\", tokens: 2)) < 9 }")
        #expect(result.code == 2)
        #expect(result.errors.contains("spec.say:1:24"), "\(result.errors)")
    }
}
