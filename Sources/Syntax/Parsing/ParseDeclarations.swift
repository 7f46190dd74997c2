import Diagnostics

// The declarations that are one line: enum, type, data, param, let, func.

extension Parser {
    /// `enum = "enum", name, "=", case, { ",", case }`
    mutating func parseEnum(_ documentation: String?) -> EnumDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the enum", before: [.assign])
        expect(.assign, "behind the name of the enum")
        var cases = [parseCase()]
        while accept(.comma) { cases.append(parseCase()) }
        return EnumDeclaration(name: name, entries: cases, documentation: documentation, span: span(since: mark))
    }

    /// `case = name, [ string ]`
    private mutating func parseCase() -> EnumDeclaration.Case {
        let name = expectName("the name of a case", before: [.comma])
        return EnumDeclaration.Case(name: name, text: at(.string) ? parseString() : nil)
    }

    /// `type-declaration = "type", name, [ parameters ], "=", type`
    mutating func parseType(_ documentation: String?) -> TypeDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the type", before: [.assign, .leftParenthesis])
        let parameters = at(.leftParenthesis) ? parseParameters() : []
        expect(.assign, "behind the name of the type")
        return TypeDeclaration(
            name: name, parameters: parameters, type: parseTypeExpression(), documentation: documentation,
            span: span(since: mark))
    }

    /// `data = "data", name, ":", type, [ "from", string ]`
    mutating func parseData(_ documentation: String?) -> DataDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the data", before: [.colon])
        note(.wideColon)
        expect(.colon, "behind the name of the data")
        let type = parseTypeExpression()
        return DataDeclaration(
            name: name, type: type, file: parseFrom(), documentation: documentation, span: span(since: mark))
    }

    /// `[ "from", string ]`
    mutating func parseFrom() -> StringLiteral? {
        accept(.from) ? expectString("a file between quotes") : nil
    }

    /// `param = "param", name, ":", type, "=", expression`
    mutating func parseParam(_ documentation: String?) -> ParamDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the param", before: [.colon])
        expect(.colon, "and a type behind the name of the param")
        let type = parseTypeExpression()
        expect(.assign, "and the value of the param")
        return ParamDeclaration(
            name: name, type: type, value: parseExpression(), documentation: documentation, span: span(since: mark))
    }

    /// `constant = ( "let" | "const" ), name, [ ":", type ], "=", expression`
    mutating func parseConstant(_ documentation: String?) -> ConstantDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the constant", before: [.colon, .assign])
        if name.isMissing, at(.leftBrace) { skipOne() }
        let type = accept(.colon) ? parseTypeExpression() : nil
        expect(.assign, "and the value of the constant")
        return ConstantDeclaration(
            name: name, type: type, value: parseExpression(), documentation: documentation, span: span(since: mark))
    }

    /// `func = "func", name, parameters, [ "->", type ], "=", expression`
    mutating func parseFunc(_ documentation: String?) -> FuncDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the func", before: [.leftParenthesis])
        var parameters: [Parameter] = []
        if at(.leftParenthesis) {
            parameters = parseParameters()
        } else {
            expect(.leftParenthesis, "and the parameters")
        }
        let result = accept(.arrow) ? parseTypeExpression() : nil
        expect(.assign, "and what the func gives")
        return FuncDeclaration(
            name: name, parameters: parameters, result: result, body: parseExpression(), documentation: documentation,
            span: span(since: mark))
    }

    /// `parameters = "(", [ parameter-group, { ",", parameter-group }, [ "," ] ], ")"`
    private mutating func parseParameters() -> [Parameter] {
        let opener = open()
        let groups = parseList("`,` or `)`", until: .rightParenthesis) { $0.parseParameterGroup() }
        close(opener, "`,` or `)`")
        return groups.flatMap(\.self)
    }

    /// `parameter-group = name, { ",", name }, ":", type`; each name has the type.
    private mutating func parseParameterGroup() -> [Parameter] {
        let mark = position
        var names = [parseParameterName()]
        while names.last?.isMissing == false, accept(.comma) { names.append(parseParameterName()) }
        expect(.colon, "and a type behind the parameter")
        let type = parseTypeExpression()
        let span = span(since: mark)
        return names.map { Parameter(name: $0, type: type, span: span) }
    }

    private mutating func parseParameterName() -> Name {
        expectName("the name of a parameter", before: [.comma, .colon])
    }
}
