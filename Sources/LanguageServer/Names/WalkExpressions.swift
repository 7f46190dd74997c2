import Checker
import Diagnostics
import Syntax

extension NameResolver {
    mutating func walk(_ expression: Expression, _ locals: Locals) {
        switch expression {
        case .number, .regex, .boolean, .missing: break
        case .string(let it): walk(template: it, locals)
        case .name(let it): note(it.span, value(it, locals))
        case .tensor(let it): walk(it.elements, locals)
        case .comprehension(let it): walk(it.binders, [it.body], until: it.span, locals)
        case .record(let it): walk(it.fields, of: types[it.span], locals)
        case .block(let it):
            var inner = locals
            for binding in it.lets { walk(binding, until: it.span, &inner) }
            walk(it.result, inner)
        case .conditional(let it): walk([it.condition, it.consequence, it.alternative], locals)
        case .quantified(let it): walk(it.binders, [it.body], until: it.span, locals)
        case .call(let it): walk(it, locals)
        case .aggregate(let it):
            walk(it.binders, [it.body] + it.arguments.map(\.value), until: it.span, locals)
        case .index(let it):
            walk(it.base, locals)
            for entry in it.subscripts { walk(entry, locals) }
        case .member(let it): walk(it, locals)
        case .update(let it):
            walk(it.base, locals)
            walk(it.fields, of: types[it.base.span], locals)
        case .negation(let it): walk(it.operand, locals)
        case .arithmetic(let it): walk([it.left, it.right], locals)
        case .comparison(let it): walk([it.first] + it.links.map(\.operand), locals)
        case .membership(let it):
            walk(it.value, locals)
            walk(it.range, locals)
        case .containment(let it): walk([it.text, it.pattern], locals)
        case .not(let it): walk(it.operand, locals)
        case .logic(let it): walk(it.operands, locals)
        case .implication(let it): walk([it.premise, it.conclusion], locals)
        }
    }

    private mutating func walk(_ expressions: [Expression], _ locals: Locals) {
        for expression in expressions { walk(expression, locals) }
    }

    private mutating func walk(_ binders: [Binder], _ bodies: [Expression], until whole: Span, _ locals: Locals) {
        var inner = locals
        walk(binders, until: whole, &inner)
        walk(bodies, inner)
    }

    private mutating func walk(_ fields: [FieldValue], of type: SayType?, _ locals: Locals) {
        for value in fields {
            if let type { note(value.name.span, field(value.name.text, of: type)) }
            walk(value.value, locals)
        }
    }

    private mutating func walk(_ call: Call, _ locals: Locals) {
        var callee: Int?
        if case .name(let name) = call.callee, builtinFunctions[name.text] == nil {
            callee = function(name.text, taking: call.arguments.count) ?? declaration(name.text)
            note(name.span, callee)
        } else if case .name = call.callee {
        } else {
            walk(call.callee, locals)
        }
        for argument in call.arguments {
            if let label = argument.label { note(label.span, parameter(label.text, of: callee)) }
            walk(argument.value, locals)
        }
    }

    /// A parameter of a function, or an input of a model.
    private func parameter(_ name: String, of callee: Int?) -> Int? {
        guard let callee else { return nil }
        if let field = members[callee]?[name] { return field }
        let whole = symbols[callee].span
        return symbols.indices.first { index in
            symbols[index].kind == .parameter && symbols[index].name.text == name && whole.contains(symbols[index].span)
        }
    }

    private mutating func walk(_ member: Member, _ locals: Locals) {
        if case .name(let name) = member.base, locals[name.text] == nil, let owner = declaration(name.text) {
            switch symbols[owner].kind {
            case .enumeration, .fit, .data:
                note(name.span, owner)
                return note(member.name.span, members[owner]?[member.name.text])
            default: break
            }
        }
        walk(member.base, locals)
        if case .call(let call) = member.base, case .name(let name) = call.callee,
            let model = declaration(name.text), symbols[model].kind == .model,
            let port = members[model]?[member.name.text]
        {
            return note(member.name.span, port)
        }
        if let type = types[member.base.span] { note(member.name.span, field(member.name.text, of: type)) }
    }

    mutating func walk(_ entry: Subscript, _ locals: Locals) {
        switch entry {
        case .at(let expression): walk(expression, locals)
        case .range(let lower, let upper, _): walk([lower, upper].compactMap(\.self), locals)
        }
    }

    private mutating func walk(_ range: ValueRange, _ locals: Locals) {
        switch range {
        case .interval(let it): walk([it.lower, it.upper], locals)
        case .set(let it): walk(it.elements, locals)
        }
    }

    // MARK: Types

    mutating func walk(_ type: TypeExpression, _ locals: inout Locals) {
        switch type.base {
        case .missing: break
        case .record(let fields): for field in fields { walk(field.type, &locals) }
        case .named(let named):
            if !builtInTypes.contains(named.name.text) { note(named.name.span, declaration(named.name.text)) }
            for argument in named.arguments { walk(argument.value, locals) }
            for dimension in named.dimensions ?? [] { walk(dimension, locals) }
        }
        if let range = type.range { walk(range, locals) }
        if let vocabulary = type.vocabulary { walk(vocabulary, locals) }
        if let rate = type.view?.rate { walk(rate, locals) }
    }

    // MARK: Templates

    /// `"What is {thing.name}?"`: names between braces, as they stand in the text; `{{` is a brace.
    mutating func walk(template literal: StringLiteral, _ locals: Locals) {
        let source = tree.source
        var offset = literal.span.lower + 1
        let end = literal.span.upper
        while offset < end {
            defer { offset += 1 }
            guard source.bytes[offset] == UInt8(ascii: "{") else { continue }
            if offset + 1 < end, source.bytes[offset + 1] == UInt8(ascii: "{") {
                offset += 1
                continue
            }
            let start = offset + 1
            var stop = start
            while stop < end, Unicode.Scalar(source.bytes[stop]).continuesName { stop += 1 }
            let span = Span(file: source.id, start..<stop)
            note(span, value(Name(source.text(span), span: span), locals))
        }
    }
}
