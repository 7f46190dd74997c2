import Diagnostics

/// A token or a comment on its way into a new layout.
struct Atom {
    enum Content {
        case token(Token.Kind, LayoutNote?)
        case comment
    }

    let content: Content
    let text: String
    /// Line ends between the atom before and this one.
    let lineBreaks: Int

    var kind: Token.Kind? {
        guard case .token(let kind, _) = content else { return nil }
        return kind
    }

    var note: LayoutNote? {
        guard case .token(_, let note) = content else { return nil }
        return note
    }

    var isTight: Bool { if case .tight = note { true } else { false } }
    var isComment: Bool { kind == nil }
    var isOpener: Bool { kind.map(TokenSet.openers.contains) ?? false }
    var isCloser: Bool { kind.map(TokenSet.closers.contains) ?? false }

    /// All of a file, in order, without what separates nothing.
    static func atoms(of parser: Parser) -> [Atom] {
        let source = parser.source
        let tokens = parser.tokens.dropLast().enumerated().map { index, token in
            (span: parser.span(of: token), content: Content.token(token.kind, parser.notes?[index]))
        }
        let comments = parser.comments.map { (span: $0.span, content: Content.comment) }
        var atoms: [Atom] = []
        var end = 0
        for (span, content) in (tokens + comments).sorted(by: { $0.span.lower < $1.span.lower }) {
            let lineBreaks = source.lineBreaks(in: end..<span.lower)
            end = span.upper
            let atom = Atom(content: content, text: source.text(span).trimmingBlanksAtEnd(), lineBreaks: lineBreaks)
            if case .redundant = atom.note { continue }
            atoms.append(atom)
        }
        return atoms
    }
}

extension SourceFile {
    fileprivate func lineBreaks(in range: Range<Int>) -> Int {
        var count = 0
        for offset in range {
            let isPair =
                bytes[offset] == UInt8(ascii: "\n") && offset > range.lowerBound
                && bytes[offset - 1] == UInt8(ascii: "\r")
            if Unicode.Scalar(bytes[offset]).endsLine, !isPair { count += 1 }
        }
        return count
    }
}

extension String {
    fileprivate func trimmingBlanksAtEnd() -> String {
        var trimmed = self[...]
        while trimmed.last == " " || trimmed.last == "\t" { trimmed.removeLast() }
        return String(trimmed)
    }
}
