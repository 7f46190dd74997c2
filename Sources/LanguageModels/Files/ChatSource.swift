import ChatTemplates
import Datasets

/// The template by which a model is asked, as its files have it, and the special tokens that it names.
struct ChatSource: Sendable {
    let text: String
    /// By what templates call them: `bos_token`.
    let signs: [String: String]

    private static let names = ["bos", "eos", "unk", "pad"]

    /// nil where the file has none.
    init?(_ file: GGUFFile) {
        guard let text = file.text("tokenizer.chat_template") else { return nil }
        self.text = text
        let tokens = file.texts("tokenizer.ggml.tokens") ?? []
        var signs: [String: String] = [:]
        for (name, key) in zip(Self.names, ["bos", "eos", "unknown", "padding"]) {
            guard let id = file.integer("tokenizer.ggml.\(key)_token_id"), tokens.indices.contains(id) else { continue }
            signs[name + "_token"] = String(decoding: tokens[id], as: UTF8.self)
        }
        self.signs = signs
    }

    /// Of tokenizer_config.json and, where that is a file of its own, the template; nil where there is none.
    init?(_ config: JsonValue, template: String?) {
        var text = template ?? config["chat_template"]?.textValue
        // Of several the one without a purpose.
        for one in config["chat_template"]?.elements ?? [] where text == nil && one["name"]?.textValue == "default" {
            text = one["template"]?.textValue
        }
        guard let text else { return nil }
        self.text = text
        var signs: [String: String] = [:]
        for name in Self.names {
            let token = config[name + "_token"]
            signs[name + "_token"] = token?.textValue ?? token?["content"]?.textValue
        }
        self.signs = signs
    }

    func template() throws(TemplateError) -> ChatTemplate { try ChatTemplate(text, signs: signs) }
}
