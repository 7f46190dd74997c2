import Diagnostics
import Statistics
import Syntax

/// A binder with `~`: its values are drawn.
extension Checker {
    /// Introduces the one name of a binder as a drawn variable; nil, and a report, where nothing can be drawn.
    func bindDrawn(_ binder: Binder, _ expression: Expression, in scope: inout Scope) -> BoundVariable? {
        let drawn = regions.isEmpty ? drawing(expression, of: binder, in: scope) : nil
        if !regions.isEmpty { report(.drawnInside(at: expression.span)) }
        guard let drawn, let pattern = binder.patterns.first else {
            bindUnknown([binder], in: &scope)
            return nil
        }
        var variable = QuantifiedVariable(
            id: newID(), name: pattern.written, domain: drawn.domain, span: pattern.span)
        variable.distributions = drawn.distributions
        variable.isDrawn = true
        domains[variable.id] = drawn.domain
        bind(pattern, to: Value(Term(.variable(id: variable.id), variable.type, at: variable.span)), in: &scope)
        return BoundVariable(variable: variable, conditions: [])
    }

    /// What a variable may be, and how each of its numbers is drawn; one distribution serves all.
    private struct Drawing {
        var domain: Domain
        var distributions: [Distribution]
    }

    private func drawing(_ expression: Expression, of binder: Binder, in scope: Scope) -> Drawing? {
        switch expression {
        case .name(let name): return rowDrawing(name, of: binder, in: scope)
        case .call(let call):
            guard case .name(let name) = call.callee, let family = Family(rawValue: name.text) else {
                let name = if case .name(let name) = call.callee { name.text } else { "" }
                report(.unknownDistribution(name, at: call.callee.span))
                return nil
            }
            return drawing(family, call, named: name, of: binder, in: scope)
        default:
            report(.unknownDistribution("", at: expression.span))
            return nil
        }
    }

    /// `row ~ test`: each row alike, as often as one draws.
    private func rowDrawing(_ name: Name, of binder: Binder, in scope: Scope) -> Drawing? {
        guard let found = lookUp(name, in: scope.file), case .data(let node) = found.node else {
            report(.unknownDistribution(name.text, at: name.span))
            return nil
        }
        guard case .inferred = binder.domain else {
            report(.drawnType("a row of `\(name.text)` has the type that the data say", at: binder.span))
            return nil
        }
        guard let index = tableIndex(Found(node: node, file: found.file, name: found.name)) else { return nil }
        let rows = Distribution.whole(low: 0, high: max(tables[index].rowCount - 1, 0))
        return Drawing(domain: .row(table: index, type: .row(tables[index].columns)), distributions: [rows])
    }

    private func drawing(
        _ family: Family, _ call: Call, named name: Name, of binder: Binder, in scope: Scope
    ) -> Drawing? {
        guard let ordered = order(call.arguments, names: family.parameters, of: name) else { return nil }
        let parameters = ordered.compactMap { parameter($0, of: name, in: scope) }
        guard parameters.count == ordered.count else { return nil }
        let declared: Domain
        switch binder.domain {
        case .type(let type):
            guard let resolved = resolve(type, in: scope) else { return nil }
            declared = resolved
        case .inferred: declared = family.domain(classes: parameters[0].count)
        case .rows(let expression):
            report(.drawnType("rows are drawn alike, as in `row ~ test`", at: expression.span))
            return nil
        case .lines(let literal):
            report(.drawnType("lines are drawn alike, as in `row ~ test`, from `data`", at: literal.span))
            return nil
        }
        let isWhole = declared.type.element == .int
        guard family.fits(declared, classes: parameters[0].count) else {
            report(.drawnType(family.wanted(classes: parameters[0].count), found: declared.type, at: call.span))
            return nil
        }
        guard let distributions = family.distributions(parameters, isWhole: isWhole, over: declared.coordinateCount)
        else {
            report(.drawnSize(name, declared.type, at: call.span))
            return nil
        }
        if let mistake = family.mistake(parameters) {
            report(.drawnParameter(mistake, at: call.span))
            return nil
        }
        guard let domain = declared.drawn(by: distributions) else {
            report(.drawnOutside(name, declared.type, at: call.span))
            return nil
        }
        return Drawing(domain: domain, distributions: distributions)
    }

