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

    private func write(_ folder: TinyModelFolder, to name: String, shards: Int = 1) throws {
        for (file, bytes) in folder.files(shards: shards) { try command.write(bytes, to: "\(name)/\(file)") }
    }

    @Test func aFolderIsAModel() throws {
        try write(TinyModelFolder(TinyLanguageModel()), to: "one")
        try write(TinyModelFolder(TinyLanguageModel()), to: "three", shards: 3)
        let property = "property p { forall a: Text matching /(in|on) the (hour|way)/ check perplexity(lm, a) < 1 }"
        var answers: Set<String> = []
        for place in [
            "one", "one/", "one/config.json", "one/model.safetensors", "three", "three/model.safetensors.index.json",
        ] {
            try command.write("language model lm from \"\(place)\"\n\(property)\n", to: "spec.say")
            let result = try command.run("check spec.say --seed 1 --no-cases")
            #expect(result.code == 1, "\(place) \(result.errors)")
            answers.insert(String(try #require(result.output.firstMatch(of: /perplexity\(lm, a\) +([0-9.]+)/)?.1)))
        }
        #expect(answers.count == 1)
        let told = try command.run("inspect three")
        #expect(told.code == 0 && told.output.contains("three  safetensors,"), "\(told.output)")
        #expect(
            told.output.contains("model  llama,") && told.output.contains("declare  language model lm from \"three\""))
    }

    @Test func whatAFolderLacksIsLocated() throws {
        var files = TinyModelFolder(TinyLanguageModel()).files()
        files["tokenizer.json"] = nil
        for (file, bytes) in files { try command.write(bytes, to: "one/\(file)") }
        try command.write(
            "language model lm from \"one\"\nproperty p { check length(reply(lm, \"a\", tokens: 2)) < 9 }\n",
            to: "spec.say")
        let result = try command.run("check spec.say")
        #expect(result.code == 2 && result.errors.contains("tokenizer.json"), "\(result.errors)")
        #expect(result.errors.contains("spec.say:1:24"))
        // What could not be read is told once.
        #expect(result.errors.components(separatedBy: "error[").count == 2, "\(result.errors)")
    }

    @Test func textsAreVectorsToAnEncoder() throws {
        try write(.encoder(), to: "encoder")
        try command.write(
            """
            language model enc from "encoder"
            property apart { forall a: Text matching /the (water|hour)/ check cosine(embed(enc, a), embed(enc, "the hour")) > 0.999999 }
            property same { forall a: Text matching /the (water|hour)/ check l2(embed(enc, a) - embed(enc, a ++ "")) <= 0 }
            property long { forall a: Text matching /x{50}/ check not (embed(enc, a)[0] <= 0) and not (embed(enc, a)[0] > 0) }
            """, to: "spec.say")
        let result = try command.run("check spec.say --seed 1 --no-cases")
        #expect(result.output.contains("\"the water\""), "\(result.output)\(result.errors)")
        // 50 letters and what stands around them are more than the 40 tokens of the context.
        #expect(result.output.contains("embed(enc, a)[0]  nan"), "\(result.output)")
        #expect(result.output.contains("3 properties: 2 contradicted, 1 proved"), "\(result.output)")
        try command.write(
            "language model enc from \"encoder\"\nproperty p { forall a: Text[1..3] check length(next(enc, a)) < 9 }\n",
            to: "spec.say")
        let asked = try command.run("check spec.say")
        #expect(asked.code == 2 && asked.errors.contains("`enc` is an encoder: it says nothing of what follows a text"))
        let told = try command.run("inspect encoder")
        #expect(told.output.contains("an encoder; embed (16 numbers, the mean of all tokens)"), "\(told.output)")
    }

    @Test func aModelIsAskedInItsOwnForm() throws {
        var folder = TinyModelFolder(TinyLanguageModel())
        folder.others["tokenizer_config.json"] =
            #"{"bos_token": "<|start|>", "chat_template": "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}{% endfor %}{% if messages | length > 2 or 'no' in messages[-1].content %}{{ raise_exception('not so') }}{% endif %}<answer>"}"#
        try write(folder, to: "chat")
        func check(_ property: String) throws -> Command.Result {
            try command.write("language model lm from \"chat\"\n\(property)\n", to: "spec.say")
            return try command.run("check spec.say --seed 1 --no-cases")
        }
        let whole = try check(
            "property p { forall a: Text matching /(go|stay)/ check chat(lm, \" \" ++ a ++ \" \", system: \"Be.\") == \"<|start|><system>Be.<user>\" ++ a ++ \"<answer>\" }"
        )
        #expect(whole.output.contains("proved"), "\(whole.output)\(whole.errors)")
        let asked = try check(
            "property p { forall a: Text matching /(go|stay)/ check length(reply(lm, chat(lm, a), tokens: 2)) < 40 }")
        #expect(asked.code == 0, "\(asked.output)\(asked.errors)")
        let refused = try check("property p { forall a: Text matching /go/ check length(chat(lm, \"no\" ++ a)) == 0 }")
        #expect(refused.code == 0, "\(refused.output)\(refused.errors)")
        folder.others["tokenizer_config.json"] = #"{"chat_template": "{% if %}"}"#
        try write(folder, to: "chat")
        let broken = try check("property p { forall a: Text matching /go/ check length(chat(lm, a)) == 0 }")
        #expect(
            broken.code == 2 && broken.errors.contains("what `lm` is asked cannot be written in its own form"),
            "\(broken.errors)")
    }
}
