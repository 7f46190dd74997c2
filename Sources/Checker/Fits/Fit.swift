import Diagnostics
import Statistics
import Syntax
import Tensors

/// `fit usual = gaussian(row in train where row.label != nine : net(row.image).layer("fc1/Relu"))`.
///
/// It is fitted once, when the spec is checked, to the rows it names, in their order; its functions are terms like others.
extension Checker {
    /// The fit that an expression names; nil for anything else.
    func fit(namedBy expression: Expression, in scope: Scope) -> Found<FitDeclaration>? {
        guard case .name(let name) = expression, scope[name.text] == nil,
            let found = declaration(name.text, in: scope.file), case .fit(let node) = found.node
        else { return nil }
        return Found(node: node, file: found.file, name: found.name)
    }

    /// nil, and a report at the first time, where the declaration is wrong.
    func fitted(_ found: Found<FitDeclaration>) -> Fitted? {
        if let known = fitted[found.key] { return known }
        guard !underway.contains(found.key) else {
            report(.recursiveParam(found.node.name))
            return nil
        }
        underway.append(found.key)
        defer { underway.removeLast() }
        let result = makeFit(found.node, in: Scope(found.file))
        fitted[found.key] = .some(result)
        return result
    }

    private func makeFit(_ node: FitDeclaration, in scope: Scope) -> Fitted? {
        guard let method = FitMethod(rawValue: node.method.text) else {
            report(.unknownFit(node.method))
            return nil
        }
        var inner = scope
        guard let bound = bindFinite(node.binders, in: &inner) else { return nil }
        guard bound.variables.count == 1, case .row(let table, _) = bound.variables[0].domain else {
            report(.fitBinder(at: node.binders.first?.span ?? node.span))
            return nil
        }
        var target: Term?
        let body = within(bound.variables) {
            if let expression = node.target { target = check(expression, in: inner).term }
            return check(node.body, in: inner)
        }
        let penalty = penalty(node, method, in: scope)
        guard let features = features(body), let penalty, isTarget(target, of: method, node) else { return nil }
        let projection = Projection(
            name: node.name.text, binder: bound.variables[0], filter: bound.condition,
            values: [features] + (target.map { [$0] } ?? []))
        guard isAffordable(method, width: features.type.flatCount, rows: tables[table].rowCount, node) else {
            return nil
        }
        let fitted = Fitted(
            name: node.name, method: method, features: features.type, target: target?.type, model: nil)
        let spec = CheckedSpec(parameters: [], models: models, tables: tables, properties: [])
        switch loaded.project(projection, spec) {
        case nil: return fitted
        case .failure(let diagnostic)?:
            report(diagnostic)
            return nil
        case .success(let rows)?: return self.fitted(fitted, to: rows, penalty, tables[table], node)
        }
    }

    /// What is computed for each row, as numbers.
    private func features(_ body: Value?) -> Term? {
        guard let body, !body.isUnknown else { return nil }
        guard body.type.isNumeric else {
            report(.notANumber(body.term, "what is fitted"))
            return nil
        }
        return body.term
    }

    private func isTarget(_ target: Term?, of method: FitMethod, _ node: FitDeclaration) -> Bool {
        switch (method, target) {
        case (.gaussian, nil): return true
        case (.gaussian, let target?):
            report(.fitTarget(at: target.span, "`gaussian` has no use for what stands behind `=>`"))
        case (.probe, let target?) where target.type == .bool || target.type == .unknown: return target.type == .bool
        case (.centroids, let target?) where target.type.isClass || target.type == .unknown: return target.type.isClass
        case (.probe, let found):
            let what = found.map { "found \($0.type.withArticle)" } ?? "found none"
            report(
                .fitTarget(
                    at: found?.span ?? node.method.span, "`probe` learns a truth value behind `=>`, \(what)",
                    hint: "write it as in `probe(row in marked : row.x => row.is_triggered)`"))
        case (.centroids, let found):
            let what = found.map { "found \($0.type.withArticle)" } ?? "found none"
            report(
                .fitTarget(
                    at: found?.span ?? node.method.span,
                    "`centroids` takes a class behind `=>`, an enum's case, an Int or a Bool, \(what)",
                    hint: "write it as in `centroids(row in train : row.x => row.label)`"))
        }
        return false
    }

    /// `l2: 0.5` of a probe; 1 where nothing is said, nil where something is wrong.
    private func penalty(_ node: FitDeclaration, _ method: FitMethod, in scope: Scope) -> Double? {
        guard let first = node.arguments.first else { return 1 }
        guard method == .probe, node.arguments.count == 1, first.label.map({ $0.text == "l2" }) ?? true else {
            report(.fitArgument(node, at: first.span))
            return nil
        }
        let value = check(first.value, in: scope)
        guard !value.isUnknown else { return nil }
        guard let number = value.term.constant, value.type.isNumeric, number > 0, number.isFinite else {
            report(.fitArgument(node, at: first.span))
            return nil
        }
        return number
    }

    /// Asks for the memory before it is taken.
    private func isAffordable(_ method: FitMethod, width: Int, rows: Int, _ node: FitDeclaration) -> Bool {
        let square = (width + 1).multipliedReportingOverflow(by: width + 1)
        let matrices = square.partialValue.multipliedReportingOverflow(by: 8 * method.matrices)
        let table = (rows + 1).multipliedReportingOverflow(by: width * 8 * 3)
        let sum = matrices.partialValue.addingReportingOverflow(table.partialValue)
        let isUncountable = square.overflow || matrices.overflow || table.overflow || sum.overflow
        guard isUncountable || sum.partialValue > MemoryLimit.bytes else { return true }
        report(.fitTooLarge(node, width: width, rows: rows, bytes: isUncountable ? nil : sum.partialValue))
        return false
    }
}

extension SayType {
    /// Whether it is a class: a truth value, a whole number or a case.
    fileprivate var isClass: Bool {
        switch self {
        case .bool, .int, .enumeration: true
        default: false
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownFit(_ method: Name) -> Diagnostic {
        let names = FitMethod.allCases.map(\.rawValue)
        let hints: [Hint] = .spelling(method, names)
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            .fitMethod, "nothing is fitted by `\(method.text)`", at: method.span,
            hints: hints.isEmpty ? [Hint("there are \(list)")] : hints)
    }

    fileprivate static func fitBinder(at span: Span) -> Diagnostic {
        Diagnostic(
            .fitRows, "a fit goes through the rows of one data set", at: span,
            hints: [Hint("write it as in `gaussian(row in train : row.x)`")])
    }

    fileprivate static func fitTarget(at span: Span, _ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(.fitTarget, message, at: span, hints: hint.map { [Hint($0)] } ?? [])
    }

    fileprivate static func fitArgument(_ node: FitDeclaration, at span: Span) -> Diagnostic {
        let takes = node.method.text == "probe" ? "`l2`, a number above 0" : "nothing"
        return Diagnostic(
            .argumentLabel, "behind what is computed for each row `\(node.method.text)` takes \(takes)", at: span)
    }

    fileprivate static func fitTooLarge(_ node: FitDeclaration, width: Int, rows: Int, bytes: Int?) -> Diagnostic {
        let memory = bytes.map { MemoryLimit.text($0) } ?? "more than can be counted"
        return Diagnostic(
            .fitTooLarge,
            "`\(node.method.text)` of \(width) numbers for each of \(rows) rows takes \(memory) of memory",
            at: node.body.span,
            hints: [Hint("fit a narrower layer, or a mean over positions; `--memory` says another limit")])
    }
}
