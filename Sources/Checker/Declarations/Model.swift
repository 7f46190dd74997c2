import Diagnostics
import Syntax
import Tensors

extension Checker {
    /// The place of a model in the checked spec; agrees its ports with the file's.
    func modelIndex(_ found: Found<ModelDeclaration>) -> Int? {
        if let known = modelIndices[found.key] { return known }
        let model: CheckedModel? =
            if let wrapping = found.node.wrapping { checkWrapper(found, wrapping) } else { checkModel(found) }
        modelIndices[found.key] = .some(model.map { _ in models.count })
        guard let model else { return nil }
        models.append(model)
        return models.count - 1
    }

    /// The names of its inputs in the order in which they are declared.
    func inputNames(of index: Int, _ node: ModelDeclaration) -> [String] {
        node.wrapping == nil ? node.inputs.map(\.name.text) : models[index].inputs.map(\.name)
    }

    private func checkModel(_ found: Found<ModelDeclaration>) -> CheckedModel? {
        let node = found.node
        checkDuplicates(node.inputs.map(\.name), "an input")
        checkDuplicates(node.outputs.map(\.name) + node.activations.map(\.name), "an output or inner tensor")
        var scope = Scope(found.file)
        var signature: Signature?
        let fields = portFields(of: node, loaded.models[found.name]?.open, in: scope)
        if let offered = loaded.models[found.name] {
            signature = self.signature(of: offered, fields, node, in: scope)
            guard signature != nil else { return nil }
        }
        let inputs = ports(fields.inputs, .input, signature, node, in: &scope)
        let outputs = ports(fields.outputs, .output, signature, node, in: &scope)
        let inner = ports(node.activations.map { PortField($0) }, .inner, signature, node, in: &scope)
        guard let inputs, let outputs, let inner, !outputs.isEmpty else { return nil }
        return CheckedModel(
            name: found.name, file: node.file?.text, inputs: inputs, outputs: outputs, inner: inner,
            span: node.name.span, offered: signature)
    }

    private func ports(
        _ fields: [PortField], _ role: PortRole, _ signature: Signature?, _ node: ModelDeclaration,
        in scope: inout Scope
    ) -> [CheckedModel.Port]? {
        guard let signature else {
            let ports = fields.map { declaredPort($0.field, in: scope) }
            return ports.contains { $0 == nil } ? nil : ports.compactMap { $0 }
        }
        let offered = role.ports(of: signature)
        guard let chosen = choose(fields, role, offered.map { OpenSignature.Port($0) }, node) else { return nil }
        var ports: [CheckedModel.Port] = []
        for (field, place) in zip(fields, chosen) {
            guard let place, var port = agree(field, with: offered[place], role, in: &scope) else { continue }
            port.column = field.column
            port.textOffsets = offered[place].texts.flatMap { _ in port.type.textOffsets }
            ports.append(port)
        }
        return ports.count == fields.count ? inFileOrder(ports, role.ports(of: signature)) : nil
    }

    private func inFileOrder(_ ports: [CheckedModel.Port], _ file: [Signature.Port]) -> [CheckedModel.Port] {
        func place(_ port: CheckedModel.Port) -> Int { file.firstIndex { $0.name == port.tensor } ?? file.count }
        return ports.map { (place($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// A port as the spec alone says it.
    private func declaredPort(_ field: Field, in scope: Scope) -> CheckedModel.Port? {
        if let name = freeNames(of: field.type, in: scope).first {
            report(.openSize(name, "model"))
            return nil
        }
        guard let domain = resolve(field.type, in: scope) else { return nil }
        let type = domain.type
        let shape = type.mostCodePoints.map { [$0] } ?? type.dimensions?.map(\.size) ?? [type.flatCount]
        return CheckedModel.Port(
            name: field.name.text, type: type, shape: shape, tensor: field.fileName?.text, domain: domain)
    }
}

/// What a port of a model is for.
enum PortRole: String {
    case input, output
    case inner = "inner tensor"

    func ports(of signature: Signature) -> [Signature.Port] {
        switch self {
        case .input: signature.inputs
        case .output: signature.outputs
        case .inner: signature.inner
        }
    }
}

extension SayType {
    /// How many numbers a value is, records laid out field by field.
    var flatCount: Int {
        if isOptional { return 1 }
        if let mostCodePoints { return mostCodePoints }
        if let dimensions { return dimensions.reduce(1) { $0 * $1.size } }
        return (fields ?? []).reduce(0) { $0 + $1.type.flatCount }
    }
}
