import Diagnostics
import Syntax
import Tensors

/// `net(x).layer("fc1/Relu")`: a tensor inside a model, on the call's input, by its name in the file.
///
/// It has the file's shape, without the batch: a first dimension of 1 that is not the only one.
extension Checker {
    func checkLayer(_ call: Call, of base: Expression, in scope: Scope) -> Value {
        if case .name(let name) = base, scope[name.text] == nil, let found = lookUp(name, in: scope.file),
            case .model = found.node
        {
            return fail(.layerOfModel(name))
        }
        let value = check(base, in: scope)
        guard !value.isUnknown else { return unchecked(call, in: scope) }
        guard let modelCall = value.call else {
            _ = unchecked(call, in: scope)
            return fail(.notCallable(at: call.callee.span))
        }
        guard call.arguments.count == 1, case .string(let literal)? = call.arguments.first?.value,
            call.arguments[0].label == nil
        else { return fail(.layerName(at: call.span)) }
        return layer(literal, of: modelCall, at: call.span)
    }

    private func layer(_ name: StringLiteral, of call: ModelCall, at span: Span) -> Value {
        let model = models[call.model]
        if let output = model.outputs.first(where: { $0.tensor == name.text }),
            let value = port(output.name, of: call, at: span)
        {
            return Value(value)
        }
        guard let offered = model.offered else { return .unknown(at: span) }
        guard let port = offered.inner(named: name.text) else { return fail(.unknownLayer(name, of: model, offered)) }
        let declared = CheckedModel.Port(
            name: name.text, type: port.layerType, shape: port.type.shape.dimensions, tensor: port.name)
        return Value(read(call, innerPort: declared, at: span))
    }
}

extension Signature.Port {
    /// As a layer is read.
    fileprivate var layerType: SayType {
        let sizes = type.shape.dimensions
        let element: SayType.Tensor.Element =
            switch type.element {
            case .bool: .bool
            case .int64: .int
            case .float32, .float64: .real
            }
        let inner = sizes.count > 1 && sizes[0] == 1 ? Array(sizes.dropFirst()) : sizes
        return SayType(element, inner.map { .init($0) })
    }
}

extension Diagnostic {
    fileprivate static func layerOfModel(_ name: Name) -> Diagnostic {
        Diagnostic(
            .unknownLayer, "a layer has a value only for an input", at: name.span,
            hints: [Hint("read it of a call: `\(name.text)(x).layer(\"...\")`")])
    }

    fileprivate static func layerName(at span: Span) -> Diagnostic {
        Diagnostic(
            .unknownLayer, "`layer` takes the tensor's name in the model's file, in quotes", at: span,
            hints: [Hint("write it as in `net(x).layer(\"fc1/Relu\")`; `gainsay inspect FILE` lists the names")])
    }

    fileprivate static func unknownLayer(
        _ name: StringLiteral, of model: CheckedModel, _ offered: Signature
    ) -> Diagnostic {
        guard !offered.folded.contains(name.text) else {
            return Diagnostic(
                .unknownLayer, "`\(name.text)` of model `\(model.name)` was folded away: no input changes it",
                at: name.span)
        }
        let names = (offered.inner + offered.outputs).map(\.name)
        var hints: [Hint] = []
        if let near = suggest(name.text, among: names) { hints.append(Hint("did you mean `\(near)`?")) }
        let list = offered.inner.prefix(8).map { "`\($0.name)`" }.joined(separator: ", ")
        let rest = offered.inner.count > 8 ? ", and \(offered.inner.count - 8) more: `gainsay inspect` lists them" : ""
        hints.append(Hint(list.isEmpty ? "the file has no inner tensors" : "the file has \(list)\(rest)"))
        return Diagnostic(
            .unknownLayer, "model `\(model.name)` has no tensor named `\(name.text)`", at: name.span,
            labels: [Label("declared here", at: model.span)], hints: hints)
    }
}
