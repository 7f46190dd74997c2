/// Reads the expressions of a template, as loosely bound as Jinja has them: `if else`, `or`, `and`, `not`, comparisons, `+ -`, `~`,
/// `* / // %`, signs, what stands behind.
struct ExpressionParser {
    let tokens: [TemplateLexer.Token]
    var place = 0
    private var depth = 0

    init(_ tokens: [TemplateLexer.Token]) { self.tokens = tokens }

    var current: TemplateLexer.Token? { place < tokens.count ? tokens[place] : nil }

    mutating func accept(_ sign: String) -> Bool {
        guard current == .sign(sign) else { return false }
        place += 1
        return true
    }

    mutating func accept(word: String) -> Bool {
        guard current == .name(word) else { return false }
        place += 1
        return true
    }

    mutating func name(_ what: String) throws(TemplateError) -> String {
        guard case .name(let name)? = current else { throw TemplateError("expected \(what) in a block") }
        place += 1
        return name
    }

    mutating func expect(_ sign: String) throws(TemplateError) {
        guard accept(sign) else { throw TemplateError("expected `\(sign)`, found \(found)") }
    }

    var found: String {
        switch current {
        case .name(let name)?: "`\(name.prefix(40))`"
        case .text?: "a text"
        case .integer(let number)?: "`\(number)`"
        case .sign(let sign)?: "`\(sign)`"
        case nil: "the end"
        }
    }

    func end() throws(TemplateError) {
        guard place == tokens.count else { throw TemplateError("\(found) is more than an expression") }
    }

    /// All that is left.
    mutating func whole() throws(TemplateError) -> TemplateExpression {
        let expression = try expression()
        try end()
        return expression
    }

    mutating func wholeOrTuple() throws(TemplateError) -> TemplateExpression {
        var elements = [try expression()]
        while accept(",") { elements.append(try expression()) }
        try end()
        return elements.count == 1 ? elements[0] : .list(elements)
    }

    mutating func expression() throws(TemplateError) -> TemplateExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < TemplateLimits.depth else {
            throw TemplateError("expressions nested deeper than \(TemplateLimits.depth)")
        }
        var value = try unconditional()
        while accept(word: "if") {
            let condition = try unconditional()
            let otherwise = accept(word: "else") ? try expression() : nil
            value = .choice(value, condition: condition, otherwise: otherwise)
        }
        return value
    }

    /// Without `if` of its own.
    mutating func unconditional() throws(TemplateError) -> TemplateExpression {
        var left = try conjunction()
        while accept(word: "or") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
        var left = try negation()
        while accept(word: "and") { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(TemplateError) -> TemplateExpression {
        var isNegative = false
        var count = 0
        while accept(word: "not") { (isNegative, count) = (!isNegative, count + 1) }
        let value = try comparison()
        return count == 0 ? value : isNegative ? .not(value) : .not(.not(value))
    }

    private mutating func comparison() throws(TemplateError) -> TemplateExpression {
        let first = try sum()
        var others: [(TemplateExpression.Comparison, TemplateExpression)] = []
        while let comparison = comparisonSign() { others.append((comparison, try sum())) }
        return others.isEmpty ? first : .compare(first, others)
    }

    private mutating func comparisonSign() -> TemplateExpression.Comparison? {
        switch current {
        case .sign(let sign)?:
            guard let comparison = TemplateExpression.Comparison(rawValue: sign) else { return nil }
            place += 1
            return comparison
        case .name("in")?:
            place += 1
            return .within
        case .name("not")? where place + 1 < tokens.count && tokens[place + 1] == .name("in"):
            place += 2
            return .notWithin
        default: return nil
        }
    }

    private mutating func binary(
        _ signs: [String], _ operand: (inout Self) throws(TemplateError) -> TemplateExpression
    ) throws(TemplateError) -> TemplateExpression {
        var left = try operand(&self)
        while let sign = signs.first(where: { current == .sign($0) }) {
            place += 1
            guard let kind = TemplateExpression.Binary(rawValue: sign) else {
                throw TemplateError("`\(sign)` is not supported in templates")
            }
            left = .binary(kind, left, try operand(&self))
        }
        return left
    }

    private mutating func sum() throws(TemplateError) -> TemplateExpression {
        try binary(["+", "-"]) { parser throws(TemplateError) in
            try parser.binary(["~"]) { parser throws(TemplateError) in
                try parser.binary(["*", "//", "/", "%"]) { parser throws(TemplateError) in try parser.signed(true) }
            }
        }
    }

    private mutating func signed(_ filters: Bool) throws(TemplateError) -> TemplateExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth < TemplateLimits.depth else {
            throw TemplateError("expressions nested deeper than \(TemplateLimits.depth)")
        }
        var value: TemplateExpression
        if accept("-") {
            value = .negative(try signed(false))
        } else if accept("+") {
            value = try signed(false)
        } else {
            value = try primary()
        }
        value = try postfix(value)
        return filters ? try filtered(value) : value
    }
}
