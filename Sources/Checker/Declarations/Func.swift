import Diagnostics
import Syntax

/// The functions that one property has written out so far: the same one on the same arguments is written out once, so that
/// functions that call one another twice do not double each other.
struct InlinedCalls {
    private struct Entry {
        let arguments: [Term]
        let value: Value
    }

    private var entries: [DeclarationKey: [Entry]] = [:]
    /// Earlier calls of a function that are compared with.
    private static let window = 16

    func value(of function: DeclarationKey, at arguments: [Term]) -> Value? {
        entries[function]?.suffix(InlinedCalls.window).last { entry in
            zip(entry.arguments, arguments).allSatisfy { areSame($0, $1) }
        }?.value
    }

    mutating func keep(_ value: Value, of function: DeclarationKey, at arguments: [Term]) {
        guard !value.isUnknown else { return }
        entries[function, default: []].append(Entry(arguments: arguments, value: value))
    }
}

extension Value {
    /// The same, said to be written elsewhere.
    fileprivate func moved(to span: Span) -> Value { Value(term.moved(to: span), call: call) }
}

extension Checker {
    /// The body of a function with the arguments in the place of its parameters.
    func inline(_ found: Found<FuncDeclaration>, _ call: Call, _ name: Name, in scope: Scope) -> Value {
        let node = found.node
        let values = call.arguments.map { check($0.value, in: scope, expecting: expected(for: $0, found)) }
        guard let order = argumentOrder(call, node, name), !values.contains(where: \.isUnknown) else {
            return .unknown(at: call.span)
        }
        return inline(found, order.map { values[$0] }, called: name.span, at: call.span)
    }

    /// The same of arguments that are values already.
    func inline(_ found: Found<FuncDeclaration>, _ arguments: [Term], at span: Span) -> Value {
        inline(found, arguments.map { Value($0) }, called: span, at: span)
    }

    private func inline(_ found: Found<FuncDeclaration>, _ arguments: [Value], called name: Span, at span: Span)
        -> Value
    {
        let node = found.node
        guard !underway.contains(found.key) else {
            log.report(alone: .recursiveFunction(node.name, called: name, at: node.name.span))
            return .unknown(at: span)
        }
        // In a region the same words may mean each row's own.
        if regions.isEmpty, let known = inlined.value(of: found.key, at: arguments.map(\.term)) {
            return known.moved(to: span)
        }
        underway.append(found.key)
        log.callers.append(name)
        defer {
            underway.removeLast()
            log.callers.removeLast()
        }
        guard let inner = bind(arguments, to: found) else { return .unknown(at: span) }
        let body = check(node.body, in: inner, expecting: nil)
        guard let value = result(body, of: node, in: inner) else { return .unknown(at: span) }
        if regions.isEmpty { inlined.keep(value, of: found.key, at: arguments.map(\.term)) }
        return value.moved(to: span)
    }

    /// The type that decides between enum cases of one name: only of a parameter whose type is plainly one.
    private func expected(for argument: Argument, _ found: Found<FuncDeclaration>) -> SayType? {
        guard let label = argument.label,
            case .named(let named)? = found.node.parameters
                .first(where: { $0.name.text == label.text })?.type.base
        else { return nil }
        return labels(.name(named.name), in: Scope(found.file)).map { .enumeration($0) }
    }

    /// For each parameter the place of its argument.
    private func argumentOrder(_ call: Call, _ node: FuncDeclaration, _ name: Name) -> [Int]? {
        guard let ordered = order(call.arguments, for: node.parameters, of: name) else { return nil }
        return ordered.compactMap { expression in
            call.arguments.firstIndex { $0.value.span == expression.span }
        }
    }

    /// The scope of the body: parameters, and the sizes that their types name.
    private func bind(_ values: [Value], to found: Found<FuncDeclaration>) -> Scope? {
        let parameters = found.node.parameters
        guard values.count == parameters.count else { return nil }
        var sizes = Scope(found.file)
        for (parameter, value) in zip(parameters, values) { match(parameter.type, value.type, in: &sizes) }
        guard areAllKnown(parameters, in: sizes, values) else { return nil }
        var inner = sizes
        for (parameter, value) in zip(parameters, values) {
            guard let domain = resolve(parameter.type, in: sizes) else { return nil }
            let label = Label("the parameter is declared here", at: parameter.span)
            guard let term = fit(value.term, to: domain.type, "`\(parameter.name.text)`", label: label) else {
                return nil
            }
            inner.set(parameter.name, Value(argument(term, parameter.name), call: value.call))
        }
        return inner
    }

    /// Named, so that it is computed once; what costs nothing needs no name.
    private func argument(_ term: Term, _ name: Name) -> Term {
        switch term.kind {
        case .constant, .variable, .binding: return term
        default:
            return Term(.binding(binding(name.text, term, at: term.span)), term.type, at: term.span)
        }
    }

    private func areAllKnown(_ parameters: [Parameter], in sizes: Scope, _ values: [Value]) -> Bool {
        for (parameter, value) in zip(parameters, values) {
            guard let name = freeNames(of: parameter.type, in: sizes).first else { continue }
            report(.unboundSize(name, value.term, parameter))
            return false
        }
        return true
    }

    private func result(_ value: Value, of node: FuncDeclaration, in scope: Scope) -> Value? {
        guard let written = node.result else { return value }
        guard let wanted = resolve(written, in: scope)?.type, !value.isUnknown else { return nil }
        let label = Label("the result is declared here", at: written.span)
        let term = fit(value.term.moved(to: node.body.span), to: wanted, "the result", label: label)
        return term.map { Value($0, call: value.call) }
    }

    /// Checks a function for itself, so that a mistake is found whether or not it is called. Of parameters whose sizes are
    /// open, and of Ints, which may become sizes, only the names are checked until a call says what they are.
    func checkFunction(_ found: Found<FuncDeclaration>) {
        let node = found.node
        checkDuplicates(node.parameters.map(\.name), "a parameter")
        var inner = Scope(found.file)
        for parameter in node.parameters {
            for name in freeNames(of: parameter.type, in: inner) { inner.set(name, .unknown(at: name.span)) }
        }
        for parameter in node.parameters {
            let value = resolve(parameter.type, in: inner).map { placeholder(parameter, $0) }
            declare(parameter.name, value ?? .unknown(at: parameter.name.span), in: &inner)
        }
        underway.append(found.key)
        defer { underway.removeLast() }
        let value = check(node.body, in: inner)
        _ = result(value, of: node, in: inner)
    }

    private func placeholder(_ parameter: Parameter, _ domain: Domain) -> Value {
        guard domain.type != .int else { return .unknown(at: parameter.name.span) }
        let id = newID()
        domains[id] = domain
        // How long a text is, a call says.
        let type = domain.type.isText ? SayType.text(most: 1) : domain.type
        return Value(Term(.variable(id: id), type, at: parameter.name.span))
    }
}

extension Diagnostic {
    fileprivate static func recursiveFunction(_ name: Name, called: Span, at declaration: Span) -> Diagnostic {
        Diagnostic(
            .recursiveFunction, "`\(name.text)` calls itself, directly or through others", at: called,
            labels: [Label("declared here", at: declaration)],
            hints: [Hint("every spec terminates: functions are written out, not called")])
    }

    fileprivate static func unboundSize(_ name: Name, _ argument: Term, _ parameter: Parameter) -> Diagnostic {
        Diagnostic(
            .unboundSize, "the argument does not tell `\(name.text)`: found \(argument.type.withArticle)",
            at: argument.span,
            labels: [Label("`\(parameter.name.text)` is declared here", at: parameter.span)])
    }
}
