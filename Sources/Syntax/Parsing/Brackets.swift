/// What is known of the brackets of a file before it is parsed. O(tokens), so that looking ahead costs nothing.
///
/// A colon directly in a bracket either stands behind the pattern that an entry begins with, as in `i: Int` and `label: 3`,
/// or begins a body, as in `row in test : row.x`. Each quantifier has one body. So a bracket that has more of them is an
/// aggregate or a comprehension.
struct Brackets {
    /// For each opening bracket the place of the bracket that closes it, else 0.
    private var partners: [Int32]
    /// For each opening bracket the bodies directly in it less the quantifiers directly in it.
    private var bodies: [Int32]
    /// For each quantifier the bracket directly around it, if that is no property's brace.
    private var surroundings: [Int: Int] = [:]

    init(_ tokens: [Token]) {
        partners = [Int32](repeating: 0, count: tokens.count)
        bodies = partners
        var walk = Walk()
        for (index, token) in tokens.enumerated() {
            if TokenSet.openers.contains(token.kind) { walk.open.append(index) }
            let isLabel = index + 1 < tokens.count && tokens[index + 1].kind == .colon
            if TokenSet.declarationStarts.contains(token.kind), !isLabel { walk = Walk(declaration: token.kind) }
            guard let last = walk.open.last else { continue }
            if TokenSet.quantifiers.contains(token.kind), !isLabel { addQuantifier(at: index, in: last, walk, tokens) }
            if token.kind == .colon, beginsBody(index, walk, tokens) { bodies[last] += 1 }
            guard TokenSet.closers.contains(token.kind), tokens[last].kind.closer == token.kind else { continue }
            partners[last] = Int32(index)
            walk.lastClosed = last
            walk.open.removeLast()
        }
    }

    /// The brackets that are open at one place of a declaration.
    private struct Walk {
        var declaration = Token.Kind.end
        var open: [Int] = []
        var lastClosed = 0
    }

    private mutating func addQuantifier(at index: Int, in bracket: Int, _ walk: Walk, _ tokens: [Token]) {
        let isBody = walk.open.count == 1 && walk.declaration == .property && tokens[bracket].kind == .leftBrace
        guard !isBody else { return }
        surroundings[index] = bracket
        bodies[bracket] -= 1
    }

    private func beginsBody(_ colon: Int, _ walk: Walk, _ tokens: [Token]) -> Bool {
        let pattern = tokens[colon - 1].kind == .rightBrace ? walk.lastClosed : colon - 1
        let kind = tokens[pattern].kind
        guard kind == .name || kind.isReservedWord || kind == .leftBrace, pattern > 0 else { return true }
        return !TokenSet.patternLeads.contains(tokens[pattern - 1].kind)
    }
}

extension Brackets {
    /// The place of what closes the bracket that opens here.
    func partner(of opener: Int) -> Int? { partners[opener] > 0 ? Int(partners[opener]) : nil }

    /// Whether what opens here has binders and a body, as an aggregate or a comprehension.
    func hasBody(at opener: Int) -> Bool { bodies[opener] > 0 }

    /// Whether the quantifier here lies in brackets that are closed, and so begins no clause.
    func hasQuantifierInExpression(at index: Int) -> Bool {
        surroundings[index].map { partners[$0] > 0 } ?? false
    }
}

extension TokenSet {
    /// What stands before the pattern of a binder or the label of an argument.
    fileprivate static let patternLeads: TokenSet = [.comma, .leftParenthesis, .leftBracket, .forall, .exists]
}
