/// Tokens that are found in a text before anything is done to it.
package struct AddedTokens: Sendable {
    package struct Token: Sendable, Hashable {
        package let text: [UInt8]
        package let id: Int32
        /// Whether blanks before or behind it belong to it.
        package var takesLeft = false
        package var takesRight = false
        /// Whether it is a sign for the model, which stands for no text.
        package var isSpecial = true

        package init(
            text: [UInt8], id: Int32, takesLeft: Bool = false, takesRight: Bool = false, isSpecial: Bool = true
        ) {
            self.text = text
            self.id = id
            self.takesLeft = takesLeft
            self.takesRight = takesRight
            self.isSpecial = isSpecial
        }
    }

    enum Piece {
        case text([UInt8])
        case token(Int32)
    }

    package let tokens: [Token]
    package let byID: [Int32: Token]
    /// By their first byte, the longest first.
    private let byFirst: [[Token]]

    package init(_ tokens: [Token]) {
        self.tokens = tokens
        byID = Dictionary(tokens.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var byFirst = Array(repeating: [Token](), count: 256)
        for token in tokens where !token.text.isEmpty { byFirst[Int(token.text[0])].append(token) }
        self.byFirst = byFirst.map { $0.sorted { $0.text.count > $1.text.count } }
    }

    /// The text in pieces: from left to right, the longest token at each place.
    func pieces(_ text: [UInt8]) -> [Piece] {
        guard !tokens.isEmpty else { return text.isEmpty ? [] : [.text(text)] }
        var (pieces, start, place) = ([Piece](), 0, 0)
        while place < text.count {
            guard let token = byFirst[Int(text[place])].first(where: { text[place...].starts(with: $0.text) }) else {
                place += 1
                continue
            }
            var (end, next) = (place, place + token.text.count)
            while token.takesLeft, end > start, text[end - 1].isBlank { end -= 1 }
            while token.takesRight, next < text.count, text[next].isBlank { next += 1 }
            if end > start { pieces.append(.text(Array(text[start..<end]))) }
            pieces.append(.token(token.id))
            (start, place) = (next, next)
        }
        if start < text.count { pieces.append(.text(Array(text[start...]))) }
        return pieces
    }
}

extension UInt8 {
    /// Of ASCII's.
    fileprivate var isBlank: Bool { self == 32 || (9...13).contains(self) }
}
