import Diagnostics

/// The smallest piece of a file that has a meaning; blanks and comments lie between tokens.
struct Token: Sendable {
    let kind: Kind
    /// A line end lies between it and the token before.
    let startsLine: Bool
    let start: UInt32
    let end: UInt32

    enum Kind: UInt8, CaseIterable, Sendable {
        case name, number, string, regex, unknown, end

        case use, `enum`, type, model, data, param, `func`, fit, property
        case forall, exists, `for`, `let`, assume, check, shrink
        case from, `where`, with, `as`, matching
        case and, or, not, implies, `in`, contains
        case `if`, then, `else`, `true`, `false`

        case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
        case comma, colon, semicolon, dot, range, arrow, doubleArrow, assign, tilde, question
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case plus, join, minus, times, slash
    }
}

extension Token.Kind {
    /// Every reserved word by its spelling; none of them is ever a name.
    static let reservedWords = Dictionary(
        uniqueKeysWithValues: allCases.filter(\.isReservedWord).map { ($0.spelling, $0) })

    /// Every sign by its spelling.
    static let signs = Dictionary(
        uniqueKeysWithValues: allCases.filter { $0.rawValue >= leftParenthesis.rawValue }.map { ($0.spelling, $0) })

    var isReservedWord: Bool { (Token.Kind.use.rawValue...Token.Kind.false.rawValue).contains(rawValue) }

    /// What a reserved word or a sign is written as; for a class of tokens, its name.
    var spelling: String {
        switch self {
        case .name: "a name"
        case .number: "a number"
        case .string: "a string"
        case .regex: "a regular expression"
        case .unknown: "an unknown character"
        case .end: "the end of the file"
        case .leftParenthesis: "("
        case .rightParenthesis: ")"
        case .leftBracket: "["
        case .rightBracket: "]"
        case .leftBrace: "{"
        case .rightBrace: "}"
        case .comma: ","
        case .colon: ":"
        case .semicolon: ";"
        case .dot: "."
        case .range: ".."
        case .arrow: "->"
        case .doubleArrow: "=>"
        case .assign: "="
        case .tilde: "~"
        case .question: "?"
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .plus: "+"
        case .join: "++"
        case .minus: "-"
        case .times: "*"
        case .slash: "/"
        default: String(describing: self)
        }
    }

    /// As a diagnostic speaks of it: a class in plain words, anything else in backquotes.
    var description: String { TokenSet.classes.contains(self) ? spelling : "`\(spelling)`" }
}

/// A set of token kinds, of which there are at most 128; membership is one shift.
struct TokenSet: Sendable, ExpressibleByArrayLiteral {
    private var bits: UInt128 = 0

    init(arrayLiteral kinds: Token.Kind...) { self.init(kinds) }

    init(_ kinds: some Sequence<Token.Kind>) {
        for kind in kinds { bits |= TokenSet.bit(of: kind) }
    }

    func contains(_ kind: Token.Kind) -> Bool { bits & TokenSet.bit(of: kind) != 0 }

    func union(_ other: TokenSet) -> TokenSet {
        var both = self
        both.bits |= other.bits
        return both
    }

    static let classes: TokenSet = [.name, .number, .string, .regex, .unknown, .end]
    static let declarationStarts: TokenSet = [
        .use, .enum, .type, .model, .data, .param, .func, .fit, .property,
    ]
    static let clauseStarts: TokenSet = [.forall, .exists, .for, .let, .assume, .check, .shrink]
    static let quantifiers: TokenSet = [.forall, .exists]
    static let openers: TokenSet = [.leftParenthesis, .leftBracket, .leftBrace]
    static let closers: TokenSet = [.rightParenthesis, .rightBracket, .rightBrace]
    static let rangeStarts: TokenSet = [.leftBracket, .leftBrace]
    static let expressionStarts: TokenSet = [
        .name, .number, .string, .regex, .true, .false, .leftParenthesis, .leftBracket, .leftBrace, .minus, .not, .if,
        .forall, .exists,
    ]
    /// Behind one of these an operand is complete, so that `/` divides; elsewhere it opens a regular expression.
    static let operandEnds: TokenSet = [
        .name, .number, .string, .regex, .true, .false, .rightParenthesis, .rightBracket, .rightBrace,
    ]

    private static func bit(of kind: Token.Kind) -> UInt128 {
        1 << UInt128(kind.rawValue)
    }
}
