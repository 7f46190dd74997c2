import Diagnostics

/// Reads VNN-LIB: in version 1.0 `declare-const` of `X_i` and `Y_i`, and `assert` of linear conditions joined by `and` and
/// `or`; in version 2.0 `declare-network`, and `assert` of polynomial conditions.
///
/// In 1.0, `<`, `>`, `=` and `declare-fun` without parameters are read as well; in 2.0, numbers with exponents, and whole
/// numbers wherever real ones stand. Linear time; nesting of at most 200. The first thing that is wrong ends the reading:
/// what follows in a file of this kind seldom says anything new.
struct Parser {
    private static let depthLimit = 200

    var scanner: Scanner
    private var depth = 0
    private(set) var version = Query.Version.one
    /// Of version 1.0.
    private(set) var declarations = Declarations()
    /// Of version 2.0.
    var declared = DeclaredNetworks()
    private(set) var assertions: [Formula] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: SourceFile.ID) {
        scanner = Scanner(bytes, file: file)
    }

    /// Where the current token lies; at the end of the file, where the text ends.
    var place: Span { scanner.span }
    var end: Span { scanner.span }

    mutating func parseFile() throws(Diagnostic) {
        var isFirst = true
        while scanner.token != .end {
            try expect(
                .open, "a command such as `(\(version == .one ? "declare-const X_0 Real" : "assert (<= Y[0] 1.5)"))`")
            let span = scanner.span
            let command = try parseWord("a command")
            if isFirst && command == "vnnlib-version" {
                try parseVersion()
            } else if version == .one {
                try parseCommand(command, at: span)
            } else {
                try parseSecondCommand(command, at: span)
            }
            try expect(.close, "`)`")
            isFirst = false
        }
    }

    private mutating func parseVersion() throws(Diagnostic) {
        let span = scanner.span
        let word = try parseWord("a version such as `<2.0>`")
        let parts = word.dropFirst().dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard word.hasPrefix("<"), word.hasSuffix(">"), parts.count == 2, let major = Int(parts[0]),
            Int(parts[1]) != nil
        else { throw .unexpected(word, expected: "a version such as `<2.0>`", at: span) }
        switch major {
        case 1: version = .one
        case 2: version = .two
        default: throw .unknownVersion(word, at: span)
        }
    }

    private mutating func parseCommand(_ command: String, at span: Span) throws(Diagnostic) {
        switch command {
        case "declare-const": try parseDeclaration()
        case "declare-fun": try parseFunctionDeclaration()
        case "assert": assertions.append(try parseFormula())
        case "set-logic", "set-info", "set-option", "check-sat", "get-model", "exit": skipRest()
        case "declare-network", "vnnlib-version": throw .lateVersion(at: span)
        default: throw .unknownCommand(command, version, at: span)
        }
    }

    private mutating func parseSecondCommand(_ command: String, at span: Span) throws(Diagnostic) {
        switch command {
        case "declare-network": try parseNetwork()
        case "assert": assertions.append(try parseFormula())
        default: throw .unknownCommand(command, version, at: span)
        }
    }

    private mutating func parseDeclaration() throws(Diagnostic) {
        let span = scanner.span
        let variable = try parseVariable()
        try parseSort()
        try declarations.declare(variable, at: span)
    }

    private mutating func parseFunctionDeclaration() throws(Diagnostic) {
        let span = scanner.span
        let variable = try parseVariable()
        try expect(.open, "`()`")
        try expect(.close, "`)`")
        try parseSort()
        try declarations.declare(variable, at: span)
    }

    private mutating func parseSort() throws(Diagnostic) {
        let span = scanner.span
        let sort = try parseWord("`Real`")
        guard sort == "Real" else { throw .unexpected(sort, expected: "`Real`", at: span) }
    }

    private mutating func parseVariable() throws(Diagnostic) -> Variable {
        let span = scanner.span
        guard scanner.token == .word, let variable = Variable(scanner.word) else {
            throw .unexpected(describeToken(), expected: "a name such as `X_0` or `Y_0`", at: span)
        }
        scanner.advance()
        return variable
    }

    private mutating func skipRest() {
        var open = 0
        while scanner.token != .end, open > 0 || scanner.token != .close {
            if scanner.token == .open { open += 1 }
            if scanner.token == .close { open -= 1 }
            scanner.advance()
        }
    }
}

// MARK: - Tokens

extension Parser {
    mutating func parseWord(_ expected: String) throws(Diagnostic) -> String {
        guard scanner.token == .word else {
            throw .unexpected(describeToken(), expected: expected, at: scanner.span)
        }
        defer { scanner.advance() }
        return scanner.text
    }

    /// One of the words behind `(`, both of which are then read; nil, and nothing read, where something else stands there.
    mutating func openWord(among words: [String]) throws(Diagnostic) -> String? {
        guard scanner.token == .open else { return nil }
        var ahead = scanner
        ahead.advance()
        guard ahead.token == .word, words.contains(ahead.text) else { return nil }
        defer { scanner.advance() }
        scanner = ahead
        return ahead.text
    }

    /// What `body` reads, between parentheses.
    mutating func parseNested<Result>(
        _ body: (inout Parser) throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        guard depth < Self.depthLimit else { throw .tooDeep(Self.depthLimit, at: scanner.span) }
        try expect(.open, "`(`")
        depth += 1
        let result = try body(&self)
        depth -= 1
        try expect(.close, "`)`")
        return result
    }

    mutating func expect(_ token: Scanner.Token, _ expected: String) throws(Diagnostic) {
        guard scanner.token == token else {
            throw .unexpected(describeToken(), expected: expected, at: scanner.span)
        }
        scanner.advance()
    }

    func describeToken() -> String {
        scanner.token == .end ? "the end of the file" : String(scanner.text.prefix(40))
    }
}
