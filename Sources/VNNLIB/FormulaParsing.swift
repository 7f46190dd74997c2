import Diagnostics

/// Conditions, and the arithmetic in them.
extension Parser {
    mutating func parseFormula() throws(Diagnostic) -> Formula {
        if scanner.token == .word {
            let span = scanner.span
            switch try parseWord("a condition") {
            case "true": return .always
            case "false": return .never
            case let word: throw .unexpected(word, expected: "a condition such as `(<= \(sample) 1.5)`", at: span)
            }
        }
        return try parseNested { parser throws(Diagnostic) in try parser.parseApplication() }
    }

    private var sample: String { version == .one ? "Y_0" : "Y[0]" }

    private mutating func parseApplication() throws(Diagnostic) -> Formula {
        let span = scanner.span
        let word = try parseWord("`and`, `or`, `<=` or `>=`")
        switch word {
        case "and": return .conjunction(try parseFormulas())
        case "or": return .disjunction(try parseFormulas())
        default: break
        }
        guard let comparison = Comparison(word, version) else { throw .unknownCondition(word, version, at: span) }
        let (left, right) = try parseSides()
        return comparison.formula(left, right)
    }

    private mutating func parseFormulas() throws(Diagnostic) -> [Formula] {
        var parts: [Formula] = []
        while scanner.token == .open || scanner.token == .word { parts.append(try parseFormula()) }
        return parts
    }

    private mutating func parseSides() throws(Diagnostic) -> (Polynomial, Polynomial) {
        let start = scanner.span
        let (left, right) = (try parseSum(), try parseSum())
        guard left.sum.isFinite, right.sum.isFinite else { throw .tooLargeNumber(at: start.joined(with: scanner.span)) }
        try Operand.agree([left, right])
        return (left.sum, right.sum)
    }
}

/// How two sides are compared.
private enum Comparison {
    case less, atMost, greater, atLeast, equal, different

    /// Equality is `=` in VNN-LIB 1.0, which knows no `!=`.
    init?(_ word: String, _ version: Query.Version) {
        switch (word, version) {
        case ("<", _): self = .less
        case ("<=", _): self = .atMost
        case (">", _): self = .greater
        case (">=", _): self = .atLeast
        case ("=", .one), ("==", .two): self = .equal
        case ("!=", .two): self = .different
        default: return nil
        }
    }

    func formula(_ left: Polynomial, _ right: Polynomial) -> Formula {
        switch self {
        case .less: left.compared(.less, right)
        case .atMost: left.compared(.atMost, right)
        case .greater: right.compared(.less, left)
        case .atLeast: right.compared(.atMost, left)
        case .equal: .conjunction([left.compared(.atMost, right), right.compared(.atMost, left)])
        case .different: .disjunction([left.compared(.less, right), right.compared(.less, left)])
        }
    }
}

// MARK: - Arithmetic

/// A part of a condition while it is read: what it says, and what it may be compared with.
private struct Operand {
    var sum: Polynomial
    /// A variable that tells the element type, and where it stands.
    var variable: (element: DeclaredElement, span: Span)?
    /// Where a number stands that is not whole.
    var fraction: Span?

    /// All variables of a comparison have one element type, and whole numbers are compared with whole numbers.
    static func agree(_ operands: [Operand]) throws(Diagnostic) {
        guard let first = operands.lazy.compactMap(\.variable).first else { return }
        for operand in operands {
            if let (element, span) = operand.variable, element != first.element {
                throw .mixedElements(first.element, element, at: span)
            }
            if let fraction = operand.fraction, first.element.kind.isWhole {
                throw .fractionAmongWhole(first.element, at: fraction)
            }
        }
    }

    /// The same facts about another sum, which is made of the operands.
    init(_ sum: Polynomial, of operands: [Operand]) {
        self.sum = sum
        variable = operands.lazy.compactMap(\.variable).first
        fraction = operands.lazy.compactMap(\.fraction).first
    }

