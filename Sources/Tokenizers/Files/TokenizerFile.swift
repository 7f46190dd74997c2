import Datasets

/// A tokenizer.json, as the library `tokenizers` writes it.
///
/// Bounded as JSON is; at most `TokenTable.limit` tokens. Parts whose types are not known are refused by their names.
package struct TokenizerFile {
    private let root: JsonValue

    package init(_ bytes: UnsafeRawBufferPointer) throws(TokenizerError) {
        do { root = try JsonValue(bytes) } catch { throw TokenizerError("tokenizer.json: \(error)") }
    }

    package func tokenizer() throws(TokenizerError) -> Tokenizer {
        guard let model = root["model"] else { throw TokenizerError("tokenizer.json has no `model`") }
        var tokenizer = try made(model)
        tokenizer.normaliser = try Self.normaliser(root["normalizer"] ?? .null)
        tokenizer.cutter = try Self.cutter(root["pre_tokenizer"] ?? .null)
        tokenizer.added = AddedTokens(try addedTokens())
        try frame(&tokenizer, root["post_processor"] ?? .null)
        tokenizer.spelling = Self.spelling(root["decoder"] ?? .null, tokenizer.spelling)
        return tokenizer
    }

    private func addedTokens() throws(TokenizerError) -> [AddedTokens.Token] {
        var tokens: [AddedTokens.Token] = []
        for element in root["added_tokens"]?.elements ?? [] {
            guard let text = element["content"]?.textValue, let id = element["id"]?.wholeNumber, id >= 0,
                id < TokenTable.limit
            else { throw TokenizerError("an added token has no `content` or no `id`") }
            guard element["single_word"]?.truthValue != true else {
                throw TokenizerError("the added token `\(text.prefix(40))` is a single word, which is not supported")
            }
            tokens.append(
                .init(
                    text: Array(text.utf8), id: Int32(id), takesLeft: element["lstrip"]?.truthValue ?? false,
                    takesRight: element["rstrip"]?.truthValue ?? false,
                    isSpecial: element["special"]?.truthValue ?? false))
        }
        return tokens
    }

    // MARK: the model

    private func made(_ model: JsonValue) throws(TokenizerError) -> Tokenizer {
        switch model["type"]?.textValue ?? (model["merges"] != nil ? "BPE" : "") {
        case "BPE": return try bytePairs(model)
        case "WordPiece":
            let table = try Self.table(model)
            guard let unknown = model["unk_token"]?.textValue.flatMap({ table.id(of: $0.utf8) }) else {
                throw TokenizerError("the unknown token is none of the vocabulary")
            }
            let continuation = model["continuing_subword_prefix"]?.textValue ?? "##"
            let pieces = WordPieces(
                table, unknown: unknown, continuation: Array(continuation.utf8),
                longest: model["max_input_chars_per_word"]?.wholeNumber ?? 100)
            return Tokenizer(.wordPieces(pieces), spelling: .words(continuation: continuation), kind: "WordPiece")
        case "Unigram": return try unigrams(model)
        case let other: throw TokenizerError("tokenizers of the type `\(other.prefix(40))` are not supported")
        }
    }

    private func bytePairs(_ model: JsonValue) throws(TokenizerError) -> Tokenizer {
        let table = try Self.table(model)
        let merges = model["merges"]?.elements ?? []
        var pairs = PairTable(capacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            guard let (left, right) = Self.pair(merge), let leftID = table.id(of: left.utf8),
                let rightID = table.id(of: right.utf8), let merged = table.id(of: (left + right).utf8)
            else { throw TokenizerError("merge \(rank) does not merge tokens of the vocabulary") }
            pairs.append(leftID, rightID, merged: merged, rank: rank)
        }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] where !(model[key]?.textValue ?? "").isEmpty {
            throw TokenizerError("`\(key)` of byte pairs is not supported")
        }
        guard (model["dropout"]?.doubleValue ?? 0) == 0 else { throw TokenizerError("dropout is not supported") }
        var pieces = BytePairs(table, .pairs(pairs))
        if model["byte_fallback"]?.truthValue == true { pieces.byteIDs = Self.byteIDs(table) }
        pieces.unknown = model["unk_token"]?.textValue.flatMap { table.id(of: $0.utf8) }
        pieces.fusesUnknown = model["fuse_unk"]?.truthValue ?? false
        pieces.dropsUnknown = pieces.unknown == nil
        pieces.takesWholeWords = model["ignore_merges"]?.truthValue ?? false
        return Tokenizer(.bytePairs(pieces), spelling: .bytes, kind: "BPE")
    }

    private static func pair(_ merge: JsonValue) -> (String, String)? {
        if let elements = merge.elements, elements.count == 2, let left = elements[0].textValue,
            let right = elements[1].textValue
        {
            return (left, right)
        }
        guard let text = merge.textValue else { return nil }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }

    private func unigrams(_ model: JsonValue) throws(TokenizerError) -> Tokenizer {
        var (texts, scores) = ([[UInt8]](), [Double]())
        for element in model["vocab"]?.elements ?? [] {
            guard let pair = element.elements, pair.count == 2, let text = pair[0].textValue,
                let score = pair[1].doubleValue
            else { throw TokenizerError("an entry of `vocab` is no text with a score") }
            texts.append(Array(text.utf8))
            scores.append(score)
        }
        guard texts.count <= TokenTable.limit else { throw TokenizerError("\(texts.count) tokens are too many") }
        let table = TokenTable(texts)
        let unknown = model["unk_id"]?.wholeNumber
        guard unknown.map({ texts.indices.contains($0) }) ?? true else {
            throw TokenizerError("the unknown token is none of the vocabulary")
        }
        let unigrams = Unigrams(
            table, scores: scores, unknown: unknown.map { Int32($0) },
            byteIDs: model["byte_fallback"]?.truthValue == true ? Self.byteIDs(table) : nil)
        return Tokenizer(.unigrams(unigrams), spelling: .blanks("\u{2581}", dropsFirst: true), kind: "unigrams")
    }

    /// The ids of <0x00> to <0xFF>; nil where one is missing.
    package static func byteIDs(_ table: TokenTable) -> [Int32]? {
        let digits = Array("0123456789ABCDEF")
        let ids = (0..<256).compactMap { table.id(of: "<0x\(digits[$0 / 16])\(digits[$0 % 16])>".utf8) }
        return ids.count == 256 ? ids : nil
    }

    private static func table(_ model: JsonValue) throws(TokenizerError) -> TokenTable {
        guard case .object(let members)? = model["vocab"] else { throw TokenizerError("the model has no `vocab`") }
        guard members.count <= TokenTable.limit else { throw TokenizerError("\(members.count) tokens are too many") }
        let limit = 2 * members.count + 4096
        var texts: [[UInt8]?] = []
        for (key, value) in members {
            let text = key.text
            guard let id = value.wholeNumber, id >= 0, id < limit else {
                throw TokenizerError("the token `\(text.prefix(40))` has no id below \(limit)")
            }
            while texts.count <= id { texts.append(nil) }
            guard texts[id] == nil else { throw TokenizerError("two tokens have the id \(id)") }
            texts[id] = Array(text.utf8)
        }
        return TokenTable(texts.map { $0 ?? [] })
    }
}
