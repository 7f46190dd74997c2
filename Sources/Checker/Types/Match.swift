import Diagnostics
import Syntax

extension Checker {
    /// Finds the constants that make a written type the given one: `Tensor[c, h, w]` against Tensor[1, 8, 8] gives
    /// `c` = 1, `h` = 8, `w` = 8.
    ///
    /// Free are the names in dimensions and type arguments that nothing in scope declares. The first place that determines
    /// a name wins; whether the type then agrees is the caller's to ask.
    func match(_ written: TypeExpression, _ actual: SayType, in scope: inout Scope) {
        switch written.base {
        case .missing: break
        case .record(let fields): match(fields, actual, in: &scope)
        case .named(let named): match(named, written, actual, in: &scope)
        }
    }

    private func match(_ fields: [Field], _ actual: SayType, in scope: inout Scope) {
        for field in fields {
            guard let other = actual.fields?.first(where: { $0.name == field.name.text }) else { continue }
            match(field.type, other.type, in: &scope)
        }
    }

    private func match(_ named: NamedType, _ written: TypeExpression, _ actual: SayType, in scope: inout Scope) {
        switch named.name.text {
        case "Tensor", "Tokens", "Bool", "Int", "Real":
            guard let sizes = actual.dimensions, let dimensions = named.dimensions, sizes.count == dimensions.count
            else { return }
            for (dimension, size) in zip(dimensions, sizes) {
                guard case .at(.name(let name)) = dimension else { continue }
                bind(name, Double(size.size), in: &scope)
            }
        default:
            if case .at(.name(let name))? = named.dimensions?.first, named.dimensions?.count == 1,
                let count = actual.entryCount
            {
                return bind(name, Double(count), in: &scope)
            }
            matchDeclared(named, actual, in: &scope)
        }
    }

    private func matchDeclared(_ named: NamedType, _ actual: SayType, in scope: inout Scope) {
        guard !named.arguments.isEmpty, case .type(let type)? = declaration(named.name.text, in: scope.file)?.node,
            let file = declaration(named.name.text, in: scope.file)?.file,
            named.arguments.count == type.parameters.count
        else { return }
        let values = argumentValues(of: named, type, file, actual)
        let arguments = order(named.arguments, for: type.parameters, of: named.name) ?? []
        for (parameter, argument) in zip(type.parameters, arguments) {
            guard case .name(let name) = argument, let value = values[parameter.name.text] else { continue }
            bind(name, value, in: &scope)
        }
    }

    /// The constants a declared type was made with: those it carries, else those its dimensions tell.
    private func argumentValues(
        of named: NamedType, _ type: TypeDeclaration, _ file: FileScope, _ actual: SayType
    ) -> [String: Double] {
        var values: [String: Double] = [:]
        if case .record(let record) = actual, let origin = record.origin, origin.name == named.name.text {
            for argument in origin.arguments { values[argument.name] = argument.value }
            return values
        }
        let key = DeclarationKey(file: file.index, name: named.name.text)
        guard !underway.contains(key) else { return values }
        underway.append(key)
        defer { underway.removeLast() }
        var inner = Scope(file)
        match(type.type, actual, in: &inner)
        for parameter in type.parameters {
            values[parameter.name.text] = inner[parameter.name.text]?.value.term.constants?.first
        }
        return values
    }

    /// Makes a free name a constant.
    private func bind(_ name: Name, _ value: Double, in scope: inout Scope) {
        guard isFree(name, in: scope) else { return }
        scope.set(name, Value(Term(.constant([value]), value == value.rounded() ? .int : .real, at: name.span)))
    }

    /// Whether a name in a dimension stands for whatever size is there.
    func isFree(_ name: Name, in scope: Scope) -> Bool {
        guard !name.isMissing, scope[name.text] == nil, builtinConstants[name.text] == nil else { return false }
        return declaration(name.text, in: scope.file) == nil
            && enumerations(withCase: name.text, in: scope.file).isEmpty
    }

    /// The free names of a written type, in order.
    func freeNames(of written: TypeExpression, in scope: Scope) -> [Name] {
        switch written.base {
        case .missing: []
        case .record(let fields): fields.flatMap { freeNames(of: $0.type, in: scope) }
        case .named(let named): freeNames(of: named, in: scope)
        }
    }

    private func freeNames(of named: NamedType, in scope: Scope) -> [Name] {
        let dimensions = (named.dimensions ?? []).compactMap { dimension -> Expression? in
            if case .at(let expression) = dimension { expression } else { nil }
        }
        return (dimensions + named.arguments.map(\.value)).compactMap { expression in
            if case .name(let name) = expression, isFree(name, in: scope) { name } else { nil }
        }
    }
}