    init(_ sum: Polynomial) { self.sum = sum }
}

extension Parser {
    fileprivate mutating func parseSum() throws(Diagnostic) -> Operand {
        guard scanner.token == .word else {
            return try parseNested { parser throws(Diagnostic) in try parser.parseArithmetic() }
        }
        if version == .two, let first = scanner.word.first, first.isLetter { return try parseElement() }
        let span = scanner.span
        if version == .one, let variable = Variable(scanner.word) {
            guard declarations.contains(variable) else { throw .undeclared(variable, at: span) }
            scanner.advance()
            return Operand(Polynomial(variable))
        }
        let text = scanner.text
        guard let number = Double(text), version == .one || scanner.word.isDecimal else {
            let names = version == .one ? "`X_i` or `Y_i`" : "or a variable such as `Y[0]`"
            throw .unexpected(describeToken(), expected: "a number\(version == .one ? ", " : " ")\(names)", at: span)
        }
        guard number.isFinite else { throw .tooLargeNumber(at: span) }
        scanner.advance()
        var operand = Operand(Polynomial(number))
        if text.contains(".") { operand.fraction = span }
        return operand
    }

    /// `X[0,1]`, or `X` alone where it is a scalar.
    private mutating func parseElement() throws(Diagnostic) -> Operand {
        let span = scanner.span
        let name = scanner.text
        guard let (side, tensor) = declared.tensor(named: name) else {
            throw .undeclaredTensor(name, among: declared.names, at: span)
        }
        scanner.advance()
        let start = scanner.span
        let indices = scanner.token == .openIndex ? try parseIndices() : []
        let shape = tensor.shape ?? []
        guard indices.count == shape.count else { throw .indexCount(tensor, indices.count, at: span) }
        var place = 0
        for (index, size) in zip(indices, shape) {
            guard index < size else { throw .indexOutside(tensor, at: start) }
            place = place * size + index
        }
        var operand = Operand(Polynomial(Variable(side: side, index: tensor.start + place)))
        operand.variable = (tensor.element, span)
        return operand
    }

    private mutating func parseArithmetic() throws(Diagnostic) -> Operand {
        let span = scanner.span
        let symbol = try parseWord("`+`, `-` or `*`")
        var operands: [Operand] = []
        while scanner.token == .open || scanner.token == .word { operands.append(try parseSum()) }
        guard let first = operands.first else { throw .missingOperand(symbol, at: scanner.span) }
        try Operand.agree(operands)
        let sums = operands.map(\.sum)
        switch (symbol, version) {
        case ("+", _): return Operand(.sum(sums), of: operands)
        case ("-", _):
            if operands.count == 1 { return Operand(first.sum.scaled(by: -1), of: operands) }
            return Operand(.sum([first.sum] + sums.dropFirst().map { $0.scaled(by: -1) }), of: operands)
        case ("*", _):
            guard version == .two || sums.count(where: { !$0.isConstant }) <= 1 else { throw .notLinear(at: span) }
            return Operand(.product(sums), of: operands)
        case ("/", .one): return Operand(try quotient(sums, at: span), of: operands)
        default: throw .unknownArithmetic(symbol, version, at: span)
        }
    }

    private func quotient(_ operands: [Polynomial], at span: Span) throws(Diagnostic) -> Polynomial {
        guard operands.count == 2, operands[1].isConstant, operands[1].constant != 0 else { throw .notLinear(at: span) }
        return operands[0].divided(by: operands[1].constant)
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }

    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    /// Whether these bytes are a number as VNN-LIB 2.0 writes it, an exponent admitted: `-1`, `0.25`, `1.5e-3`.
    fileprivate var isDecimal: Bool {
        var rest = self[...]
        func digits() -> Bool {
            let count = rest.prefix { $0.isDigit }.count
            rest = rest.dropFirst(count)
            return count > 0
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard digits() else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() else { return false }
        }
        guard let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") else { return rest.isEmpty }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return digits() && rest.isEmpty
    }
}
