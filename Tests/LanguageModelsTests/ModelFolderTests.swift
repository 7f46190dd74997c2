import Mutations
import Tensors
import Testing
import TinyLanguageModel

@testable import LanguageModels

@Suite struct ModelFolderTests {
    private func load(_ files: [String: [UInt8]]) throws -> LanguageModel {
        func open<Result>(
            _ names: ArraySlice<String>, _ found: [String: UnsafeRawBufferPointer],
            _ body: ([String: UnsafeRawBufferPointer]) throws -> Result
        ) throws -> Result {
            guard let name = names.first else { return try body(found) }
            return try files[name]!.withUnsafeBytes { bytes in
                try open(names.dropFirst(), found.merging([name: bytes]) { $1 }, body)
            }
        }
        return try open(files.keys.sorted()[...], [:]) { bytes in
            let names =
                try bytes["model.safetensors.index.json"].map { try ModelFolder.shards($0) } ?? ["model.safetensors"]
            var folder = ModelFolder(
                config: bytes["config.json"]!, vocabulary: bytes["tokenizer.json"]!,
                weights: try names.map { name in
                    guard let weights = bytes[name] else { throw LanguageModelError("no file") }
                    return (name, weights)
                })
            (folder.options, folder.pooling) = (bytes["tokenizer_config.json"], bytes["1_Pooling/config.json"])
            return try LanguageModelFile(folder).load(threads: 1)
        }
    }

    private func failure(_ files: [String: [UInt8]]) -> String? {
        do {
            _ = try load(files)
            return nil
        } catch { return "\(error)" }
    }

