import Diagnostics
import Syntax

/// A call of a model, of which outputs and inner tensors can be read.
struct ModelCall {
    let model: Int
    let site: Int
    let inputs: [Term]
}

/// The calls of one property so far: the same model on the same input is one call.
struct CallSites {
    private var calls: [ModelCall] = []
    /// Earlier calls that are compared with.
    private static let window = 64

    mutating func site(model: Int, inputs: [Term], new: () -> Int) -> ModelCall {
        for call in calls.suffix(CallSites.window) where call.model == model {
            if zip(call.inputs, inputs).allSatisfy({ areSame($0, $1) }) { return call }
        }
        let call = ModelCall(model: model, site: new(), inputs: inputs)
        calls.append(call)
        return call
    }
}

extension Checker {
    func checkModelCall(_ found: Found<ModelDeclaration>, _ call: Call, _ name: Name, in scope: Scope) -> Value {
        guard let index = modelIndex(found) else { return unchecked(call, in: scope) }
        let names = inputNames(of: index, found.node)
        guard let given = order(call.arguments, names: names, of: name) else { return unchecked(call, in: scope) }
        let values = zip(names, given).map { check($1, in: scope, expecting: models[index].type(ofInput: $0)) }
        return callModel(index, names, values, at: call.span)
    }

    /// The same of values, in the order in which the model declares its inputs.
    func callModel(_ found: Found<ModelDeclaration>, _ values: [Term], at span: Span) -> Value {
        guard let index = modelIndex(found) else { return .unknown(at: span) }
        return callModel(index, inputNames(of: index, found.node), values.map { Value($0) }, at: span)
    }

    /// Of the values of its declared inputs; the terms of a call are in the order of the model's file.
    private func callModel(_ index: Int, _ names: [String], _ values: [Value], at span: Span) -> Value {
        let model = models[index]
        let label = Label("the model is declared here", at: model.span)
        var arguments: [String: Value] = [:]
        for (name, value) in zip(names, values) {
            guard !value.isUnknown, let type = model.type(ofInput: name),
                let term = fit(value.term, to: type, "`\(name)`", label: label)
            else { return .unknown(at: span) }
            if let most = type.mostCodePoints, let own = term.type.mostCodePoints, own > most {
                report(.textTooLong(term, name, own, most, label))
                return .unknown(at: span)
            }
            arguments[name] = Value(term, call: value.call)
        }
        var terms: [Term] = []
        for (place, port) in model.inputs.enumerated() {
            guard let argument = arguments[port.column?.input ?? port.name]?.term else { continue }
            let term = port.column.map { argument.field($0.field, at: argument.span) } ?? argument
            guard isFixed(term, port) else { continue }
            note(term, fedTo: place, of: index, at: argument.span)
            terms.append(flat(term, port, at: argument.span))
        }
        guard terms.count == model.inputs.count else { return .unknown(at: span) }
        let site = calls.site(model: index, inputs: terms, new: newID)
        return result(of: site, at: span)
    }

    /// Whether an argument is the one number that its port is declared as, if it is; reports if not.
    private func isFixed(_ term: Term, _ port: CheckedModel.Port) -> Bool {
        guard let number = port.number else { return true }
        guard term.constants != nil else {
            reportNotConstant(term, "`\(port.name)`")
            return false
        }
        let domain = Domain.real(lower: number, upper: number)
        return isInside(term, domain, "`\(port.name)`")
    }

    /// The one output, or a record of several.
    private func result(of call: ModelCall, at span: Span) -> Value {
        let model = models[call.model]
        let outputs = model.outputs.indices.map { output in
            read(call, .output(output), model.outputs[output], at: span)
        }
        guard outputs.count > 1 else { return Value(outputs[0], call: call) }
        let fields = zip(model.outputs, outputs).map { SayType.Field(name: $0.name, type: $1.type, unit: nil) }
        let type = SayType.record(SayType.Record(origin: nil, fields: fields))
        return Value(Term(.record(outputs), type, at: span), call: call)
    }

    /// The output or inner tensor of this name.
    func port(_ name: String, of call: ModelCall, at span: Span) -> Term? {
        let model = models[call.model]
        if let index = model.outputs.firstIndex(where: { $0.name == name }) {
            return read(call, .output(index), model.outputs[index], at: span)
        }
        guard let index = model.inner.firstIndex(where: { $0.name == name }) else { return nil }
        return read(call, .inner(index), model.inner[index], at: span)
    }

    /// An inner tensor that need not be declared: it is from here on.
    func read(_ call: ModelCall, innerPort port: CheckedModel.Port, at span: Span) -> Term {
        let known = models[call.model].inner.firstIndex { $0.tensor == port.tensor && $0.type == port.type }
        if known == nil { models[call.model].inner.append(port) }
        let place = known ?? models[call.model].inner.count - 1
        return read(call, .inner(place), port, at: span)
    }

    func names(ofPortsOf call: ModelCall) -> [String] {
        (models[call.model].outputs + models[call.model].inner).map(\.name)
    }

