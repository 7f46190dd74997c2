import Diagnostics
import Syntax

extension Checker {
    /// The type that a name declares, made with the arguments behind it.
    func resolveDeclared(_ named: NamedType, in scope: Scope) -> Domain? {
        guard let found = lookUp(named.name, in: scope.file) else {
            report(.unknownType(named.name, near: typeNames(in: scope.file)))
            return nil
        }
        guard let domain = domain(of: found, named, in: scope) else { return nil }
        return named.dimensions.map { arrayed(domain, by: $0, of: named, in: scope) } ?? domain
    }

    private func domain(of found: Found<Declaration>, _ named: NamedType, in scope: Scope) -> Domain? {
        switch found.node {
        case .enumeration(let it):
            if !named.arguments.isEmpty { report(.typeArgumentCount(named, wanted: 0)) }
            return .enumeration(enumeration(Found(node: it, file: found.file, name: found.name)))
        case .type(let it):
            let type = Found(node: it, file: found.file, name: found.name)
            return instantiate(type, with: named.arguments, as: named.name, in: scope)
        default:
            report(.notAType(named.name, found.node))
            return nil
        }
    }

    func enumeration(_ found: Found<EnumDeclaration>) -> SayType.Enumeration {
        if let known = enumerations[found.key] { return known }
        let entries = found.node.entries.filter { !$0.name.isMissing }
        let cases = entries.map(\.name.text)
        let result = SayType.Enumeration(
            name: found.name, cases: cases.isEmpty ? ["_"] : cases,
            texts: cases.isEmpty ? nil : entries.map { $0.text?.text ?? $0.name.text })
        enumerations[found.key] = result
        return result
    }

    private func instantiate(
        _ found: Found<TypeDeclaration>, with given: [Argument], as name: Name, in scope: Scope
    ) -> Domain? {
        let parameters = found.node.parameters
        if parameters.isEmpty, given.isEmpty, let known = typeDomains[found.key] { return known }
        guard let arguments = order(given, for: parameters, of: name) else { return nil }
        guard !underway.contains(found.key) else {
            report(.recursiveType(name))
            return nil
        }
        guard underway.count < Bounds.declarations else {
            _ = tooDeep(at: name.span)
            return nil
        }
        underway.append(found.key)
        defer { underway.removeLast() }
        guard let inner = bindConstants(arguments, to: parameters, of: found, in: scope) else { return nil }
        let domain = resolve(found.node.type, in: inner).map { record($0, from: found, in: inner) }
        if parameters.isEmpty { typeDomains[found.key] = .some(domain) }
        return domain
    }

    /// The scope of a type's body, in which its parameters are constants.
    private func bindConstants(
        _ arguments: [Expression], to parameters: [Parameter], of found: Found<TypeDeclaration>, in scope: Scope
    ) -> Scope? {
        var inner = Scope(found.file)
        for (parameter, argument) in zip(parameters, arguments) {
            let value = check(argument, in: scope)
            guard !value.isUnknown, let wanted = resolve(parameter.type, in: inner) else { return nil }
            guard let term = fit(value.term, to: wanted.type, "`\(parameter.name.text)`") else { return nil }
            guard term.constants != nil else {
                reportNotConstant(term, "an argument of a type")
                return nil
            }
            guard isInside(term, wanted, "`\(parameter.name.text)`") else { return nil }
            inner.set(parameter.name, Value(term))
        }
        return inner
    }

    /// Gives a record the name of the declaration it comes from, with its constants.
    private func record(_ domain: Domain, from found: Found<TypeDeclaration>, in scope: Scope) -> Domain {
        guard case .record(var record, let fields) = domain, record.origin == nil else { return domain }
        let arguments = found.node.parameters.compactMap { parameter -> SayType.Record.Argument? in
            guard let term = scope[parameter.name.text]?.value.term, let value = term.constants?.first else {
                return nil
            }
            return .init(name: parameter.name.text, value: value, isInteger: term.type == .int)
        }
        record.origin = .init(name: found.name, arguments: arguments)
        return .record(record, fields)
    }

    /// A declaration that nothing has used yet is checked too: alone if it has no parameters, else in its names.
    func checkType(_ found: Found<TypeDeclaration>) {
        checkDuplicates(found.node.parameters.map(\.name), "a parameter")
        guard !found.node.parameters.isEmpty else {
            _ = instantiate(found, with: [], as: found.node.name, in: Scope(found.file))
            return
        }
        var scope = Scope(found.file)
        for parameter in found.node.parameters {
            _ = resolve(parameter.type, in: scope)
            scope.set(parameter.name, .unknown(at: parameter.name.span))
        }
        underway.append(found.key)
        defer { underway.removeLast() }
        _ = resolve(found.node.type, in: scope)
    }

    private func typeNames(in file: FileScope) -> [String] {
        builtInTypes
            + ([file] + file.imports).flatMap { file in
                file.tree.declarations.compactMap { declaration in
                    switch declaration {
                    case .type(let it): it.name.text
                    case .enumeration(let it): it.name.text
                    default: nil
                    }
                }
            }
    }
}

extension Diagnostic {
    fileprivate static func unknownType(_ name: Name, near candidates: [String]) -> Diagnostic {
        Diagnostic(.unknownType, "there is no type `\(name.text)`", at: name.span, hints: .spelling(name, candidates))
    }

    fileprivate static func notAType(_ name: Name, _ declaration: Declaration) -> Diagnostic {
        var hints: [Hint] = []
        if case .data = declaration {
            hints = [Hint("for its rows write `in \(name.text)` instead of `: \(name.text)`")]
        }
        return Diagnostic(
            .notAType, "`\(name.text)` is not a type", at: name.span,
            labels: [Label("declared here", at: declaration.name?.span ?? declaration.span)], hints: hints)
    }

    static func typeArgumentCount(_ named: NamedType, wanted: Int) -> Diagnostic {
        Diagnostic(
            .typeArguments,
            "`\(named.name.text)` takes \(wanted == 0 ? "no arguments" : "\(wanted) arguments"), found \(named.arguments.count)",
            at: named.span)
    }

    fileprivate static func recursiveType(_ name: Name) -> Diagnostic {
        Diagnostic(
            .recursiveType, "`\(name.text)` is made of itself", at: name.span,
            hints: [Hint("every value of a spec has a fixed size: leave the field out")])
    }
}
