import Datasets

extension TokenizerFile {
    static func normaliser(_ step: JsonValue) throws(TokenizerError) -> Normaliser? {
        guard step != .null else { return nil }
        func flag(_ name: String, _ usual: Bool) -> Bool { step[name]?.truthValue ?? usual }
        switch step["type"]?.textValue ?? "" {
        case "Sequence":
            var steps: [Normaliser] = []
            for element in step["normalizers"]?.elements ?? [] {
                if let step = try normaliser(element) { steps.append(step) }
            }
            return .sequence(steps)
        case "NFC": return .form(.nfc)
        case "NFD": return .form(.nfd)
        case "NFKC": return .form(.nfkc)
        case "NFKD": return .form(.nfkd)
        case "Lowercase": return .lowercase
        case "StripAccents": return .stripAccents
        case "Strip": return .strip(left: flag("strip_left", true), right: flag("strip_right", true))
        case "Prepend": return .prepend(step["prepend"]?.textValue ?? "")
        case "Replace":
            guard let old = step["pattern"]?["String"]?.textValue, let new = step["content"]?.textValue else {
                throw TokenizerError("a normalizer that replaces by a pattern is not supported")
            }
            return .replace(old, with: new)
        case "BertNormalizer":
            let lowercases = flag("lowercase", true)
            return .bert(
                cleans: flag("clean_text", true), separates: flag("handle_chinese_chars", true),
                stripsAccents: step["strip_accents"]?.truthValue ?? lowercases, lowercases: lowercases)
        case let other: throw TokenizerError("a normalizer of the type `\(other.prefix(40))` is not supported")
        }
    }

    static func cutter(_ step: JsonValue) throws(TokenizerError) -> Cutter? {
        guard step != .null else { return nil }
        switch step["type"]?.textValue ?? "" {
        case "Sequence":
            var steps: [Cutter] = []
            for element in step["pretokenizers"]?.elements ?? [] {
                if let step = try cutter(element) { steps.append(step) }
            }
            return .sequence(steps)
        case "ByteLevel":
            let bytes = Cutter.bytes(prefixesBlank: step["add_prefix_space"]?.truthValue ?? true)
            guard step["use_regex"]?.truthValue ?? true else { return bytes }
            if case .bytes(true) = bytes {
                throw TokenizerError("a blank before each text, then words by GPT-2's pattern: this is not supported")
            }
            return .sequence([.pattern(try CutPattern(Cutter.gpt2Pattern), .isolated), bytes])
        case "Digits":
            guard step["individual_digits"]?.truthValue == true else {
                throw TokenizerError("`Digits` that are not individual are not supported")
            }
            return .digits
        case "Split": return try split(step)
        case "BertPreTokenizer": return .bert
        case "Metaspace":
            let prefix =
                step["prepend_scheme"]?.textValue.flatMap { Cutter.Prefix(rawValue: $0) }
                ?? (step["add_prefix_space"]?.truthValue ?? true ? .always : .never)
            return .blanks(
                replacement: step["replacement"]?.textValue ?? "\u{2581}", prefix: prefix,
                splits: step["split"]?.truthValue ?? true)
        case "WhitespaceSplit": return .pattern(try CutPattern(#"\s+"#), .removed)
        case let other: throw TokenizerError("a pre-tokenizer of the type `\(other.prefix(40))` is not supported")
        }
    }

    private static func split(_ step: JsonValue) throws(TokenizerError) -> Cutter {
        let name = step["behavior"]?.textValue ?? ""
        guard let behaviour = Cutter.Behaviour(rawValue: name), step["invert"]?.truthValue != true || name == "Isolated"
        else { throw TokenizerError("`Split` with the behaviour `\(name.prefix(40))` is not supported") }
        if let pattern = step["pattern"]?["Regex"]?.textValue { return .pattern(try CutPattern(pattern), behaviour) }
        guard let literal = step["pattern"]?["String"]?.textValue else {
            throw TokenizerError("`Split` without a pattern")
        }
        return .pattern(try CutPattern(literal: literal), behaviour)
    }

    /// The special tokens that stand around one text.
    func frame(_ tokenizer: inout Tokenizer, _ step: JsonValue) throws(TokenizerError) {
        func id(_ token: JsonValue?) throws(TokenizerError) -> [Int32] {
            guard let id = token?.elements?.last?.wholeNumber, id >= 0, id < TokenTable.limit else {
                throw TokenizerError("a special token without an id")
            }
            return [Int32(id)]
        }
        switch step["type"]?.textValue ?? (step == .null ? "ByteLevel" : "") {
        case "ByteLevel": return
        case "Sequence": for element in step["processors"]?.elements ?? [] { try frame(&tokenizer, element) }
        case "BertProcessing", "RobertaProcessing":
            tokenizer.prefix = try id(step["cls"])
            tokenizer.suffix = try id(step["sep"])
        case "TemplateProcessing":
            var isBehind = false
            for piece in step["single"]?.elements ?? [] {
                guard let name = piece["SpecialToken"]?["id"]?.textValue else {
                    isBehind = true
                    continue
                }
                guard let ids = step["special_tokens"]?[name]?["ids"]?.wholeNumbers,
                    ids.allSatisfy({ $0 >= 0 && $0 < TokenTable.limit })
                else { throw TokenizerError("the special token `\(name.prefix(40))` has no ids") }
                if isBehind {
                    tokenizer.suffix += ids.map { Int32($0) }
                } else {
                    tokenizer.prefix += ids.map { Int32($0) }
                }
            }
        case let other: throw TokenizerError("a post-processor of the type `\(other.prefix(40))` is not supported")
        }
    }

    static func spelling(_ decoder: JsonValue, _ usual: Tokenizer.Spelling) -> Tokenizer.Spelling {
        switch decoder["type"]?.textValue ?? "" {
        case "ByteLevel": return .bytes
        case "WordPiece": return .words(continuation: decoder["prefix"]?.textValue ?? "##")
        case "Metaspace":
            return .blanks(
                decoder["replacement"]?.textValue ?? "\u{2581}",
                dropsFirst: decoder["prepend_scheme"]?.textValue ?? "always" != "never")
        case "Sequence":
            let steps = decoder["decoders"]?.elements ?? []
            let blank = steps.first { $0["type"]?.textValue == "Replace" }?["pattern"]?["String"]?.textValue
            let strips = steps.contains { $0["type"]?.textValue == "Strip" }
            return blank.map { .blanks($0, dropsFirst: strips) } ?? usual
        default: return usual
        }
    }
}
