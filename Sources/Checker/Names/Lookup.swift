import Diagnostics
import Syntax

extension Checker {
    /// The declaration that `name` refers to: the file's own before those of its `use`s.
    ///
    /// Two used files that declare it make it ambiguous, which is reported; nil too where there is none.
    func lookUp(_ name: Name, in file: FileScope) -> Found<Declaration>? {
        if let own = file.declarations[name.text] { return Found(node: own, file: file, name: name.text) }
        let found = file.imports.compactMap { used in
            used.declarations[name.text].map { Found(node: $0, file: used, name: name.text) }
        }
        if found.count > 1 {
            report(.ambiguousName(name, among: found.map { $0.node.name?.span ?? $0.node.span }))
        }
        return found.first
    }

    /// Of functions of one name the one with so many parameters; where there is none, the first.
    func function(_ found: Found<Declaration>, taking count: Int) -> Found<FuncDeclaration>? {
        guard case .function(let first) = found.node else { return nil }
        let node = found.file.functions[found.name]?[count] ?? first
        return Found(node: node, file: found.file, name: found.name, parameters: node.parameters.count)
    }

    /// Every enum in sight that has this case; those of the file itself come first.
    func enumerations(withCase name: String, in file: FileScope) -> [SayType.Enumeration] {
        ([file] + file.imports).flatMap { file in
            (file.enumsByCase[name] ?? []).map { enumeration(Found(node: $0, file: file, name: $0.name.text)) }
        }
    }

    /// What `name` means where a value stands.
    func checkName(_ name: Name, in scope: Scope, expecting expected: SayType?) -> Value {
        guard !name.isMissing else { return .unknown(at: name.span) }
        if let local = scope[name.text] {
            locals.use(local.span)
            return Value(local.value.term.moved(to: name.span), call: local.value.call)
        }
        let enumerations = enumerations(withCase: name.text, in: scope.file)
        if !enumerations.isEmpty { return enumCase(name, of: enumerations, expecting: expected) }
        if let found = lookUp(name, in: scope.file) { return declaredValue(found, name) }
        if let constant = builtinConstants[name.text] { return Value(.real(constant, at: name.span)) }
        return fail(.unknownName(name, near: valueNames(in: scope)))
    }

    private func enumCase(
        _ name: Name, of candidates: [SayType.Enumeration], expecting expected: SayType?
    ) -> Value {
        var candidates = candidates
        if candidates.count > 1, case .enumeration(let wanted)? = expected, candidates.contains(wanted) {
            candidates = [wanted]
        }
        guard candidates.count == 1 else { return fail(.ambiguousCase(name, of: candidates)) }
        return Value(.enumCase(name.text, of: candidates[0], at: name.span))
    }

    private func declaredValue(_ found: Found<Declaration>, _ name: Name) -> Value {
        switch found.node {
        case .param(let it):
            let value = parameterValue(Found(node: it, file: found.file, name: found.name))
            return Value(value.term.moved(to: name.span))
        case .constant(let it):
            let value = constantValue(Found(node: it, file: found.file, name: found.name))
            return Value(value.term.moved(to: name.span))
        default: return fail(.notAValue(name, found.node))
        }
    }

    /// What could have been meant: locals, then params and enum cases in the order of the file.
    private func valueNames(in scope: Scope) -> [String] {
        let declared = ([scope.file] + scope.file.imports).flatMap(\.valueNames)
        return scope.localNames + declared + builtinConstants.keys.sorted()
    }
}

/// Names that are a number without being declared.
let builtinConstants: [String: Double] = ["pi": .pi]

extension Diagnostic {
    static func unknownName(_ name: Name, near candidates: [String]) -> Diagnostic {
        Diagnostic(
            .unknownName, "nothing is named `\(name.text)` here", at: name.span, hints: .spelling(name, candidates))
    }

    fileprivate static func ambiguousName(_ name: Name, among places: [Span]) -> Diagnostic {
        Diagnostic(
            .ambiguousName, "`\(name.text)` is declared in more than one used file", at: name.span,
            labels: places.map { Label("declared here", at: $0) },
            hints: [Hint("declare it in this file, or leave one `use` out")])
    }

    fileprivate static func ambiguousCase(_ name: Name, of enumerations: [SayType.Enumeration]) -> Diagnostic {
        let names = enumerations.map { "`\($0.name)`" }.joined(separator: " and of ")
        return Diagnostic(
            .ambiguousName, "`\(name.text)` is a case of \(names)", at: name.span,
            hints: enumerations.map {
                let full = "\($0.name).\(name.text)"
                return Hint("say which: `\(full)`", edit: Edit(replacing: name.span, with: full))
            })
    }

    fileprivate static func notAValue(_ name: Name, _ declaration: Declaration) -> Diagnostic {
        let (kind, advice) =
            switch declaration {
            case .function: ("a function", "call it: `\(name.text)(...)`")
            case .model: ("a model", "call it: `\(name.text)(...)`")
            case .fit: ("a fit", "ask it, as in `\(name.text).distance(x)`")
            case .languageModel: ("a language model", "ask it, as in `reply(\(name.text), text, tokens: 32)`")
            case .data: ("a data set", "range over its rows: `row in \(name.text)`")
            case .enumeration: ("an enum", "name one of its cases: `\(name.text).case`")
            default: ("a type", "a value of it is introduced by `forall x: \(name.text)`")
            }
        return Diagnostic(
            .notAValue, "`\(name.text)` is \(kind), not a value", at: name.span,
            labels: [Label("declared here", at: declaration.name?.span ?? declaration.span)], hints: [Hint(advice)])
    }
}

extension [Hint] {
    /// "did you mean ...?" where a candidate is near.
    static func spelling(_ name: Name, _ candidates: [String]) -> [Hint] {
        guard let near = suggest(name.text, among: candidates) else { return [] }
        return [Hint("did you mean `\(near)`?", edit: Edit(replacing: name.span, with: near))]
    }
}
