/// A template cut into words, `{{ ... }}` and `{% ... %}`, as Jinja does it with `trim_blocks` and `lstrip_blocks`.
struct TemplateLexer {
    enum Token: Equatable {
        case name(String)
        case text([UInt32])
        case integer(Int)
        case sign(String)
    }

    enum Piece {
        case words([UInt32])
        case show([Token])
        case block([Token])
    }

    private let source: [UInt32]
    private var place = 0
    private var pieces: [Piece] = []

    /// Throws where something does not end.
    static func pieces(_ text: String) throws(TemplateError) -> [Piece] {
        var lexer = TemplateLexer(text)
        guard lexer.source.count <= TemplateLimits.length else {
            throw TemplateError("a template of \(lexer.source.count) letters, more than \(TemplateLimits.length)")
        }
        try lexer.run()
        return lexer.pieces
    }

    private init(_ text: String) {
        var source: [UInt32] = []
        for code in text.codePoints {
            if code == 10, source.last == 13 { source.removeLast() }
            source.append(code)
        }
        source = source.map { $0 == 13 ? 10 : $0 }
        if source.last == 10 { source.removeLast() }
        self.source = source
    }

    private func at(_ text: String, _ place: Int) -> Bool {
        let codes = Array(text.unicodeScalars)
        return place + codes.count <= source.count && codes.indices.allSatisfy { source[place + $0] == codes[$0].value }
    }

    private mutating func run() throws(TemplateError) {
        // Whether a line starts where words do, and whether blanks before them were asked away.
        var (startsLine, drops) = (true, false)
        while true {
            let start = place
            while place < source.count, source[place] != 123 || !(at("{{", place) || at("{%", place) || at("{#", place))
            {
                place += 1
            }
            var words = Array(source[start..<place])
            if drops { words.removeFirst(words.prefix(while: \.isBlank).count) }
            guard place < source.count else {
                if !words.isEmpty { pieces.append(.words(words)) }
                return
            }
            let (kind, control) = (source[place + 1], place + 2 < source.count ? source[place + 2] : 0)
            if control == 45 {
                while words.last?.isBlank == true { words.removeLast() }
            } else if kind != 123, control != 43 {
                let line = words.lastIndex(of: 10).map { $0 + 1 } ?? 0
                if line > 0 || startsLine, words[line...].allSatisfy(\.isBlank) { words.removeLast(words.count - line) }
            }
            if !words.isEmpty { pieces.append(.words(words)) }
            place += control == 45 || control == 43 ? 3 : 2
            (startsLine, drops) = try tag(kind)
        }
    }

