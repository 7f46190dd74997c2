/// Texts as tokens, and tokens as texts: normalised, cut into words, each word by a model, with a frame of special tokens.
package struct Tokenizer: Sendable {
    package enum Model: Sendable {
        case bytePairs(BytePairs)
        case unigrams(Unigrams)
        case wordPieces(WordPieces)

        package var table: TokenTable {
            switch self {
            case .bytePairs(let model): model.table
            case .unigrams(let model): model.table
            case .wordPieces(let model): model.table
            }
        }

        func tokens(of word: [UInt8]) -> [Int32] {
            switch self {
            case .bytePairs(let model): model.tokens(of: word)
            case .unigrams(let model): model.tokens(of: word)
            case .wordPieces(let model): model.tokens(of: word)
            }
        }
    }

    /// How the texts of tokens are to be read.
    package enum Spelling: Sendable, Hashable {
        /// In the alphabet of bytes.
        case bytes
        /// `blank` stands for a blank; tokens like <0x0A> for bytes. The first blank of a text is left out where one was put there.
        case blanks(String, dropsFirst: Bool)
        /// Words apart, but for tokens that begin with this.
        case words(continuation: String)
    }

    /// Whether the special tokens that stand around a text are put there.
    package enum Frame: Sendable { case framed, bare }

    package let model: Model
    package var added = AddedTokens([])
    package var normaliser: Normaliser?
    package var cutter: Cutter?
    package var spelling: Spelling
    /// What stands before and behind a text.
    package var prefix: [Int32] = []
    package var suffix: [Int32] = []
    /// The tokens that end what a model writes.
    package var endings: [Int32] = []
    /// How it is called in a listing: `byte-level BPE`.
    package var kind: String

    package init(_ model: Model, spelling: Spelling, kind: String) {
        self.model = model
        self.spelling = spelling
        self.kind = kind
    }

    package var count: Int { max(model.table.count, Int(added.tokens.map(\.id).max() ?? -1) + 1) }

    /// The tokens of a text. Throws where a pattern runs into its limits.
    package func encode(_ text: String, _ frame: Frame = .framed) throws(TokenizerError) -> [Int32] {
        var ids = frame == .framed ? prefix : []
        for (index, piece) in added.pieces(Array(text.utf8)).enumerated() {
            switch piece {
            case .token(let id): ids.append(id)
            case .text(let bytes): ids += try plain(bytes, isStart: index == 0)
            }
        }
        return frame == .framed ? ids + suffix : ids
    }

    private func plain(_ bytes: [UInt8], isStart: Bool) throws(TokenizerError) -> [Int32] {
        var bytes = bytes
        if let normaliser { bytes = Array(normaliser.apply(String(decoding: bytes, as: UTF8.self)).utf8) }
        guard !bytes.isEmpty else { return [] }
        var ids: [Int32] = []
        for word in try cutter?.cut([bytes], isStart: isStart) ?? [bytes] where !word.isEmpty {
            ids += model.tokens(of: word)
        }
        return ids
    }

    /// The bytes that tokens stand for. Special tokens are written out as they are called.
    package func decode(_ ids: some Collection<Int32>) -> [UInt8] {
        var result: [UInt8] = []
        for (index, id) in ids.enumerated() { result += bytes(of: id, isFirst: index == 0) }
        return result
    }

    /// The text that tokens stand for; nil where it is no valid UTF-8.
    package func text(_ ids: some Collection<Int32>) -> String? { String(validating: decode(ids), as: UTF8.self) }

    private func bytes(of id: Int32, isFirst: Bool) -> [UInt8] {
        if let token = added.byID[id] { return token.text }
        guard id >= 0, id < model.table.count else { return [] }
        let text = model.table[id]
        switch spelling {
        case .bytes: return ByteAlphabet.read(text) ?? Array(text)
        case .blanks(let blank, let dropsFirst):
            if let byte = Self.byte(text) { return [byte] }
            var plain = Self.blanked(text, Array(blank.utf8))
            if isFirst, dropsFirst, plain.first == UInt8(ascii: " ") { plain.removeFirst() }
            return plain
        case .words(let continuation):
            let mark = Array(continuation.utf8)
            if text.starts(with: mark), text.count > mark.count { return Array(text.dropFirst(mark.count)) }
            return isFirst ? Array(text) : [UInt8(ascii: " ")] + text
        }
    }

    /// The byte of `<0x0A>`.
    private static func byte(_ text: ArraySlice<UInt8>) -> UInt8? {
        guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">") else { return nil }
        return UInt8(String(decoding: text.dropFirst(3).prefix(2), as: UTF8.self), radix: 16)
    }

    private static func blanked(_ text: ArraySlice<UInt8>, _ blank: [UInt8]) -> [UInt8] {
        var (result, place) = ([UInt8](), text.startIndex)
        while place < text.endIndex {
            if !blank.isEmpty, text[place...].starts(with: blank) {
                result.append(UInt8(ascii: " "))
                place += blank.count
            } else {
                result.append(text[place])
                place += 1
            }
        }
        return result
    }
}
