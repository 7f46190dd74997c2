/// Whether a blank stands between two tokens on one line.
enum Spacing {
    /// `first` stands before `left`: it tells whether `left` is the sign of a number or a difference.
    static func separates(_ left: Atom, _ right: Atom, after first: Atom?) -> Bool {
        guard let before = left.kind, let after = right.kind else { return true }
        let leftEndsOperand = first?.kind.map(TokenSet.operandEnds.contains) ?? false
        if before == .minus, !leftEndsOperand { return false }
        if left.isTight && left.isOpener || right.isTight && right.isCloser { return false }
        switch (before, after) {
        case (.number, .dot): return true
        case (.leftParenthesis, _), (.leftBracket, _), (_, .rightParenthesis), (_, .rightBracket): return false
        case (_, .comma), (_, .semicolon), (_, .question), (.dot, _), (_, .dot): return false
        case (.range, .comma), (.comma, .range): return true
        case (.range, _), (_, .range): return false
        case (_, .colon): return isWide(right)
        case (_, .leftParenthesis), (_, .leftBracket): return !TokenSet.operandEnds.contains(before)
        default: return true
        }
    }

    /// Characters of all these on one line.
    static func width(of atoms: ArraySlice<Atom>) -> Int {
        var width = 0
        for index in atoms.indices {
            width += atoms[index].text.count
            let first = index > atoms.startIndex + 1 ? atoms[index - 2] : nil
            if index > atoms.startIndex, separates(atoms[index - 1], atoms[index], after: first) { width += 1 }
        }
        return width
    }

    private static func isWide(_ colon: Atom) -> Bool {
        if case .wideColon = colon.note { true } else { false }
    }
}
