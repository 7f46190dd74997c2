import Diagnostics
import Syntax

extension NameResolver {
    mutating func walk(_ declaration: Declaration) {
        var locals = Locals()
        switch declaration {
        case .use, .enumeration, .malformed, .languageModel: break
        case .type(let it):
            declare(it.parameters, until: it.span, &locals)
            walk(it.type, &locals)
        case .model(let it): walk(it)
        case .data(let it): walk(it.type, &locals)
        case .param(let it):
            walk(it.type, &locals)
            walk(it.value, locals)
        case .constant(let it):
            if let type = it.type { walk(type, &locals) }
            walk(it.value, locals)
        case .function(let it): walk(it)
        case .fit(let it):
            walk(it.binders, until: it.span, &locals)
            walk(it.body, locals)
            if let target = it.target { walk(target, locals) }
            for argument in it.arguments { walk(argument.value, locals) }
        case .property(let it): walk(it)
        }
    }

    private mutating func walk(_ model: ModelDeclaration) {
        var locals = Locals()
        for field in model.inputs + model.outputs + model.activations { walk(field.type, &locals) }
        for argument in model.wrapping?.arguments ?? [] { walk(argument.value, locals) }
    }

    private mutating func walk(_ function: FuncDeclaration) {
        var locals = Locals()
        declare(function.parameters, until: function.span, &locals)
        if let result = function.result { walk(result, &locals) }
        walk(function.body, locals)
    }

    /// Parameters, and the sizes that their types name before anything else does.
    private mutating func declare(_ parameters: [Parameter], until whole: Span, _ locals: inout Locals) {
        for parameter in parameters {
            declareSizes(in: parameter.type, until: whole, &locals)
            walk(parameter.type, &locals)
        }
        for parameter in parameters { declare(parameter.name, .parameter, in: parameter.span, until: whole, &locals) }
    }

    private mutating func declareSizes(in type: TypeExpression, until whole: Span, _ locals: inout Locals) {
        guard case .named(let named) = type.base else { return }
        for case .at(.name(let name)) in named.dimensions ?? [] where value(name, locals) == nil {
            declare(name, .size, in: name.span, until: whole, &locals)
        }
    }

    private mutating func walk(_ property: PropertyDeclaration) {
        var locals = Locals()
        walk(property.parameters, until: property.span, &locals)
        for clause in property.clauses {
            switch clause {
            case .forall(let it): walk(it.binders, until: property.span, &locals)
            case .exists(let it): walk(it.binders, until: property.span, &locals)
            case .each(let it): walk(it.binders, until: property.span, &locals)
            case .let(let it): walk(it, until: property.span, &locals)
            case .assume(let it): walk(it.condition, locals)
            case .check(let it):
                walk(it.condition, locals)
                if let confidence = it.confidence { walk(confidence, locals) }
            case .shrink(let it): for measure in it.measures { walk(measure, locals) }
            }
        }
        if let title = property.title { walk(template: title, locals) }
    }

    mutating func walk(_ binding: Let, until whole: Span, _ locals: inout Locals) {
        if let type = binding.type { walk(type, &locals) }
        walk(binding.value, locals)
        declare(binding.pattern, in: binding.span, from: binding.span.upper, until: whole, &locals)
    }

    /// Each binder sees the names of those before it.
    mutating func walk(_ binders: [Binder], until whole: Span, _ locals: inout Locals) {
        for binder in binders {
            switch binder.domain {
            case .type(let type): walk(type, &locals)
            case .rows(let expression): walk(expression, locals)
            case .lines, .inferred: break
            }
            if let distribution = binder.distribution { walk(distribution, locals) }
            for pattern in binder.patterns { declare(pattern, in: binder.span, until: whole, &locals) }
            if let condition = binder.condition { walk(condition, locals) }
        }
    }

    private mutating func declare(
        _ pattern: Pattern, in span: Span, from start: Int? = nil, until whole: Span, _ locals: inout Locals
    ) {
        switch pattern {
        case .name(let name): declare(name, .local, in: span, from: start, until: whole, &locals)
        case .fields(let names, _):
            for name in names { declare(name, .local, in: span, from: start, until: whole, &locals) }
        }
    }
}
