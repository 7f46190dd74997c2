import Tokenizers

extension Tokenizer {
    /// GGUF's kinds of tokens.
    private enum Kind: Int {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    /// The tokenizer that a GGUF file carries.
    init(_ file: GGUFFile) throws(LanguageModelError) {
        guard let name = file.text("tokenizer.ggml.model"), let texts = file.texts("tokenizer.ggml.tokens") else {
            throw LanguageModelError("the file carries no tokenizer")
        }
        guard texts.count <= TokenTable.limit, texts.reduce(0, { $0 + $1.count }) < 1 << 30 else {
            throw LanguageModelError("\(texts.count) tokens are too many")
        }
        var table = TokenTable(capacity: texts.count)
        for text in texts { table.append(text) }
        let kinds = file.numbers("tokenizer.ggml.token_type") ?? []
        do {
            switch name {
            case "gpt2": self = try Self.bytePairs(file, table)
            case "llama": self = try Self.sentencePieces(file, table, kinds)
            case "bert": self = try Self.wordPieces(file, texts)
            default: throw LanguageModelError("tokenizers of the kind `\(name)` are not supported")
            }
        } catch let error as TokenizerError {
            throw LanguageModelError("the tokenizer: \(error)")
        } catch let error as LanguageModelError { throw error } catch { throw LanguageModelError("\(error)") }
        added = AddedTokens(
            kinds.enumerated().compactMap { id, kind in
                let kind = Kind(rawValue: Int(kind))
                guard kind == .control || kind == .userDefined, id < texts.count, !texts[id].isEmpty else { return nil }
                return .init(text: Array(texts[id]), id: Int32(id), isSpecial: kind == .control)
            })
        frame(file, usually: name == "llama", count: texts.count)
        if name == "bert" { frameWords(file, count: texts.count) }
    }

    /// What BERT puts around a text: the token that stands for all of it, and the one that separates.
    private mutating func frameWords(_ file: GGUFFile, count: Int) {
        func id(_ names: String...) -> [Int32] {
            let id = names.lazy.compactMap { file.integer("tokenizer.ggml.\($0)_token_id") }.first
            return id.flatMap { $0 >= 0 && $0 < count ? [Int32($0)] : nil } ?? []
        }
        prefix = id("cls", "bos")
        // The second is how files spell it.
        suffix = id("separator", "seperator", "eos")
    }

    private mutating func frame(_ file: GGUFFile, usually: Bool, count: Int) {
        func id(_ name: String, _ flag: String, _ usually: Bool) -> [Int32] {
            guard file.truth("tokenizer.ggml.\(flag)") ?? usually,
                let id = file.integer("tokenizer.ggml.\(name)_token_id"),
                id >= 0, id < count
            else { return [] }
            return [Int32(id)]
        }
        endings = ["eos", "eot", "eom"].compactMap { file.integer("tokenizer.ggml.\($0)_token_id") }
            .filter { $0 >= 0 && $0 < count }.map { Int32($0) }
        prefix = id("bos", "add_bos_token", usually)
        suffix = id("eos", "add_eos_token", false)
    }

    private static func bytePairs(_ file: GGUFFile, _ table: TokenTable) throws -> Tokenizer {
        let pre = file.text("tokenizer.ggml.pre") ?? "gpt-2"
        guard let (cutter, takesWholeWords) = try Cutter.named(pre) else {
            throw LanguageModelError("tokenizers that cut texts as `\(pre)` does are not supported")
        }
        guard let merges = file.texts("tokenizer.ggml.merges") else {
            throw LanguageModelError("the file has no merges")
        }
        var pairs = PairTable(capacity: merges.count)
        for (rank, merge) in merges.enumerated() {
            guard let blank = merge.firstIndex(of: UInt8(ascii: " ")), blank > 0, blank + 1 < merge.count else {
                throw LanguageModelError("merge \(rank) has no two parts")
            }
            let (left, right) = (merge[..<blank], merge[(blank + 1)...])
            guard let leftID = table.id(of: UnsafeRawBufferPointer(rebasing: left)),
                let rightID = table.id(of: UnsafeRawBufferPointer(rebasing: right)),
                let merged = table.id(of: Array(left) + Array(right))
            else { throw LanguageModelError("merge \(rank) does not merge tokens of the vocabulary") }
            pairs.append(leftID, rightID, merged: merged, rank: rank)
        }
        var model = BytePairs(table, .pairs(pairs))
        model.takesWholeWords = takesWholeWords
        var tokenizer = Tokenizer(.bytePairs(model), spelling: .bytes, kind: "byte-level BPE (\(pre))")
        tokenizer.cutter = cutter
        return tokenizer
    }

    /// Words' first pieces begin with a sign for a blank, other pieces with nothing; signs are in brackets.
    private static func wordPieces(_ file: GGUFFile, _ texts: [UnsafeRawBufferPointer]) throws -> Tokenizer {
        let (blank, continuation) = (Array("\u{2581}".utf8), Array("##".utf8))
        let table = TokenTable(
            texts.map { text -> [UInt8] in
                if text.starts(with: blank) { return Array(text.dropFirst(blank.count)) }
                let isSign = text.first == UInt8(ascii: "[") && text.last == UInt8(ascii: "]")
                return isSign ? Array(text) : continuation + Array(text)
            })
        guard let unknown = file.integer("tokenizer.ggml.unknown_token_id"), unknown >= 0, unknown < table.count else {
            throw LanguageModelError("the unknown token is none of the vocabulary")
        }
        let model = WordPieces(table, unknown: Int32(unknown), continuation: continuation, longest: 100)
        var tokenizer = Tokenizer(.wordPieces(model), spelling: .words(continuation: "##"), kind: "WordPiece")
        tokenizer.normaliser = .bert(cleans: true, separates: true, stripsAccents: true, lowercases: true)
        tokenizer.cutter = .bert
        return tokenizer
    }

    private static func sentencePieces(_ file: GGUFFile, _ table: TokenTable, _ kinds: [Double]) throws -> Tokenizer {
        guard let scores = file.numbers("tokenizer.ggml.scores"), scores.count == table.count else {
            throw LanguageModelError("the tokens have no scores")
        }
        var model = BytePairs(table, .scores(scores.map { Float($0) }))
        model.byteIDs = TokenizerFile.byteIDs(table)
        model.unknown = file.integer("tokenizer.ggml.unknown_token_id").flatMap {
            $0 >= 0 && $0 < table.count ? Int32($0) : nil
        }
        let prefixes = file.truth("tokenizer.ggml.add_space_prefix") ?? true
        var tokenizer = Tokenizer(
            .bytePairs(model), spelling: .blanks("\u{2581}", dropsFirst: prefixes), kind: "SentencePiece BPE")
        tokenizer.cutter = .blanks(replacement: "\u{2581}", prefix: prefixes ? .first : .never, splits: false)
        return tokenizer
    }
}