    private func read(_ call: ModelCall, _ port: Term.Port, _ declared: CheckedModel.Port, at span: Span) -> Term {
        let kind = Term.Kind.call(model: call.model, site: call.site, inputs: call.inputs, port: port)
        return structured(Term(kind, declared.fileType, at: span), as: declared.type, at: span)
    }

    /// An argument in the file's shape.
    private func flat(_ term: Term, _ port: CheckedModel.Port, at span: Span) -> Term {
        if term.type.isOptional { return term.orNaN(at: span).reshaped(to: port.fileType, at: span) }
        if port.type.isText {
            let line = SayType(.int, [.init(port.type.flatCount)])
            return Term.text(.codePoints(padding: -1), [term], line, at: span).reshaped(to: port.fileType, at: span)
        }
        guard let fields = term.type.fields else { return term.reshaped(to: port.fileType, at: span) }
        let line = flattened(term, fields, at: span)
        if let offsets = port.textOffsets { return texts(line, offsets, port, at: span) }
        let joined =
            line.allSatisfy { !$0.type.isTensor }
            ? Term(.stack(line), lineType(line.count), at: span) : concatenated(line, at: span)
        return joined.reshaped(to: port.fileType, at: span)
    }

    private func flattened(_ term: Term, _ fields: [SayType.Field], at span: Span) -> [Term] {
        fields.indices.flatMap { index -> [Term] in
            let field = term.field(index, at: span)
            if field.type.isOptional { return [field.orNaN(at: span)] }
            if let inner = field.type.fields { return flattened(field, inner, at: span) }
            guard field.type.isTensor else { return [number(field)] }
            return [number(field).reshaped(to: lineType(field.type.flatCount), at: span)]
        }
    }

    /// Cases of several enums as texts of one list, in which each enum's begin at an offset.
    private func texts(_ line: [Term], _ offsets: [Int], _ port: CheckedModel.Port, at span: Span) -> Term {
        let joined = concatenated(line, at: span)
        let starts = Term(.constant(offsets.map(Double.init)), lineType(offsets.count), at: span)
        let type = SayType(.int, port.shape.map { .init($0) })
        let sum = Term(.arithmetic(.add, joined, starts), lineType(offsets.count), at: span)
        return Term(.apply(.convert, [sum]), SayType(.int, [.init(offsets.count)]), at: span).reshaped(
            to: type, at: span)
    }

    private func number(_ term: Term) -> Term {
        let wanted = SayType(.real, term.type.dimensions ?? [])
        return term.type == wanted ? term : Term(.apply(.convert, [term]), wanted, at: term.span)
    }

    private func concatenated(_ parts: [Term], at span: Span) -> Term {
        let lines = parts.map { $0.type.isTensor ? $0 : $0.reshaped(to: lineType(1), at: span) }
        let count = lines.reduce(0) { $0 + $1.type.flatCount }
        return lines.count == 1 ? lines[0] : Term(.concat(lines, axis: 0), lineType(count), at: span)
    }

    private func lineType(_ count: Int) -> SayType { SayType(.real, [.init(count)]) }

    /// What the file gives, as the declared type.
    private func structured(_ term: Term, as type: SayType, at span: Span) -> Term {
        if type.isText {
            let line = term.reshaped(to: SayType(.int, [.init(type.flatCount)]), at: span)
            return .text(.fromCodePoints, [line], type, at: span)
        }
        guard let fields = type.fields else { return term.reshaped(to: type, at: span) }
        let line = term.reshaped(to: lineType(type.flatCount), at: span)
        var offset = 0
        return Term(.record(fields.map { part($0.type, of: line, &offset, at: span) }), type, at: span)
    }

    private func part(_ type: SayType, of line: Term, _ offset: inout Int, at span: Span) -> Term {
        if let fields = type.fields {
            return Term(.record(fields.map { part($0.type, of: line, &offset, at: span) }), type, at: span)
        }
        let count = type.flatCount
        defer { offset += count }
        guard type.isTensor else {
            return Term(.index(line, [.at(.int(offset, at: span))]), type, at: span)
        }
        let slice = Term(.index(line, [.slice(offset..<offset + count)]), lineType(count), at: span)
        return slice.reshaped(to: type, at: span)
    }
}

extension Diagnostic {
    fileprivate static func textTooLong(
        _ term: Term, _ name: String, _ own: Int, _ most: Int, _ label: Label
    ) -> Diagnostic {
        Diagnostic(
            .typeMismatch, "`\(name)` takes texts of \(most) code points at most, and this one may have \(own)",
            at: term.span, labels: [label],
            hints: [Hint("declare more, or ask with the beginning alone: `take(..., \(most))`")])
    }
}

extension CheckedModel {
    /// Of what is declared: an input of the file, or a record of several.
    func type(ofInput name: String) -> SayType? {
        inputs.first { ($0.column?.input ?? $0.name) == name }.map { $0.column?.type ?? $0.type }
    }
}

extension CheckedModel.Port {
    /// The type of what passes between the spec and the file: the file's shape, the declared elements.
    package var fileType: SayType {
        if let dimensions = type.dimensions, dimensions.map(\.size) == shape { return type }
        let element = type.isText ? .int : type.element ?? .real
        return SayType(element, shape.map { .init($0) })
    }
}
