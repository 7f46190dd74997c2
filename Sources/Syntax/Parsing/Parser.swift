import Diagnostics

/// Reads a file into its tree and reports every error in it, in reading order.
///
/// Any byte string gives a tree. O(bytes). Grammar/say.ebnf is what it accepts; each `parse...` below has the name of a rule there.
package func parse(_ source: SourceFile) -> (tree: SyntaxTree, diagnostics: [Diagnostic]) {
    guard source.bytes.count <= Limits.bytes else {
        return (SyntaxTree(unread: source), [.tooManyBytes(source)])
    }
    let lexer = Lexer.lex(source)
    guard lexer.tokens.count <= Limits.tokens else {
        return (SyntaxTree(unread: source), [.tooManyTokens(source, at: lexer.offset)])
    }
    var parser = Parser(lexer)
    let declarations = parser.parseFile()
    let tree = SyntaxTree(
        source: source, declarations: declarations, comments: parser.comments, lineFiles: parser.lineFiles)
    return (tree, parser.log.diagnostics.inReadingOrder())
}

extension SyntaxTree {
    /// The tree of a file that is too large to be read.
    fileprivate init(unread source: SourceFile) {
        self.init(source: source, declarations: [.malformed(source.span)], comments: [])
    }
}

/// The tokens of one file and how far they are read.
///
/// An error is reported where it is met, once: what is unexpected again at the same token, or at the one to which an
/// error was skipped, is not reported.
struct Parser {
    let source: SourceFile
    let tokens: [Token]
    let comments: [Comment]
    var log: DiagnosticLog
    private(set) var position = 0
    let brackets: Brackets
    /// Where the lexer has found something wrong, ascending.
    private let lexicalErrors: [Int]
    /// Where unexpected tokens are no longer reported.
    private var excusedPosition = -1
    /// Facts about tokens by their place, for the formatter; nil where nobody wants them.
    var notes: [Int: LayoutNote]?
    /// The files behind `lines` so far.
    var lineFiles: [StringLiteral] = []
    /// What closes the brackets being read, outermost first.
    var openBrackets: [Token.Kind] = []
    /// Brackets and prefixes around the place being read.
    private(set) var depth = 0
    /// The deepest the tree under construction goes, counted like `depth`.
    var peak = 0

    init(_ lexer: Lexer) {
        source = lexer.source
        tokens = lexer.tokens
        comments = lexer.comments
        log = lexer.log
        lexicalErrors = lexer.log.diagnostics.map(\.span.lower).sorted()
        brackets = Brackets(lexer.tokens)
    }
}

extension Token.Kind {
    /// What closes this bracket.
    var closer: Token.Kind? {
        switch self {
        case .leftParenthesis: .rightParenthesis
        case .leftBracket: .rightBracket
        case .leftBrace: .rightBrace
        default: nil
        }
    }
}

// MARK: - Looking

extension Parser {
    var current: Token { tokens[position] }
    var kind: Token.Kind { tokens[position].kind }

    /// The token so far ahead; beyond the end, the end.
    func ahead(_ distance: Int) -> Token { tokens[min(position + distance, tokens.count - 1)] }

    func at(_ kind: Token.Kind) -> Bool { self.kind == kind }
    /// At what ends every construct inside a clause: what begins a clause or a declaration, a closing bracket, the end.
    var isAtBoundary: Bool {
        guard at(.boundaries), !(kind.isReservedWord && ahead(1).kind == .colon) else { return false }
        return !(at(.quantifiers) && brackets.hasQuantifierInExpression(at: position))
    }

    func at(_ kinds: TokenSet) -> Bool { kinds.contains(kind) }

    /// At a name that has this spelling: a word that is reserved in this place only.
    func at(word: String) -> Bool { kind == .name && text(of: current) == word }

    func text(of token: Token) -> String { source.text(span(of: token)) }
    func span(of token: Token) -> Span { Span(file: source.id, Int(token.start)..<Int(token.end)) }

    /// From the token at `mark` to the last one read; empty where none was read.
    func span(since mark: Int) -> Span {
        guard position > mark else { return gap }
        return Span(file: source.id, Int(tokens[mark].start)..<Int(tokens[position - 1].end))
    }

    /// The empty span behind the last token read, where something is missing.
    var gap: Span {
        let offset = position > 0 ? Int(tokens[position - 1].end) : Int(tokens[0].start)
        return Span(file: source.id, offset..<offset)
    }
}

// MARK: - Going on

extension Parser {
    @discardableResult
    mutating func advance() -> Token {
        let token = current
        if position < tokens.count - 1 { position += 1 }
        return token
    }

    mutating func accept(_ kind: Token.Kind) -> Bool {
        guard at(kind) else { return false }
        advance()
        return true
    }

    mutating func accept(word: String) -> Bool {
        guard at(word: word) else { return false }
        advance()
        return true
    }

    /// Passes over tokens, bracketed groups as a whole, up to one of `stops`, a closing bracket, or what begins a
    /// clause or a declaration.
    mutating func skip(to stops: TokenSet = []) {
        let mark = position
        while !at(stops), !isAtBoundary { skipOne() }
        if position > mark { excuse() }
    }

    /// Passes over the rest of a clause that is none, up to a boundary or a line that begins with a name.
    mutating func skipLines() {
        repeat { skipOne() } while !isAtBoundary && !(at(.name) && current.startsLine)
        if isAtBoundary { excuse() }
    }

    /// Passes over one token, or over a whole group where it opens one.
    mutating func skipOne() {
        if let partner = brackets.partner(of: position) { position = partner }
        advance()
    }

    /// Whatever is unexpected here follows from an error that was reported.
    mutating func excuse() { excusedPosition = position }

    /// Whether an error here follows from one that was reported, here or by the lexer.
    var isExcused: Bool { isRecovering || isWrongInItself }

    /// Whether an error was reported here, or passed over up to here.
    var isRecovering: Bool { excusedPosition == position }

    /// Reports what is wrong with the current token, unless that follows from another error.
    mutating func reportOnce(_ diagnostic: (Parser) -> Diagnostic) {
        if !isExcused {
            let diagnostic = diagnostic(self)
            log.report(diagnostic)
        }
        excuse()
    }

    private var isWrongInItself: Bool {
        let index = lexicalErrors.partitionPoint { $0 < Int(current.start) }
        return index < lexicalErrors.count && lexicalErrors[index] < Int(current.end)
    }

    /// Reads one level deeper; too deep, it reports, passes over the rest and gives `nil`.
    mutating func nested<Node>(_ parse: (inout Parser) -> Node) -> Node? {
        guard depth < Limits.nesting else {
            if !isExcused { log.report(.tooDeep(at: span(of: current))) }
            skipOne()
            skip()
            excuse()
            return nil
        }
        depth += 1
        peak = max(peak, depth)
        defer { depth -= 1 }
        return parse(&self)
    }
}

extension [Int] {
    /// The place of the first element for which the condition does not hold, if it holds for all before. O(log count).
    fileprivate func partitionPoint(where precedes: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if precedes(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension TokenSet {
    fileprivate static let boundaries = TokenSet.declarationStarts.union(.clauseStarts).union(.closers).union([.end])
}

extension Diagnostic {
    static func tooDeep(at span: Span) -> Diagnostic {
        Diagnostic(
            .tooDeep,
            "too deep: brackets nest at most \(Limits.nesting) deep, signs follow one another at most \(Limits.height) times",
            at: span, hints: [Hint("name a part of it with `let`")])
    }
}
