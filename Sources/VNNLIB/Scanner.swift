import Diagnostics

/// Splits VNN-LIB text into punctuation, strings and words, skipping blanks and `;` comments. Never fails.
struct Scanner {
    enum Token: Equatable {
        case open, close, openIndex, closeIndex, comma, end
        /// Between quotes; one that is not closed ends with its line.
        case string
        case word
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: SourceFile.ID
    private var position = 0
    private(set) var token = Token.end
    /// Where the current token lies.
    private(set) var range = 0..<0

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: SourceFile.ID) {
        self.bytes = bytes
        self.file = file
        advance()
    }

    var span: Span { Span(file: file, range) }

    /// The bytes of the current word.
    var word: Slice<UnsafeBufferPointer<UInt8>> { bytes[range] }

    var text: String { String(decoding: word, as: UTF8.self) }

    mutating func advance() {
        skipBlanks()
        let start = position
        guard position < bytes.count else { return accept(.end, from: start) }
        position += 1
        switch bytes[start] {
        case UInt8(ascii: "("): accept(.open, from: start)
        case UInt8(ascii: ")"): accept(.close, from: start)
        case UInt8(ascii: "["): accept(.openIndex, from: start)
        case UInt8(ascii: "]"): accept(.closeIndex, from: start)
        case UInt8(ascii: ","): accept(.comma, from: start)
        case UInt8(ascii: "\""):
            while position < bytes.count, bytes[position] != UInt8(ascii: "\""), !Self.isLineEnd(bytes[position]) {
                position += 1
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { position += 1 }
            accept(.string, from: start)
        default:
            while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
            accept(.word, from: start)
        }
    }

    private mutating func accept(_ token: Token, from start: Int) {
        self.token = token
        range = start..<position
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: ";") {
                while position < bytes.count, !Self.isLineEnd(bytes[position]) { position += 1 }
            } else if bytes[position] <= UInt8(ascii: " ") {
                position += 1
            } else {
                return
            }
        }
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
            UInt8(ascii: ";"), UInt8(ascii: "\""):
            true
        default: byte <= UInt8(ascii: " ")
        }
    }
}
