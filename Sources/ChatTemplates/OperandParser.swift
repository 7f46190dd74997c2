/// What operators stand between: names, texts, lists, and what stands behind them.
extension ExpressionParser {
    mutating func primary() throws(TemplateError) -> TemplateExpression {
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

    mutating func postfix(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
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

    mutating func filtered(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
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