    /// The numbers of one argument; nil, and a report, where they are not known before the search.
    private func parameter(_ expression: Expression, of name: Name, in scope: Scope) -> [Double]? {
        let value = check(expression, in: scope)
        guard !value.isUnknown else { return nil }
        guard value.type.isNumeric else {
            report(.notANumber(value.term, "a parameter of `\(name.text)`"))
            return nil
        }
        let term = known(value.term)
        guard let constants = term.constants else {
            reportNotConstant(term, "a parameter of `\(name.text)`")
            return nil
        }
        return constants
    }
}

/// The distributions, by name.
private enum Family: String, CaseIterable {
    case normal, lognormal, uniform, bernoulli, categorical

    /// Mean and standard deviation (of the logarithm for `lognormal`), ends, the chance of `true`, and weights that need not
    /// add up to 1.
    var parameters: [String] {
        switch self {
        case .normal, .lognormal: ["mean", "deviation"]
        case .uniform: ["low", "high"]
        case .bernoulli: ["chance"]
        case .categorical: ["weights"]
        }
    }

    /// Where no type is given.
    func domain(classes: Int) -> Domain {
        switch self {
        case .normal, .lognormal, .uniform: .real(lower: -.infinity, upper: .infinity)
        case .bernoulli: .bool
        case .categorical: .integer(lower: 0, upper: classes - 1)
        }
    }

    func fits(_ domain: Domain, classes: Int) -> Bool {
        switch domain {
        case .real, .integer, .bool, .enumeration, .tensor: break
        case .set, .record, .text, .row: return false
        }
        return switch (self, domain.type.element) {
        case (.normal, .real), (.lognormal, .real), (.uniform, .real), (.uniform, .int), (.bernoulli, .bool),
            (.bernoulli, .int), (.categorical, .int):
            true
        case (.categorical, .enumeration(let it)): it.cases.count == classes
        default: false
        }
    }

    func wanted(classes: Int) -> String {
        switch self {
        case .normal, .lognormal: "`\(rawValue)` draws Reals, or tensors of them"
        case .uniform: "`uniform` draws Reals or Ints, or tensors of them"
        case .bernoulli: "`bernoulli` draws Bools, or tensors of them"
        case .categorical: "`categorical` draws one of as many cases as there are weights, here \(classes)"
        }
    }

    /// What is wrong with the parameters; nil where nothing is.
    func mistake(_ parameters: [[Double]]) -> String? {
        if parameters.joined().contains(where: { !$0.isFinite }) { return "the parameters have to be finite" }
        switch self {
        case .normal, .lognormal: return parameters[1].allSatisfy { $0 >= 0 } ? nil : "a deviation is not below 0"
        case .uniform:
            let count = max(parameters[0].count, parameters[1].count)
            return (0..<count).allSatisfy { parameters[0].entry($0) <= parameters[1].entry($0) }
                ? nil : "the low end is not above the high one"
        case .bernoulli: return parameters[0].allSatisfy { (0...1).contains($0) } ? nil : "a chance lies in [0, 1]"
        case .categorical:
            let sum = parameters[0].reduce(0, +)
            return parameters[0].allSatisfy { $0 > 0 } && sum.isFinite ? nil : "weights are above 0"
        }
    }

