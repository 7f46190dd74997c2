import Diagnostics
import Syntax

extension Checker {
    /// `~ normal(0, 0.1)`, `~ test`: checks the distribution's name and numbers, then says that drawing from it is to come.
    func checkDistribution(_ expression: Expression, of binder: Binder, in scope: Scope) {
        if case .type(let type) = binder.domain { _ = resolve(type, in: scope) }
        switch expression {
        case .name(let name):
            guard let found = lookUp(name, in: scope.file), case .data(let node) = found.node else {
                report(.unknownDistribution(name.text, at: name.span))
                return
            }
            _ = tableIndex(Found(node: node, file: found.file, name: found.name))
        case .call(let call):
            guard case .name(let name) = call.callee, let parameters = distributions[name.text] else {
                let name = if case .name(let name) = call.callee { name.text } else { "" }
                report(.unknownDistribution(name, at: call.callee.span))
                return
            }
            guard let ordered = order(call.arguments, names: parameters, of: name) else { return }
            for argument in ordered {
                let value = check(argument, in: scope)
                if !value.isUnknown, !value.type.isNumeric {
                    report(.notANumber(value.term, "a parameter of `\(name.text)`"))
                }
            }
        default:
            report(.unknownDistribution("", at: expression.span))
            return
        }
        report(.notSupported("a value drawn from a distribution", at: expression.span))
    }
}

/// Distributions by name, with their parameters: mean and standard deviation (of the logarithm for `lognormal`), ends,
/// the chance of `true`, weights that need not add up to 1.
private let distributions: [String: [String]] = [
    "normal": ["mean", "deviation"], "lognormal": ["mean", "deviation"], "uniform": ["low", "high"],
    "bernoulli": ["chance"], "categorical": ["weights"],
]

extension Diagnostic {
    fileprivate static func unknownDistribution(_ name: String, at span: Span) -> Diagnostic {
        let names = distributions.keys.sorted()
        let near = suggest(name, among: names).map { "did you mean `\($0)`?" }
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            .unknownFunction, "expected a distribution or a data set behind `~`", at: span,
            hints: [Hint(near ?? "there are \(list); `~ test` draws a row")])
    }
}
