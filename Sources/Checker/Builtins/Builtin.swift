import Diagnostics
import Syntax

/// A function of the language: what it takes and what it gives.
struct Builtin: Sendable {
    /// The names of its parameters, those with a `?` may be left out; a last one with `...` stands for one or more.
    let parameters: [String]
    let apply: @Sendable (Checker, BuiltinCall) -> Value

    init(_ parameters: String..., apply: @escaping @Sendable (Checker, BuiltinCall) -> Value) {
        self.parameters = parameters
        self.apply = apply
    }
}

/// A call of a builtin with its arguments checked: none is unknown.
struct BuiltinCall {
    let name: Name
    let span: Span
    let arguments: [Value]
    /// By label.
    let options: [String: Value]

    var terms: [Term] { arguments.map(\.term) }
    var role: String { "`\(name.text)`" }
}

/// All functions of the language by name.
let builtins: [String: Builtin] = [
    elementwiseBuiltins, reductionBuiltins, statisticBuiltins, orderBuiltins, classificationBuiltins, shapeBuiltins,
    matrixBuiltins, fillingBuiltins, sequenceBuiltins, optionalBuiltins, textBuiltins,
].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

/// Every function that no spec declares: its name, and the names of its parameters, `?` behind those that may be left out and
/// `...` behind one that stands for several.
package let builtinFunctions: [String: [String]] =
    builtins.mapValues(\.parameters)
    .merging(languageQuestions.mapValues(\.written)) { first, _ in first }
    .merging(Checker.stepParameters) { first, _ in first }
    .merging([("rows", ["data"])]) { first, _ in first }

extension Checker {
    func checkBuiltin(_ builtin: Builtin, _ name: Name, _ call: Call, in scope: Scope) -> Value {
        checkBuiltin(builtin, name, [], call.arguments, at: call.span, in: scope)
    }

    /// `first` are values that stand before the arguments.
    func checkBuiltin(
        _ builtin: Builtin, _ name: Name, _ first: [(label: Name?, value: Value)], _ arguments: [Argument],
        at span: Span, in scope: Scope
    ) -> Value {
        let given = first + arguments.map { ($0.label, check($0.value, in: scope)) }
        let values = given.map(\.value)
        guard let (positional, options) = sort(given, for: builtin, name) else {
            return .unknown(at: span)
        }
        guard !values.contains(where: \.isUnknown) else { return .unknown(at: span) }
        return builtin.apply(self, BuiltinCall(name: name, span: span, arguments: positional, options: options))
    }

    /// Arguments by place and by label; an optional one may be given either way and is then an option.
    private func sort(
        _ arguments: [(label: Name?, value: Value)], for builtin: Builtin, _ name: Name
    ) -> (positional: [Value], options: [String: Value])? {
        let plain = builtin.parameters.map { $0.filter { $0 != "?" && $0 != "." } }
        let isVariadic = builtin.parameters.last { !$0.hasSuffix("?") }?.hasSuffix("...") ?? false
        let required = builtin.parameters.filter { !$0.hasSuffix("?") }.count
        var positional: [Value] = []
        var options: [String: Value] = [:]
        for (label, value) in arguments {
            if let label {
                guard plain.contains(label.text) else {
                    report(.builtinLabel(label, name, plain))
                    return nil
                }
                options[label.text] = value
            } else if positional.count < required || isVariadic {
                positional.append(value)
            } else {
                guard positional.count + options.count < plain.count else {
                    report(.argumentCount(name, plain, found: arguments.count))
                    return nil
                }
                options[plain[positional.count + options.count]] = value
            }
        }
        for parameter in plain[positional.count < required ? positional.count..<required : required..<required] {
            guard let value = options.removeValue(forKey: parameter) else {
                report(.argumentCount(name, plain, found: arguments.count))
                return nil
            }
            positional.append(value)
        }
        return (positional, options)
    }

    /// A small integer option such as `axis: 1`, counted from the back where negative.
    func axis(_ value: Value, of dimensions: [SayType.Tensor.Dimension], _ role: String) -> Int? {
        guard value.type == .int, let axis = value.term.constant.flatMap(Int.init(exactly:)) else {
            reportNotConstant(value.term, "an axis")
            return nil
        }
        guard (-dimensions.count..<dimensions.count).contains(axis) else {
            report(.axisOutside(value.term, axis, dimensions.count))
            return nil
        }
        return axis < 0 ? axis + dimensions.count : axis
    }
}

extension Diagnostic {
    fileprivate static func builtinLabel(_ label: Name, _ name: Name, _ candidates: [String]) -> Diagnostic {
        Diagnostic(
            .argumentLabel, "`\(name.text)` has no parameter `\(label.text)`", at: label.span,
            hints: .spelling(label, candidates))
    }

    fileprivate static func axisOutside(_ term: Term, _ axis: Int, _ rank: Int) -> Diagnostic {
        Diagnostic(.axisOutside, "there is no axis \(axis): the tensor has \(rank) dimensions", at: term.span)
    }

    static func notATensor(_ term: Term, _ role: String) -> Diagnostic {
        Diagnostic(.notATensor, "expected a tensor for \(role), found \(term.type.withArticle)", at: term.span)
    }
}