    /// One for each of so many numbers, or one for all; nil where the parameters are neither one nor as many.
    func distributions(_ parameters: [[Double]], isWhole: Bool, over count: Int) -> [Distribution]? {
        if self == .categorical {
            var sum = 0.0
            return [
                .categorical(
                    sums: parameters[0].map {
                        sum += $0
                        return sum
                    })
            ]
        }
        guard parameters.allSatisfy({ $0.count == 1 || $0.count == count }) else { return nil }
        return (0..<(parameters.map(\.count).max() ?? 1)).map { index in
            distribution(parameters.map { $0.entry(index) }, isWhole: isWhole)
        }
    }

    private func distribution(_ numbers: [Double], isWhole: Bool) -> Distribution {
        switch self {
        case .normal: return .normal(mean: numbers[0], deviation: numbers[1])
        case .lognormal: return .lognormal(mean: numbers[0], deviation: numbers[1])
        case .uniform:
            guard isWhole else { return .uniform(low: numbers[0], high: numbers[1]) }
            let (low, high) = (numbers[0].rounded(.up), numbers[1].rounded(.down))
            let limit = Double(Bounds.integer)
            return .whole(low: Int(max(low, -limit)), high: Int(max(min(high, limit), max(low, -limit))))
        case .bernoulli, .categorical: return .bernoulli(chance: numbers[0])
        }
    }
}

extension [Double] {
    /// Of one for all, or one for each.
    fileprivate func entry(_ index: Int) -> Double { self[count == 1 ? 0 : index] }
}

extension Domain {
    /// The domain narrowed to what the distributions ever give; nil where they may give what is not in it.
    fileprivate func drawn(by distributions: [Distribution]) -> Domain? {
        if let (lower, upper) = ends {
            let count = Swift.max(lower.count, upper.count, distributions.count)
            for index in 0..<count {
                let extent = distributions[distributions.count == 1 ? 0 : index].extent
                let (low, high) = (lower[lower.count == 1 ? 0 : index], upper[upper.count == 1 ? 0 : index])
                guard low <= extent.lowerBound, extent.upperBound <= high else { return nil }
            }
        }
        let extents = distributions.map(\.extent)
        switch self {
        case .real: return .real(lower: extents[0].lowerBound, upper: extents[0].upperBound)
        case .integer: return .integer(lower: Int(extents[0].lowerBound), upper: Int(extents[0].upperBound))
        case .tensor(let tensor, _, _):
            return .tensor(tensor, lower: extents.map(\.lowerBound), upper: extents.map(\.upperBound))
        case .bool, .enumeration, .set, .record, .text, .row: return self
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownDistribution(_ name: String, at span: Span) -> Diagnostic {
        let names = Family.allCases.map(\.rawValue).sorted()
        let near = suggest(name, among: names).map { "did you mean `\($0)`?" }
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            .unknownFunction, "expected a distribution or a data set behind `~`", at: span,
            hints: [Hint(near ?? "there are \(list); `~ test` draws a row")])
    }

    fileprivate static func drawnType(_ wanted: String, found: SayType? = nil, at span: Span) -> Diagnostic {
        Diagnostic(.drawnType, wanted + (found.map { ", not \($0.withArticle)" } ?? ""), at: span)
    }

    fileprivate static func drawnSize(_ name: Name, _ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .drawnType, "a parameter of `\(name.text)` is one number, or has one for each of \(type.withArticle)",
            at: span)
    }

    fileprivate static func drawnOutside(_ name: Name, _ type: SayType, at span: Span) -> Diagnostic {
        Diagnostic(
            .drawnType, "`\(name.text)` may draw what lies outside of the range of the variable's type", at: span,
            hints: [Hint("leave out the range, and say `where` if what lies outside is not to count")])
    }

    fileprivate static func drawnParameter(_ mistake: String, at span: Span) -> Diagnostic {
        Diagnostic(.drawnParameter, mistake, at: span)
    }

    fileprivate static func drawnInside(at span: Span) -> Diagnostic {
        .drawnPlace(
            "this is drawn anew for each row or value around it", at: span,
            hint: "draw the row as well, `rate(row in test, noise ~ ... : ...)`, or ask for each row alone, with `for`")
    }
}