    /// What is between the signs; whether a line starts behind it, and whether blanks behind it go.
    private mutating func tag(_ kind: UInt32) throws(TemplateError) -> (Bool, Bool) {
        if kind == 35 {
            while place < source.count, !at("#}", place) { place += 1 }
            guard place < source.count else { throw TemplateError("a comment `{#` that does not end") }
            let drops = place > 0 && source[place - 1] == 45
            place += 2
            return (drops ? false : skipLine(), drops)
        }
        let ending = kind == 123 ? "}}" : "%}"
        var tokens: [Token] = []
        var depth = 0
        while true {
            while place < source.count, source[place].isBlank { place += 1 }
            guard place < source.count else { throw TemplateError("`\(kind == 123 ? "{{" : "{%")` that does not end") }
            let drops = at("-" + ending, place)
            if depth == 0, drops || at(ending, place) || at("+" + ending, place) {
                place += drops || at("+" + ending, place) ? 3 : 2
                let keeps = place >= 3 && source[place - 3] == 43
                if kind == 123 {
                    pieces.append(.show(tokens))
                    return (false, drops)
                }
                if tokens == [.name("raw")] {
                    try raw(drops: drops)
                    return (skipLine(), false)
                }
                pieces.append(.block(tokens))
                return (drops || keeps ? false : skipLine(), drops)
            }
            let token = try token()
            if case .sign(let sign) = token {
                if "([{".contains(sign) { depth += 1 }
                if ")]}".contains(sign) { depth -= 1 }
            }
            tokens.append(token)
            guard tokens.count <= TemplateLimits.words else {
                throw TemplateError("a block of more than \(TemplateLimits.words) words")
            }
        }
    }

    /// Passes over the end of the line that a block ends.
    private mutating func skipLine() -> Bool {
        guard place < source.count, source[place] == 10 else { return false }
        place += 1
        return true
    }

    /// `{% raw %} ... {% endraw %}`
    private mutating func raw(drops: Bool) throws(TemplateError) {
        if !drops { _ = skipLine() }
        let start = place
        while place < source.count {
            if at("{%", place) {
                var end = place + 2
                if end < source.count, source[end] == 45 || source[end] == 43 { end += 1 }
                while end < source.count, source[end].isBlank { end += 1 }
                if at("endraw", end) {
                    var words = Array(source[start..<place])
                    if drops { words.removeFirst(words.prefix(while: \.isBlank).count) }
                    if source[place + 2] == 45 { while words.last?.isBlank == true { words.removeLast() } }
                    pieces.append(.words(words))
                    place = end + 6
                    while place < source.count, !at("%}", place) { place += 1 }
                    place = min(place + 2, source.count)
                    return
                }
            }
            place += 1
        }
        throw TemplateError("`{% raw %}` that does not end")
    }

    private static let signs = [
        "//", "==", "!=", "<=", ">=", "**", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}",
        ",", ":",
        ".", "|",
    ]

    private mutating func token() throws(TemplateError) -> Token {
        let first = source[place]
        if first == 34 || first == 39 { return .text(try literal(first)) }
        if Self.isLetter(first) {
            let start = place
            while place < source.count, Self.isLetter(source[place]) || Self.isDigit(source[place]) { place += 1 }
            return .name(source[start..<place].string)
        }
        if Self.isDigit(first) {
            let start = place
            while place < source.count, Self.isDigit(source[place]) { place += 1 }
            if place + 1 < source.count, source[place] == 46, Self.isDigit(source[place + 1]) {
                throw TemplateError("numbers with a point are not supported in templates")
            }
            guard let number = Int(source[start..<place].string) else {
                throw TemplateError("a number that is too large")
            }
            return .integer(number)
        }
        guard let sign = Self.signs.first(where: { at($0, place) }) else {
            throw TemplateError("`\([first].string)` means nothing in a template")
        }
        place += sign.count
        return .sign(sign)
    }

    private static func isLetter(_ code: UInt32) -> Bool {
        code == 95 || (65...90).contains(code) || (97...122).contains(code) || code > 127 && !code.isBlank
    }

    private static func isDigit(_ code: UInt32) -> Bool { (48...57).contains(code) }

    /// A text between quotes, its escapes as Python has them.
    private mutating func literal(_ quote: UInt32) throws(TemplateError) -> [UInt32] {
        var text: [UInt32] = []
        place += 1
        while place < source.count {
            let code = source[place]
            place += 1
            if code == quote { return text }
            guard code == 92, place < source.count else {
                text.append(code)
                continue
            }
            let escaped = source[place]
            place += 1
            switch Unicode.Scalar(escaped) {
            case "n": text.append(10)
            case "t": text.append(9)
            case "r": text.append(13)
            case "b": text.append(8)
            case "f": text.append(12)
            case "v": text.append(11)
            case "a": text.append(7)
            case "0": text.append(0)
            case "\\", "'", "\"": text.append(escaped)
            case "\n": break
            case "x": text.append(try hexadecimal(2))
            case "u": text.append(try hexadecimal(4))
            case "U": text.append(try hexadecimal(8))
            default: text += [92, escaped]
            }
        }
        throw TemplateError("a text in quotes that does not end")
    }

    private mutating func hexadecimal(_ count: Int) throws(TemplateError) -> UInt32 {
        guard place + count <= source.count, let code = UInt32(source[place..<place + count].string, radix: 16),
            Unicode.Scalar(code) != nil
        else { throw TemplateError("an escape that names no letter") }
        place += count
        return code
    }
}
