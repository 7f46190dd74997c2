import Datasets
import Tokenizers

/// The files of a model's folder, as the library `transformers` writes it: their bytes.
package struct ModelFolder {
    /// config.json
    package let config: UnsafeRawBufferPointer
    /// tokenizer.json
    package let vocabulary: UnsafeRawBufferPointer
    /// Safetensors, by their names.
    package let weights: [(name: String, bytes: UnsafeRawBufferPointer)]
    /// generation_config.json
    package var generation: UnsafeRawBufferPointer?
    /// 1_Pooling/config.json, as the library `sentence-transformers` writes it.
    package var pooling: UnsafeRawBufferPointer?

    /// tokenizer_config.json, and chat_template.jinja.
    package var options: UnsafeRawBufferPointer?
    package var template: UnsafeRawBufferPointer?

    package init(
        config: UnsafeRawBufferPointer, vocabulary: UnsafeRawBufferPointer,
        weights: [(name: String, bytes: UnsafeRawBufferPointer)]
    ) {
        (self.config, self.vocabulary, self.weights) = (config, vocabulary, weights)
    }

    /// The most files of weights.
    private static let mostFiles = 1 << 10

    /// The names of the files that a model.safetensors.index.json spreads weights over, sorted; all lie beside it.
    package static func shards(_ index: UnsafeRawBufferPointer) throws(LanguageModelError) -> [String] {
        guard case .object(let members)? = try JsonValue(named: "the index", index)["weight_map"] else {
            throw LanguageModelError("the index has no `weight_map`")
        }
        var names: Set<String> = []
        for value in members.values {
            guard let name = value.textValue, name.hasSuffix(".safetensors"), !name.contains("/"), !name.contains("\0")
            else { throw LanguageModelError("the index names a file that is no safetensors beside it") }
            names.insert(name)
            guard names.count <= mostFiles else { throw LanguageModelError("more than \(mostFiles) files of weights") }
        }
        return names.sorted()
    }

    func chat() throws(LanguageModelError) -> ChatSource? {
        let options = if let options { try JsonValue(named: "tokenizer_config.json", options) } else { JsonValue.null }
        return ChatSource(options, template: template.map { String(decoding: $0, as: UTF8.self) })
    }

    func tokenizer(_ config: ConfigFile) throws(LanguageModelError) -> Tokenizer {
        var tokenizer: Tokenizer
        do throws(TokenizerError) { tokenizer = try TokenizerFile(vocabulary).tokenizer() } catch {
            throw LanguageModelError("the tokenizer: \(error)")
        }
        var endings = ConfigFile.endings(config.root)
        if let generation {
            endings += ConfigFile.endings(try JsonValue(named: "generation_config.json", generation))
        }
        let count = tokenizer.count
        tokenizer.endings = Set(endings).filter { $0 < count }.sorted()
        return tokenizer
    }
}

extension JsonValue {
    init(named name: String, _ bytes: UnsafeRawBufferPointer) throws(LanguageModelError) {
        do throws(DatasetError) { try self.init(bytes) } catch { throw LanguageModelError("\(name): \(error)") }
    }
}

extension Configuration.Pooling {
    /// As the library `sentence-transformers` says it.
    init(_ root: JsonValue) throws(LanguageModelError) {
        let ways: [(String, Self?)] = [
            ("mean_tokens", .mean), ("cls_token", .first), ("lasttoken", .last), ("max_tokens", nil),
            ("mean_sqrt_len_tokens", nil), ("weightedmean_tokens", nil),
        ]
        let chosen = ways.filter { root["pooling_mode_\($0.0)"]?.truthValue == true }
        guard chosen.count == 1, let known = chosen[0].1 else {
            let names = chosen.map { "`\($0.0)`" }.joined(separator: " and ")
            throw LanguageModelError("embeddings pooled by \(names.isEmpty ? "no known way" : names) are not supported")
        }
        self = known
    }
}
