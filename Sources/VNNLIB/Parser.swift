import Diagnostics

/// Reads VNN-LIB 1.0: `declare-const` of `X_i` and `Y_i`, and `assert` of linear conditions joined by `and` and `or`.
///
/// `<`, `>`, `=` and `declare-fun` without parameters are read as well. Linear time; nesting of at most 200. The first
/// thing that is wrong ends the reading: what follows in a file of this kind seldom says anything new.
struct Parser {
    private static let depthLimit = 200

    private var scanner: Scanner
    private var depth = 0
    private(set) var declarations = Declarations()
    private(set) var assertions: [Formula] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: SourceFile.ID) {
        scanner = Scanner(bytes, file: file)
    }

    /// Where the text ends.
    var end: Span { scanner.span }

    mutating func parseFile() throws(Diagnostic) {
        while scanner.token != .end {
            try expect(.open, "a command such as `(declare-const X_0 Real)`")
            try parseCommand()
            try expect(.close, "`)`")
        }
    }

    private mutating func parseCommand() throws(Diagnostic) {
        let span = scanner.span
        switch try parseWord("a command") {
        case "declare-const": try parseDeclaration()
        case "declare-fun": try parseFunctionDeclaration()
        case "assert": assertions.append(try parseFormula())
        case "set-logic", "set-info", "set-option", "check-sat", "get-model", "exit": skipRest()
        case let command: throw .unknownCommand(command, at: span)
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

extension Parser {
    private mutating func parseFormula() throws(Diagnostic) -> Formula {
        if scanner.token == .word {
            let span = scanner.span
            switch try parseWord("a condition") {
            case "true": return .always
            case "false": return .never
            case let word: throw .unexpected(word, expected: "a condition such as `(<= Y_0 1.5)`", at: span)
            }
        }
        return try parseNested { parser throws(Diagnostic) in try parser.parseApplication() }
    }

    private mutating func parseApplication() throws(Diagnostic) -> Formula {
        let span = scanner.span
        switch try parseWord("`and`, `or`, `<=` or `>=`") {
        case "and": return .conjunction(try parseFormulas())
        case "or": return .disjunction(try parseFormulas())
        case "<=": return try parseComparison(.atMost)
        case "<": return try parseComparison(.less)
        case ">=": return try parseReversed(.atMost)
        case ">": return try parseReversed(.less)
        case "=":
            let (left, right) = try parseSides()
            return .conjunction([left.compared(.atMost, right), right.compared(.atMost, left)])
        case let word: throw .unknownCondition(word, at: span)
        }
    }

    private mutating func parseFormulas() throws(Diagnostic) -> [Formula] {
        var parts: [Formula] = []
        while scanner.token == .open || scanner.token == .word { parts.append(try parseFormula()) }
        return parts
    }

    private mutating func parseComparison(_ relation: Inequality.Relation) throws(Diagnostic) -> Formula {
        let (left, right) = try parseSides()
        return left.compared(relation, right)
    }

    private mutating func parseReversed(_ relation: Inequality.Relation) throws(Diagnostic) -> Formula {
        let (left, right) = try parseSides()
        return right.compared(relation, left)
    }

    private mutating func parseSides() throws(Diagnostic) -> (LinearSum, LinearSum) {
        let start = scanner.span
        let sides = (try parseSum(), try parseSum())
        guard sides.0.isFinite, sides.1.isFinite else { throw .tooLargeNumber(at: start.joined(with: scanner.span)) }
        return sides
    }
}

extension Parser {
    private mutating func parseSum() throws(Diagnostic) -> LinearSum {
        guard scanner.token == .word else {
            return try parseNested { parser throws(Diagnostic) in try parser.parseArithmetic() }
        }
        let span = scanner.span
        if let variable = Variable(scanner.word) {
            guard declarations.contains(variable) else { throw .undeclared(variable, at: span) }
            scanner.advance()
            return LinearSum(variable)
        }
        guard let number = Double(scanner.text), number.isFinite else {
            throw .unexpected(describeToken(), expected: "a number, `X_i` or `Y_i`", at: span)
        }
        scanner.advance()
        return LinearSum(number)
    }

    private mutating func parseArithmetic() throws(Diagnostic) -> LinearSum {
        let span = scanner.span
        let symbol = try parseWord("`+`, `-` or `*`")
        var operands: [LinearSum] = []
        while scanner.token == .open || scanner.token == .word { operands.append(try parseSum()) }
        guard let first = operands.first else { throw .missingOperand(symbol, at: scanner.span) }
        switch symbol {
        case "+": return .sum(operands)
        case "-":
            if operands.count == 1 { return first.scaled(by: -1) }
            return .sum([first] + operands.dropFirst().map { $0.scaled(by: -1) })
        case "*": return try product(operands, at: span)
        case "/": return try quotient(operands, at: span)
        default: throw .unknownArithmetic(symbol, at: span)
        }
    }

    private func product(_ factors: [LinearSum], at span: Span) throws(Diagnostic) -> LinearSum {
        let variable = factors.filter { !$0.terms.isEmpty }
        guard variable.count <= 1 else { throw .notLinear(at: span) }
        let factor = factors.reduce(1) { $1.terms.isEmpty ? $0 * $1.constant : $0 }
        return variable.first?.scaled(by: factor) ?? LinearSum(factor)
    }

    private func quotient(_ operands: [LinearSum], at span: Span) throws(Diagnostic) -> LinearSum {
        guard operands.count == 2, operands[1].terms.isEmpty, operands[1].constant != 0 else {
            throw .notLinear(at: span)
        }
        return operands[0].divided(by: operands[1].constant)
    }
}

extension Parser {
    private mutating func parseWord(_ expected: String) throws(Diagnostic) -> String {
        guard scanner.token == .word else {
            throw .unexpected(describeToken(), expected: expected, at: scanner.span)
        }
        defer { scanner.advance() }
        return scanner.text
    }

    /// What `body` reads, between parentheses.
    private mutating func parseNested<Result>(
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

    private mutating func expect(_ token: Scanner.Token, _ expected: String) throws(Diagnostic) {
        guard scanner.token == token else {
            throw .unexpected(describeToken(), expected: expected, at: scanner.span)
        }
        scanner.advance()
    }

    private func describeToken() -> String {
        switch scanner.token {
        case .open: "("
        case .close: ")"
        case .end: "the end of the file"
        case .word: String(scanner.text.prefix(40))
        }
    }
}
