import Diagnostics

extension Lexer {
    /// An operator or a bracket, the longest that fits; or something that Say does not have.
    mutating func lexSign() {
        let start = offset
        if let (foreign, kind) = foreignSign() {
            offset += foreign.utf8.count
            append(kind, from: start)
            return log.report(.foreignOperator(foreign, write: kind.spelling, at: span(from: start)))
        }
        for length in [2, 1] where offset + length <= bytes.count {
            let spelling = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
            guard let kind = Token.Kind.signs[spelling] else { continue }
            offset += length
            return append(kind, from: start)
        }
        lexUnknown()
    }

    /// A sign of another language that has an exact counterpart here.
    private func foreignSign() -> (String, Token.Kind)? {
        guard let byte = peek(), byte.value >= 0x80 || "&|!".unicodeScalars.contains(byte) else { return nil }
        return Lexer.foreignSigns.first { bytes[offset...].starts(with: $0.0.utf8) && !isNotEqual($0.0) }
    }

    private func isNotEqual(_ sign: String) -> Bool { sign == "!" && peek(1) == "=" }

    private static let foreignSigns: [(String, Token.Kind)] = [
        ("&&", .and), ("||", .or), ("!", .not), ("≤", .lessOrEqual), ("≥", .greaterOrEqual), ("≠", .notEqual),
        ("−", .minus), ("–", .minus), ("×", .times), ("·", .times), ("÷", .slash), ("∧", .and), ("∨", .or),
        ("¬", .not), ("∀", .forall), ("∃", .exists), ("∈", .in), ("→", .arrow), ("⇒", .implies), ("…", .range),
    ]

    /// A run of what no token begins with: reported once, one `.unknown` token.
    private mutating func lexUnknown() {
        let start = offset
        if characterLength == nil {
            while offset < bytes.count, characterLength == nil { offset += 1 }
            append(.unknown, from: start)
            return log.report(.invalidUTF8(at: span(from: start), bytes: bytes[start..<offset]))
        }
        if peek() == "#" { return passForeignComment() }
        while let length = characterLength, isUnknown(length) { offset += length }
        let found = text(from: start)
        passForeignString(openedBy: found)
        append(.unknown, from: start)
        log.report(.unexpectedCharacter(found, at: span(from: start)))
    }

    /// `# ...`, a comment elsewhere.
    private mutating func passForeignComment() {
        let start = offset
        while let byte = peek(), !byte.endsLine { offset += 1 }
        log.report(.unexpectedCharacter("#", at: Span(file: source.id, start..<start + 1)))
    }

    /// The rest of `'...'` or `“...”`, if it is closed on its line.
    private mutating func passForeignString(openedBy quote: String) {
        guard let closer = ["'": "'", "“": "”", "‘": "’"][quote] else { return }
        var end = offset
        while end < bytes.count, !Unicode.Scalar(bytes[end]).endsLine {
            if bytes[end...].starts(with: closer.utf8) {
                offset = end + closer.utf8.count
                return
            }
            end += 1
        }
    }

    /// Whether a letter beyond ASCII stands here, which no name may have but which was meant as part of one.
    var isAtForeignLetter: Bool {
        guard let byte = peek(), byte.value >= 0x80, let scalar = character else { return false }
        return scalar.properties.isAlphabetic
    }

    /// Passes over the rest of a name that has letters beyond ASCII, and reports it once.
    mutating func passForeignLetters(of start: Int) {
        let foreign = offset
        while isAtForeignLetter || offset > foreign && peek()?.continuesName == true { offset += characterLength ?? 1 }
        guard offset > foreign else { return }
        let place = Span(file: source.id, foreign..<offset)
        log.report(.unexpectedCharacter(source.text(place), at: place))
    }

    private func isUnknown(_ length: Int) -> Bool {
        guard let first = peek() else { return false }
        if length > 1 { return foreignSign() == nil && !isAtForeignLetter }
        let isBlank = first == " " || first == "\t" || first.endsLine
        let isKnown = first.continuesName || first == "\"" || Token.Kind.signs[String(first)] != nil
        return !isBlank && !isKnown && foreignSign() == nil
    }

    /// Bytes of the UTF-8 character here, nil where there is none.
    private var characterLength: Int? { character.map { UTF8.width($0) } }

    private var character: Unicode.Scalar? {
        guard offset < bytes.count else { return nil }
        var decoder = Unicode.UTF8.ForwardParser()
        var ahead = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
        guard case .valid(let encoded) = decoder.parseScalar(from: &ahead) else { return nil }
        return Unicode.UTF8.decode(encoded)
    }
}

extension Diagnostic {
    fileprivate static func foreignOperator(_ found: String, write ours: String, at span: Span) -> Diagnostic {
        Diagnostic(
            .foreignOperator, "expected `\(ours)`, found `\(found)`", at: span,
            hints: [Hint("write `\(ours)`", edit: Edit(replacing: span, with: ours))])
    }

    fileprivate static func invalidUTF8(at span: Span, bytes: ArraySlice<UInt8>) -> Diagnostic {
        let shown = bytes.prefix(4).map { hexadecimal(UInt32($0), width: 2) }.joined(separator: " ")
        let rest = bytes.count > 4 ? " ..." : ""
        return Diagnostic(
            .invalidUTF8, "expected UTF-8 text, found the bytes \(shown)\(rest)", at: span,
            hints: [Hint("save the file as UTF-8")])
    }

    fileprivate static func unexpectedCharacter(_ found: String, at span: Span) -> Diagnostic {
        let scalars = found.unicodeScalars
        let first = scalars.first.map { "U+\(hexadecimal($0.value, width: 4))" } ?? ""
        let isVisible = scalars.allSatisfy {
            $0.value > 0x20 && !$0.properties.isDefaultIgnorableCodePoint && $0.value != 0x7F
        }
        let shown = isVisible && scalars.count <= 8 ? "`\(found)` (\(first))" : first
        return Diagnostic(
            .unexpectedCharacter, "no part of Say begins with \(shown)", at: span, hints: advice(on: found))
    }

    private static func advice(on found: String) -> [Hint] {
        switch found.unicodeScalars.first {
        case "'", "“", "”", "‘", "’": [Hint("a string stands between two `\"`")]
        case "#": [Hint("a comment begins with `//`")]
        case "^": [Hint("a power is written as a product: `x * x`")]
        case "&", "|": [Hint("write `and`, `or`")]
        case let scalar? where scalar.properties.isAlphabetic: [Hint("a name has the letters a to z, digits and `_`")]
        default: []
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
