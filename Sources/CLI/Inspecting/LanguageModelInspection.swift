import Compiler
import LanguageModels
import Loading
import Reports
import Tensors
import Terminal

/// What a language model's file holds.
struct LanguageModelInspection: Encodable {
    struct Format: Encodable {
        let name: String
        let tensors, numbers: Int
    }

    struct Loaded: Encodable {
        let name: String?
        let architecture: String
        let layers, width, heads, keyHeads, headSize, feedForward, vocabulary, context, parameters: Int
        let tokenizer: String
        let tokens: Int
        let formats: [Format]
        /// The bytes that its weights take in memory.
        let memory: Int
        let hasGradient: Bool
        /// Whether it says what follows a text.
        let predicts: Bool
        /// What of its last layer is a text's embedding.
        let pooling: String
        let hasChatTemplate: Bool
    }

    let file, format: String
    let bytes: Int
    let loaded: Loaded?
    /// Why it cannot be used.
    let reason: String?

    init(_ path: String) throws(Failure) {
        file = path
        bytes = try LanguageModelReader.byteCount(path)
        format = LanguageModelReader.isGGUF(path) ? "GGUF" : "safetensors"
        do throws(Failure) {
            loaded = try LanguageModelReader.open(path) { Loaded($0) }
            reason = nil
        } catch { (loaded, reason) = (nil, error.message) }
    }

    var text: String {
        var lines = ["\(file)  \(format), \("\(bytes)".grouped) bytes"]
        if let loaded { lines += loaded.lines(path: file) }
        if let reason { lines.append("does not load  \(reason)") }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension LanguageModelInspection.Loaded {
    fileprivate init(_ file: LanguageModelFile) {
        let sizes = file.configuration
        self.init(
            name: file.name, architecture: sizes.architecture, layers: sizes.layers, width: sizes.width,
            heads: sizes.heads, keyHeads: sizes.keyHeads, headSize: sizes.headSize, feedForward: sizes.feedForward,
            vocabulary: sizes.vocabulary, context: sizes.context, parameters: file.parameters,
            tokenizer: file.tokenizer.kind, tokens: file.tokenizer.count,
            formats: file.formats.map { .init(name: $0.format.rawValue, tensors: $0.tensors, numbers: $0.numbers) },
            memory: file.packedBytes, hasGradient: file.hasGradient, predicts: !sizes.seesBothWays,
            pooling: sizes.pooling.rawValue, hasChatTemplate: file.hasChatTemplate)
    }

    fileprivate func lines(path: String) -> [String] {
        let stored = formats.map { "\($0.name) x\($0.tensors) (\("\($0.numbers)".grouped) numbers)" }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let pooled = ["mean": "the mean of all tokens", "first": "the first token's", "last": "the last token's"]
        let answers =
            predicts ? "logprob, perplexity, next, reply, margin" : "nothing of what follows a text: an encoder"
        let search = hasGradient ? "slopes by tokens are known" : "no slopes: tokens by chance only"
        return [
            "model  \(architecture)\(name.map { ", \"\($0)\"" } ?? ""), \("\(parameters)".grouped) parameters",
            "sizes  \(layers) layers, width \(width), \(heads) heads of \(headSize), \(keyHeads) of keys, feed-forward \(feedForward), context \("\(context)".grouped)",
            "tokenizer  \(tokenizer), \("\(tokens)".grouped) tokens",
            "weights  \(stored.joined(separator: ", ")); \(MemoryLimit.text(memory)) in memory",
            "arithmetic  weights as stored, products and sums in float32",
            "answers  \(answers); embed (\(width) numbers, \(pooled[pooling] ?? pooling))\(hasChatTemplate ? "; chat" : "")",
            "search  \(search)",
            "proof  none: what a language model says is searched, never proved",
            "declare  language model lm from \"\(file)\"",
        ]
    }
}
