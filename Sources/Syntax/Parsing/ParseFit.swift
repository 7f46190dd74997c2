import Diagnostics

extension Parser {
    /// `fit = "fit", name, "=", name, "(", scope, [ "=>", expression ], [ ",", argument-list ],
    /// [ "," ], ")"`
    mutating func parseFit(_ documentation: String?) -> FitDeclaration {
        let mark = position
        advance()
        let name = expectName("the name of the fit", before: [.assign])
        expect(.assign, "and what is fitted")
        let method = expectName("what is fitted, as in `gaussian(...)`", before: [.leftParenthesis])
        let opener = current
        let isOpen = at(.leftParenthesis)
        if isOpen { _ = open() } else { expect(.leftParenthesis, "and what it is fitted to") }
        let scope = parseScope(as: .aggregate)
        let target = accept(.doubleArrow) ? parseExpression() : nil
        let arguments = parseFurtherArguments()
        if isOpen { close(opener, "`=>`, `,` or `)`") }
        return FitDeclaration(
            name: name, method: method, binders: scope.binders, body: scope.body, target: target,
            arguments: arguments, documentation: documentation, span: span(since: mark))
    }
}
