/// Reads the expressions of a template, as loosely bound as Jinja has them: `if else`, `or`, `and`, `not`, comparisons, `+ -`, `~`,
/// `* / // %`, signs, what stands behind.
struct ExpressionParser {
    private let tokens: [TemplateLexer.Token]
    private var place = 0
    private var depth = 0

    init(_ tokens: [TemplateLexer.Token]) { self.tokens = tokens }

    private var current: TemplateLexer.Token? { place < tokens.count ? tokens[place] : nil }

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

    private mutating func expect(_ sign: String) throws(TemplateError) {
        guard accept(sign) else { throw TemplateError("expected `\(sign)`, found \(found)") }
    }

    private var found: String {
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

    private mutating func primary() throws(TemplateError) -> TemplateExpression {
        switch current {
        case .name(let name)?:
            place += 1
            switch name {
            case "true", "True": return .constant(.truth(true))
            case "false", "False": return .constant(.truth(false))
            case "none", "None": return .constant(.none)
            default: return .name(name)
            }
        case .integer(let number)?:
            place += 1
            return .constant(.integer(number))
        case .text(var text)?:
            place += 1
            while case .text(let more)? = current {
                text += more
                place += 1
            }
            return .constant(.text(text))
        case .sign("(")?:
            place += 1
            let elements = try list(until: ")")
            return elements.items.count == 1 && !elements.endsWithComma ? elements.items[0] : .list(elements.items)
        case .sign("[")?:
            place += 1
            return .list(try list(until: "]").items)
        case .sign("{")?:
            place += 1
            return try mapping()
        default: throw TemplateError("expected an expression, found \(found)")
        }
    }

    private mutating func list(
        until close: String
    ) throws(TemplateError) -> (items: [TemplateExpression], endsWithComma: Bool) {
        var items: [TemplateExpression] = []
        while !accept(close) {
            items.append(try expression())
            if accept(close) { return (items, false) }
            try expect(",")
        }
        return (items, true)
    }

    private mutating func mapping() throws(TemplateError) -> TemplateExpression {
        var members: [(TemplateExpression, TemplateExpression)] = []
        while !accept("}") {
            let key = try expression()
            try expect(":")
            members.append((key, try expression()))
            if accept("}") { break }
            try expect(",")
        }
        return .mapping(members)
    }

    private mutating func postfix(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = value
        while true {
            if accept(".") {
                if case .integer(let number)? = current {
                    place += 1
                    value = .item(value, .constant(.integer(number)))
                } else {
                    value = .member(value, try name("a member's name"))
                }
            } else if accept("[") {
                value = try subscripted(value)
            } else if accept("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    /// What stands behind `[`.
    private mutating func subscripted(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var (parts, isSlice) = ([TemplateExpression?](), false)
        while true {
            if accept("]") {
                parts.append(nil)
                break
            }
            if accept(":") {
                isSlice = true
                parts.append(nil)
                continue
            }
            parts.append(try expression())
            if accept("]") { break }
            try expect(":")
            isSlice = true
            if accept("]") { break }
        }
        guard isSlice else {
            guard parts.count == 1, let index = parts[0] else {
                throw TemplateError("expected an index between `[` and `]`")
            }
            return .item(value, index)
        }
        guard parts.count <= 3 else { throw TemplateError("a slice has at most three parts") }
        parts += Array(repeating: nil, count: 3 - parts.count)
        return .slice(value, from: parts[0], to: parts[1], step: parts[2])
    }

    private mutating func arguments() throws(TemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        while !accept(")") {
            if case .name(let name)? = current, place + 1 < tokens.count, tokens[place + 1] == .sign("=") {
                place += 2
                arguments.named.append((name, try expression()))
            } else {
                arguments.plain.append(try expression())
            }
            if accept(")") { break }
            try expect(",")
        }
        return arguments
    }

    private mutating func filtered(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = value
        while true {
            if accept("|") {
                let name = try name("a filter's name")
                value = .filter(value, name, accept("(") ? try arguments() : TemplateArguments())
            } else if accept(word: "is") {
                value = try tested(value)
            } else if accept("(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    private mutating func tested(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let isNegated = accept(word: "not")
        let name = try name("a test's name")
        var arguments = TemplateArguments()
        if accept("(") {
            arguments = try self.arguments()
        } else if startsArgument {
            arguments.plain = [try postfix(try primary())]
        }
        return .test(value, name, arguments, negated: isNegated)
    }

    private var startsArgument: Bool {
        switch current {
        case .name(let name)?: !["else", "or", "and", "is", "if", "in", "not"].contains(name)
        case .text?, .integer?, .sign("[")?, .sign("{")?: true
        default: false
        }
    }
}