    /// Qwen2's rows lie alike in both, so the numbers are the same to the last bit; Llama's do not.
    @Test func aFolderIsTheSameModelAsItsFile() throws {
        var tiny = TinyLanguageModel()
        tiny.architecture = "qwen2"
        let tokens = LanguageModelTests.ids(40)
        let expected = try tiny.bytes.withUnsafeBytes {
            try LanguageModelFile(gguf: $0).load(threads: 1).logits(tokens)
        }
        for shards in [1, 3] {
            let model = try load(TinyModelFolder(tiny).files(shards: shards))
            #expect(try model.logits(tokens) == expected)
            #expect(model.tokenizer.endings == [Int32(tiny.vocabulary - 1)])
            #expect(
                try model.tokenizer.encode("in the hour 12<|end|>")
                    == LanguageModelTests.model().tokenizer.encode("in the hour 12<|end|>"))
        }
        tiny.architecture = "llama"
        #expect(try load(TinyModelFolder(tiny).files()).logits(tokens) == expected)
    }

    @Test func anEmbeddingDependsOnItsTextAlone() throws {
        var folder = TinyModelFolder.encoder()
        let model = try load(folder.files())
        let texts = try ["the hour", "a", "other water", "xyz the", "the hour"].map { try model.tokenizer.encode($0) }
        let together = try model.embeddings(texts)
        for (tokens, numbers) in zip(texts, together) {
            #expect(try model.embeddings([tokens]) == [numbers])
            #expect(numbers.count == 16 && numbers.allSatisfy(\.isFinite))
        }
        #expect(together[0] == together[4] && together[0] != together[1])
        #expect(!model.hasGradient)
        folder.others["1_Pooling/config.json"] = #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#
        #expect(try load(folder.files()).embeddings(texts) != together)
        folder.others["1_Pooling/config.json"] = #"{"pooling_mode_max_tokens": true}"#
        #expect(failure(folder.files())?.contains("pooled by `max_tokens` are not supported") == true)
    }

    /// An encoder sees both ways: its first token's row tells of what follows.
    @Test func anEncoderSeesBothWays() throws {
        var folder = TinyModelFolder.encoder()
        folder.others["1_Pooling/config.json"] = #"{"pooling_mode_cls_token": true}"#
        let model = try load(folder.files())
        let (one, other) = (try model.tokenizer.encode("the a"), try model.tokenizer.encode("the b"))
        #expect(try model.embeddings([one]) != model.embeddings([other]))
    }

    @Test func whatIsNotSupportedIsNamed() throws {
        let whole = TinyModelFolder(TinyLanguageModel())
        func with(_ old: String, _ new: String) -> String? {
            var folder = whole
            folder.config = folder.config.replacing(old, with: new)
            return failure(folder.files())
        }
        #expect(with("\"llama\"", "\"rwkv\"")?.contains("`rwkv` are not supported") == true)
        #expect(
            with("\"rms_norm_eps\"", "\"quantization_config\": {}, \"rms_norm_eps\"")?.contains("quantised weights")
                == true)
        #expect(with("\"rms_norm_eps\"", "\"rope_scaling\": {\"type\": \"yarn\"}, \"x\"")?.contains("`yarn`") == true)
        #expect(with("\"rms_norm_eps\"", "\"hidden_act\": \"mish\", \"x\"")?.contains("`mish`") == true)
        #expect(
            with("\"hidden_size\": 32", "\"hidden_size\": 64")?.contains(
                "`model.embed_tokens.weight` has the shape [269, 32]") == true)
        var folder = whole
        folder.weights.removeAll { $0.name == "lm_head.weight" }
        #expect(failure(folder.files()) == "tensor `lm_head.weight` is missing")
        folder.config = folder.config.replacing("embeddings\": false", with: "embeddings\": true")
        #expect(failure(folder.files()) == nil)
    }

    /// What a model is asked costs memory, which is asked for first.
    @Test func memoryIsAskedForBeforeItIsTaken() throws {
        var tiny = TinyLanguageModel()
        tiny.context = 1 << 20
        let model = try tiny.bytes.withUnsafeBytes { try LanguageModelFile(gguf: $0).load(threads: 1) }
        let limit = Double(MemoryLimit.bytes)
        let row = Demand.caching(1 << 20, model.configuration).bytes
        var huge = model.configuration
        huge.layers = Int(limit / row * Double(model.configuration.layers)) + 2
        #expect(Demand.caching(1 << 20, huge).bytes > limit)
        let lane = Lane(prefix: nil, tokens: [1, 2, 3], kept: nil, wanted: 0..<1)
        let (plain, recorded) = (
            Demand.running([lane], model.configuration, records: false).bytes,
            Demand.running([lane], model.configuration, records: true).bytes
        )
        #expect(plain > 0 && recorded > 2 * plain)
        huge.layers = 1 << 12
        (huge.heads, huge.keyHeads, huge.headSize) = (1 << 12, 1 << 12, 1 << 12)
        #expect(Demand.caching(1 << 24, huge).bytes > limit)
    }

    @Test func noBytesCrashTheReader() throws {
        var (tiny, mutations) = (TinyLanguageModel(), Mutations(seed: 41))
        (tiny.layers, tiny.feedForward, tiny.width, tiny.heads, tiny.keyHeads) = (1, 32, 16, 2, 1)
        var folders = [TinyModelFolder(tiny), TinyModelFolder.encoder()]
        folders[0].others["tokenizer_config.json"] =
            #"{"bos_token": {"content": "<s>"}, "chat_template": "{{ messages[0].content }}"}"#
        folders[1].others["1_Pooling/config.json"] = #"{"pooling_mode_mean_tokens": true}"#
        let all = folders.map { $0.files() } + [folders[0].files(shards: 2)]
        for round in 0..<Mutations.count(ordinary: 900) {
            var files = all[round % 3]
            let name = files.keys.sorted()[round / 3 % files.count]
            let bytes = files[name]!
            // Most of a file of weights are numbers: its header is mutated most.
            let head = name.hasSuffix(".safetensors") ? min(bytes.count, 4000) : bytes.count
            files[name] = mutations.mutant(of: Array(bytes.prefix(head))) + bytes.dropFirst(head)
            guard let model = try? load(files) else { continue }
            if model.configuration.seesBothWays {
                _ = try? model.embeddings([[1, 5, 2]])
            } else if model.configuration.vocabulary > 8 {
                _ = try? model.logits([1, 5, 2])
            }
        }
    }
}
