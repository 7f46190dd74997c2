import Diagnostics

/// A word or a sign of a file, as it is shown in colours.
package struct Word: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case keyword, name, number, string, regex, sign }

    package let kind: Kind
    package let span: Span
}

/// All words and signs of a file in order, what is no Say left out; comments are the tree's. O(bytes).
package func words(of source: SourceFile) -> [Word] {
    guard source.bytes.count <= Limits.bytes else { return [] }
    return Lexer.lex(source).tokens.compactMap { token in
        let kind: Word.Kind? =
            switch token.kind {
            case .name: .name
            case .number: .number
            case .string: .string
            case .regex: .regex
            case .unknown, .end: nil
            default: token.kind.isReservedWord ? .keyword : .sign
            }
        return kind.map { Word(kind: $0, span: Span(file: source.id, Int(token.start)..<Int(token.end))) }
    }
}

/// Words that are never names, by how they are spelt.
package let reservedWords: [String] = Token.Kind.reservedWords.keys.sorted()
