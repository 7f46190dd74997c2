import Diagnostics

// Loosest first: implies, or, and, not, comparison, sum, product, minus, suffix.

extension Parser {
    /// `expression = conditional | quantified | implication`
    mutating func parseExpression() -> Expression {
        nested { parser in
            switch parser.kind {
            case .if: .conditional(parser.parseConditional())
            case .forall: .quantified(parser.parseQuantified(.forall))
            case .exists: .quantified(parser.parseQuantified(.exists))
            default: parser.parseImplication()
            }
        } ?? .missing(gap)
    }

    /// `quantified = ( "forall" | "exists" ), scope`
    private mutating func parseQuantified(_ quantifier: Quantified.Quantifier) -> Quantified {
        let mark = position
        advance()
        let scope = parseScope(as: .quantified)
        return Quantified(quantifier: quantifier, binders: scope.binders, body: scope.body, span: span(since: mark))
    }

    /// `implication = disjunction, [ "implies", implication ]`
    private mutating func parseImplication() -> Expression {
        let mark = position
        let premise = parseDisjunction()
        guard accept(.implies) else { return premise }
        let conclusion = nested { $0.parseImplication() } ?? .missing(gap)
        return .implication(Implication(premise: premise, conclusion: conclusion, span: span(since: mark)))
    }

    /// `disjunction = conjunction, { "or", conjunction }`
    private mutating func parseDisjunction() -> Expression { parseLogic(.or, .or) { $0.parseConjunction() } }

    /// `conjunction = inversion, { "and", inversion }`
    private mutating func parseConjunction() -> Expression { parseLogic(.and, .and) { $0.parseInversion() } }

    private mutating func parseLogic(
        _ operation: Logic.Operator, _ sign: Token.Kind, operand: (inout Parser) -> Expression
    ) -> Expression {
        let mark = position
        let first = operand(&self)
        guard at(sign) else { return first }
        var operands = [first]
        while accept(sign) { operands.append(operand(&self)) }
        return .logic(Logic(operation: operation, operands: operands, span: span(since: mark)))
    }

    /// `inversion = "not", inversion | comparison`
    private mutating func parseInversion() -> Expression {
        let mark = position
        guard accept(.not) else { return parseComparison() }
        let operand = nested { $0.parseInversion() } ?? .missing(gap)
        return .not(Not(operand: operand, span: span(since: mark)))
    }

    /// `sum = product, { ( "+" | "-" | "++" ), product }`
    mutating func parseSum() -> Expression {
        parseArithmetic([.plus, .minus, .join]) { $0.parseProduct() }
    }

    /// `product = negation, { ( "*" | "/" ), negation }`
    private mutating func parseProduct() -> Expression {
        parseArithmetic([.times, .slash]) { $0.parseNegation() }
    }

    private mutating func parseArithmetic(
        _ signs: TokenSet, operand: (inout Parser) -> Expression
    ) -> Expression {
        let mark = position
        return parseChain(first: operand) { parser, left in
            guard parser.at(signs), let operation = Arithmetic.Operator(rawValue: parser.kind.spelling) else {
                return nil
            }
            let sign = parser.span(of: parser.advance())
            let right = operand(&parser)
            return .arithmetic(
                Arithmetic(
                    operation: operation, left: left, right: right, operatorSpan: sign,
                    span: parser.span(since: mark)))
        }
    }

    /// `negation = "-", negation | postfix`
    private mutating func parseNegation() -> Expression {
        let mark = position
        guard accept(.minus) else { return parsePostfix() }
        let operand = nested { $0.parseNegation() } ?? .missing(gap)
        return .negation(Negation(operand: operand, span: span(since: mark)))
    }

    /// Reads an operand and whatever links follow it, each with all before it as its left side.
    ///
    /// Such a tree grows on the left, where no recursion of the parser bounds its height, so the height is counted here.
    mutating func parseChain(
        first: (inout Parser) -> Expression, link: (inout Parser, Expression) -> Expression?
    ) -> Expression {
        let outerPeak = peak
        peak = depth
        var chain = first(&self)
        var top = peak
        while true {
            peak = depth
            guard let longer = link(&self, chain) else { break }
            chain = longer
            top = max(top, peak) + 1
            guard top <= Limits.height else {
                if !isExcused { log.report(.tooDeep(at: span(of: current))) }
                skip()
                excuse()
                break
            }
        }
        peak = max(outerPeak, top)
        return chain
    }
}
