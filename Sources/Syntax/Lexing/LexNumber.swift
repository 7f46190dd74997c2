import Diagnostics

extension Lexer {
    /// `3`, `60_760`, `0.25`, `1e-3`; what is nearly one is reported and still a number.
    mutating func lexNumber() {
        let start = offset
        skipDigits()
        let wholeEnd = offset
        if peek() == ".", peek(1)?.isDigit == true {
            offset += 1
            skipDigits()
        } else if peek() == ".", endsAfterDot {
            offset += 1
        }
        skipExponent()
        while let byte = peek(), byte.continuesName { offset += 1 }
        append(.number, from: start)
        let isPlain = offset == wholeEnd && !bytes[start..<offset].contains(UInt8(ascii: "_"))
        if !isPlain, !isWellFormed(text(from: start), wholeLength: wholeEnd - start) {
            log.report(.malformedNumber(text(from: start), at: span(from: start)))
        }
    }

    private mutating func skipDigits() {
        while let byte = peek(), byte.isDigit || byte == "_" { offset += 1 }
    }

    private mutating func skipExponent() {
        guard peek() == "e" || peek() == "E" else { return }
        let signLength = peek(1) == "+" || peek(1) == "-" ? 1 : 0
        offset += 1 + signLength
        skipDigits()
    }

    /// Whether the dot here is a stray one as in `5.`: neither a range nor a member follows.
    private var endsAfterDot: Bool {
        guard let next = peek(1) else { return true }
        return next != "." && !next.startsName
    }

    private func isWellFormed(_ text: String, wholeLength: Int) -> Bool {
        wholeLength > 0 && text.utf8.last.map { Unicode.Scalar($0).isDigit } == true
            && !text.utf8.dropFirst(wholeLength).contains { $0.isNameByte && !$0.isExponentByte }
            && text.utf8.filter(\.isExponentByte).count <= 1 && hasDigitsAroundUnderscores(text)
    }

    private func hasDigitsAroundUnderscores(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        return zip(parts, parts.dropFirst()).allSatisfy { before, after in
            before.last.map { Unicode.Scalar($0).isDigit } == true
                && after.first.map { Unicode.Scalar($0).isDigit } == true
        }
    }
}

extension UInt8 {
    fileprivate var isExponentByte: Bool { self == UInt8(ascii: "e") || self == UInt8(ascii: "E") }
    fileprivate var isNameByte: Bool { Unicode.Scalar(self).startsName && self != UInt8(ascii: "_") }
}

extension Diagnostic {
    fileprivate static func malformedNumber(_ found: String, at span: Span) -> Diagnostic {
        let shown = found.count <= 40 ? found : found.prefix(37) + "..."
        var hint = Hint("numbers look like `3`, `0.25`, `1e-3`, `60_760`")
        let isFraction = found.dropFirst().allSatisfy { ("0"..."9").contains($0) }
        if found.hasPrefix("."), isFraction {
            hint = Hint("write `0\(shown)`", edit: Edit(replacing: span.beginning, with: "0"))
        } else if found.hasSuffix("."), found.dropLast().allSatisfy({ ("0"..."9").contains($0) }) {
            hint = Hint("write `\(shown)0`", edit: Edit(replacing: span.ending, with: "0"))
        }
        return Diagnostic(.malformedNumber, "expected a number, found `\(shown)`", at: span, hints: [hint])
    }
}
