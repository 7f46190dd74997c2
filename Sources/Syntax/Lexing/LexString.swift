import Diagnostics

extension Lexer {
    /// `"..."` on one line. A string that is not closed ends with its line.
    mutating func lexString() {
        let start = offset
        offset += 1
        while let byte = peek(), byte != "\"", !byte.endsLine {
            if byte == "\\" { checkEscape() } else { offset += 1 }
        }
        let isClosed = peek() == "\""
        if isClosed { offset += 1 } else { giveBackBrackets(after: start) }
        append(.string, from: start)
        if !isClosed { log.report(.unterminatedString(at: span(from: start))) }
    }

    /// Passes over a backslash and what belongs to it.
    private mutating func checkEscape() {
        let start = offset
        offset += 1
        guard let byte = peek(), !byte.endsLine else { return }
        offset += 1
        if byte == "u", peek() == "{" {
            while let digit = peek(), digit != "}", digit != "\"", !digit.endsLine { offset += 1 }
            if peek() == "}" { offset += 1 }
        }
        while let rest = peek(), rest.value >= 0x80, rest.value < 0xC0 { offset += 1 }
        let escape = text(from: start)
        if Escape.meaning(of: escape) == nil { log.report(.invalidEscape(escape, at: span(from: start))) }
    }

    /// `/.../` on one line; `\/` is a slash within it. One that is not closed ends with its line.
    mutating func lexRegex() {
        let start = offset
        offset += 1
        while let byte = peek(), byte != "/", !byte.endsLine {
            offset += 1
            if byte == "\\", let next = peek(), !next.endsLine { offset += 1 }
        }
        let isClosed = peek() == "/"
        if isClosed { offset += 1 } else { giveBackBrackets(after: start) }
        append(.regex, from: start)
        if !isClosed { log.report(.unterminatedRegex(at: span(from: start))) }
    }

    /// Closing brackets behind a blank at the end of the line were not meant as part of what was never closed.
    private mutating func giveBackBrackets(after start: Int) {
        var end = offset
        while end > start + 1, " \t)]}".utf8.contains(bytes[end - 1]) { end -= 1 }
        while end < offset, bytes[end] != UInt8(ascii: " "), bytes[end] != UInt8(ascii: "\t") { end += 1 }
        offset = end
    }
}

/// What a backslash makes of what follows it in a string.
enum Escape {
    /// `escape` with its backslash, as in `\n` or `\u{3b5}`; nil where it means nothing.
    static func meaning(of escape: String) -> Character? {
        switch escape {
        case "\\n": return "\n"
        case "\\t": return "\t"
        case "\\r": return "\r"
        case "\\\"": return "\""
        case "\\\\": return "\\"
        default: break
        }
        guard escape.hasPrefix("\\u{"), escape.hasSuffix("}") else { return nil }
        let digits = escape.dropFirst(3).dropLast()
        guard !digits.isEmpty, digits.utf8.count <= 8, digits.allSatisfy(\.isHexDigit) else { return nil }
        return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init).map(Character.init)
    }

    /// What the text between a string's quotes stands for; an escape without a meaning stands for itself. O(length).
    static func resolve(_ written: Substring) -> String {
        var result = String.UnicodeScalarView()
        var rest = written.unicodeScalars
        while let backslash = rest.firstIndex(of: "\\") {
            result += rest[..<backslash]
            let escape = rest[backslash...].prefix(lengthOfEscape(in: rest[backslash...]))
            result += meaning(of: String(Substring(escape)))?.unicodeScalars ?? String.UnicodeScalarView(escape)
            rest = rest[escape.endIndex...]
        }
        return String(result + rest)
    }

    private static func lengthOfEscape(in text: Substring.UnicodeScalarView) -> Int {
        let longest = text.prefix(12)
        guard longest.starts(with: "\\u{".unicodeScalars), let end = longest.firstIndex(of: "}") else { return 2 }
        return longest.distance(from: longest.startIndex, to: end) + 1
    }
}

extension Diagnostic {
    fileprivate static func unterminatedString(at span: Span) -> Diagnostic {
        Diagnostic(
            .unterminatedString, "expected `\"` at the end of the string, found the end of the line", at: span,
            hints: [Hint("write `\"` where the string ends", edit: Edit(replacing: span.ending, with: "\""))])
    }

    fileprivate static func unterminatedRegex(at span: Span) -> Diagnostic {
        Diagnostic(
            .unterminatedRegex, "expected `/` at the end of the regular expression, found the end of the line",
            at: span,
            hints: [
                Hint(
                    "where an expression is expected, `/` opens a regular expression; a division needs something before it"
                )
            ])
    }

    fileprivate static func invalidEscape(_ found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .invalidEscape, "expected an escape, found `\(found)`", at: span,
            hints: [
                Hint("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\u{3b5}`; for a backslash write `\\\\`")
            ])
    }
}
