import Diagnostics
import Syntax

extension Checker {
    func checkCall(_ call: Call, in scope: Scope) -> Value {
        if case .member(let member) = call.callee { return checkMemberCall(call, member, in: scope) }
        guard case .name(let name) = call.callee else { return checkStrangeCall(call, in: scope) }
        guard !name.isMissing else { return unchecked(call, in: scope) }
        if name.text == "rows", lookUp(name, in: scope.file) == nil { return checkRowCount(call, in: scope) }
        if Self.stepParameters[name.text] != nil, lookUp(name, in: scope.file) == nil {
            return checkSteps(call, name, in: scope)
        }
        if let question = languageQuestions[name.text], lookUp(name, in: scope.file) == nil {
            return checkQuestion(question, name, call, in: scope)
        }
        if let builtin = builtins[name.text] { return checkBuiltin(builtin, name, call, in: scope) }
        guard let found = lookUp(name, in: scope.file) else {
            _ = unchecked(call, in: scope)
            return fail(
                scope[name.text] == nil
                    ? .unknownFunction(name, near: callables(in: scope.file)) : .notCallable(at: name.span))
        }
        switch found.node {
        case .function:
            guard let function = function(found, taking: call.arguments.count) else { return .unknown(at: call.span) }
            return inline(function, call, name, in: scope)
        case .model(let it):
            return checkModelCall(Found(node: it, file: found.file, name: found.name), call, name, in: scope)
        case .languageModel:
            _ = unchecked(call, in: scope)
            return fail(.languageModelCalled(name))
        default:
            _ = unchecked(call, in: scope)
            return fail(.notCallable(at: name.span))
        }
    }

    /// `usual.distance(x)` asks what was fitted, `net(x).layer("fc1/Relu")` reads a tensor inside a model.
    private func checkMemberCall(_ call: Call, _ member: Member, in scope: Scope) -> Value {
        if let fit = fit(namedBy: member.base, in: scope) {
            guard let fitted = fitted(fit) else { return unchecked(call, in: scope) }
            return ask(fitted, member.name, call.arguments, at: call.span, in: scope)
        }
        if member.name.text == "layer" { return checkLayer(call, of: member.base, in: scope) }
        return strange(call, callee: check(member.base, in: scope), in: scope)
    }

    private func checkStrangeCall(_ call: Call, in scope: Scope) -> Value {
        strange(call, callee: check(call.callee, in: scope), in: scope)
    }

    private func strange(_ call: Call, callee: Value, in scope: Scope) -> Value {
        _ = unchecked(call, in: scope)
        return callee.isUnknown ? .unknown(at: call.span) : fail(.notCallable(at: call.callee.span))
    }

    /// Checks the arguments for their own sake.
    func unchecked(_ call: Call, in scope: Scope) -> Value {
        for argument in call.arguments where !isText(argument.value) { _ = check(argument.value, in: scope) }
        return .unknown(at: call.span)
    }

    private func isText(_ expression: Expression) -> Bool {
        switch expression {
        case .string, .regex: true
        default: false
        }
    }

    private func callables(in file: FileScope) -> [String] {
        ([file] + file.imports).flatMap { file in
            file.tree.declarations.compactMap { declaration in
                switch declaration {
                case .function(let it): it.name.text
                case .model(let it): it.name.text
                default: nil
                }
            }
        } + (Array(builtins.keys) + languageQuestions.keys).sorted()
    }

    /// Arguments in the order of the parameters: those without a label first, then by label. Reports what does not fit.
    func order(_ arguments: [Argument], for parameters: [Parameter], of name: Name) -> [Expression]? {
        order(arguments, names: parameters.map(\.name.text), of: name)
    }

    func order(_ arguments: [Argument], names: [String], of name: Name) -> [Expression]? {
        var slots = [Expression?](repeating: nil, count: names.count)
        var isComplete = true
        for (index, argument) in arguments.enumerated() {
            guard let place = argument.label.map({ names.firstIndex(of: $0.text) }) ?? index, place < names.count else {
                report(
                    argument.label.map { .unknownLabel($0, of: name, near: names) }
                        ?? .argumentCount(name, names, found: arguments.count))
                isComplete = false
                continue
            }
            if slots[place] != nil {
                report(.argumentTwice(names[place], at: argument.span))
                isComplete = false
            }
            slots[place] = argument.value
        }
        let given = slots.compactMap { $0 }
        if isComplete, given.count < names.count {
            report(.argumentCount(name, names, found: arguments.count))
        }
        return isComplete && given.count == names.count ? given : nil
    }
}

extension Diagnostic {
    fileprivate static func unknownFunction(_ name: Name, near candidates: [String]) -> Diagnostic {
        Diagnostic(
            .unknownFunction, "there is no function or model `\(name.text)`", at: name.span,
            hints: .spelling(name, candidates))
    }

    static func notCallable(at span: Span) -> Diagnostic {
        Diagnostic(.notCallable, "only a function or a model can be called", at: span)
    }

    fileprivate static func unknownLabel(_ label: Name, of name: Name, near candidates: [String]) -> Diagnostic {
        Diagnostic(
            .argumentLabel, "`\(name.text)` has no parameter `\(label.text)`", at: label.span,
            hints: .spelling(label, candidates))
    }

    fileprivate static func argumentTwice(_ parameter: String, at span: Span) -> Diagnostic {
        Diagnostic(.argumentLabel, "`\(parameter)` is given twice", at: span)
    }

    static func argumentCount(_ name: Name, _ parameters: [String], found: Int) -> Diagnostic {
        let wanted = parameters.count == 1 ? "1 argument" : "\(parameters.count) arguments"
        let list = parameters.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            .argumentCount, "`\(name.text)` takes \(wanted), found \(found)", at: name.span,
            hints: parameters.isEmpty ? [] : [Hint("its parameters are \(list)")])
    }
}
