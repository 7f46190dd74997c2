import Diagnostics

/// Cuts a file into tokens. Any byte string gives tokens; what is not Say is reported and becomes `.unknown`.
///
/// One pass, O(bytes).
struct Lexer {
    let source: SourceFile
    let bytes: [UInt8]
    var offset = 0
    var log: DiagnosticLog
    private(set) var tokens: [Token] = []
    private(set) var comments: [Comment] = []
    private var lineBreakPending = true

    /// Ends with one `.end` token; reads no more than `Limits.tokens`.
    static func lex(_ source: SourceFile) -> Lexer {
        var lexer = Lexer(source)
        lexer.skipByteOrderMark()
        while lexer.tokens.count < Limits.tokens, lexer.lexNext() {}
        lexer.append(.end, from: lexer.offset)
        return lexer
    }

    private init(_ source: SourceFile) {
        self.source = source
        bytes = source.bytes
        log = DiagnosticLog()
    }

    /// False at the end of the file.
    private mutating func lexNext() -> Bool {
        guard let byte = peek() else { return false }
        switch byte {
        case " ", "\t": offset += 1
        case "\n", "\r":
            offset += 1
            lineBreakPending = true
        case "/" where peek(1) == "/": lexComment()
        case "/" where !previousEndsOperand: lexRegex()
        case "\"": lexString()
        case "0"..."9": lexNumber()
        case "." where startsBareFraction: lexNumber()
        case _ where byte.startsName || isAtForeignLetter: lexName()
        default: lexSign()
        }
        return true
    }

    private mutating func skipByteOrderMark() {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    }

    private mutating func lexComment() {
        let start = offset
        while let byte = peek(), !byte.endsLine { offset += 1 }
        let isDocumentation = bytes[start..<offset].starts(with: "///".utf8)
        comments.append(Comment(kind: isDocumentation ? .documentation : .remark, span: span(from: start)))
    }

    private mutating func lexName() {
        let start = offset
        while let byte = peek(), byte.continuesName { offset += 1 }
        passForeignLetters(of: start)
        let isShort = offset - start <= 8
        let word = isShort ? Token.Kind.reservedWords[text(from: start)] : nil
        append(word ?? .name, from: start)
    }

    /// `.5`, where no operand and no range precedes.
    private var startsBareFraction: Bool {
        guard let next = peek(1) else { return false }
        return next.isDigit && !previousEndsOperand
    }

    private var previousEndsOperand: Bool {
        guard let last = tokens.last else { return false }
        return TokenSet.operandEnds.contains(last.kind)
    }
}

extension Lexer {
    /// The byte so far ahead, read as Latin-1: for anything beyond ASCII see `lexUnknown`.
    func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        offset + distance < bytes.count ? Unicode.Scalar(bytes[offset + distance]) : nil
    }

    func span(from start: Int) -> Span { Span(file: source.id, start..<offset) }

    func text(from start: Int) -> String { String(decoding: bytes[start..<offset], as: UTF8.self) }

    mutating func append(_ kind: Token.Kind, from start: Int) {
        tokens.append(
            Token(kind: kind, startsLine: lineBreakPending, start: UInt32(start), end: UInt32(offset)))
        lineBreakPending = false
    }
}

extension Unicode.Scalar {
    var isDigit: Bool { ("0"..."9").contains(self) }
    var startsName: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }
    package var continuesName: Bool { startsName || isDigit }
    var endsLine: Bool { self == "\n" || self == "\r" }
}
