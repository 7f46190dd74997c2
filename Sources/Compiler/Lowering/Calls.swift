import Checker
import Diagnostics
import Tensors

extension Lowering {
    /// Splices a model's graph in: arguments rounded once to its inputs' element types, answers widened to float64.
    func splice(_ model: Int, _ inputs: [Term], for term: Term) throws(Diagnostic) -> Call {
        let declared = context.spec.models[model]
        let source = context.models[model].graph
        var arguments: [Value] = []
        for (input, term) in zip(source.inputs, inputs) {
            arguments.append(try argument(term, as: source.type(of: input.value)))
        }
        for port in declared.inner where source.inner(named: port.tensor ?? port.name) == nil {
            throw .missingTensor(port.tensor ?? port.name, in: declared.name, at: declared.span)
        }
        let answers: [Value]
        do {
            answers = try graph.answers(
                of: context.models[model], on: arguments,
                wanted: { graph in
                    graph.outputs.map(\.value) + declared.inner.compactMap { graph.inner(named: $0.tensor ?? $0.name) }
                }, context.reading)
        } catch { throw .shape(error, at: term.span) }
        let outputs = source.outputs.count
        return Call(outputs: Array(answers.prefix(outputs)), inner: Array(answers.dropFirst(outputs)))
    }

    func answer(_ call: Call, _ port: Term.Port, _ term: Term) throws(Diagnostic) -> Value {
        let value: Value? =
            switch port {
            case .output(let index): call.outputs.indices.contains(index) ? call.outputs[index] : nil
            case .inner(let index): call.inner.indices.contains(index) ? call.inner[index] : nil
            }
        guard let value else { throw .unlowered(term, "as a model's answer") }
        return try reshape(value, for: term)
    }

    private func argument(_ term: Term, as type: TensorType) throws(Diagnostic) -> Value {
        let flat = try flatten(try lower(argument: term), for: term)
        let shaped = try reshape(flat, to: type.shape.dimensions, for: term)
        return type.element == .float64 ? shaped : try add(Cast(to: type.element), [shaped], for: term)
    }

    private func lower(argument term: Term) throws(Diagnostic) -> Lowered {
        term.type.shape == nil ? try lower(term) : .numbers(try numbers(term))
    }

    /// A record as one vector, its fields in order.
    private func flatten(_ value: Lowered, for term: Term) throws(Diagnostic) -> Value {
        switch value {
        case .numbers(let value): return value
        case .record(let fields):
            var parts: [Value] = []
            for field in fields {
                let part = try flatten(field, for: term)
                parts.append(try reshape(part, to: [graph.shape(of: part).count], for: term))
            }
            let shapes = parts.map { graph.shape(of: $0) }
            return try add(for: term) { graph throws(ShapeError) in
                try graph.add(Rearrange.concatenate(shapes, axis: 0), parts)
            }
        case .row(let number, let columns):
            var fields: [Lowered] = []
            for column in columns {
                let entry = try add(GatherRows(), [graph.constant(column), number], for: term)
                fields.append(.numbers(try float64(entry, for: term)))
            }
            return try flatten(.record(fields), for: term)
        }
    }
}

extension Diagnostic {
    static func missingTensor(_ name: String, in model: String, at span: Span) -> Diagnostic {
        Diagnostic(code: "model-missing-tensor", "model `\(model)` has no tensor named `\(name)`", at: span)
    }
}
