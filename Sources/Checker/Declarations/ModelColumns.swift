import Diagnostics
import Syntax
import Tensors

/// A declared port of a model, or a field of a declared record that is an input by itself.
struct PortField {
    let field: Field
    let column: CheckedModel.Column?
    /// Where the names in the field's type are looked up; nil for the model's own file.
    let file: FileScope?

    init(_ field: Field, column: CheckedModel.Column? = nil, file: FileScope? = nil) {
        (self.field, self.column, self.file) = (field, column, file)
    }

    func scope(in outer: Scope) -> Scope { file.map { Scope($0) } ?? outer }
}

/// The ports of a model, records that bind column by column taken apart.
struct PortFields {
    var inputs: [PortField]
    let outputs: [PortField]
}

extension Checker {
    /// A record is taken apart where the file has no input of its name and one for each of its fields, or where the counts
    /// ask for it.
    func portFields(of node: ModelDeclaration, _ open: OpenSignature?, in scope: Scope) -> PortFields {
        let names = Set((open?.inputs ?? []).map(\.name))
        let isShort = node.inputs.count < names.count
        let inputs = node.inputs.flatMap { input -> [PortField] in
            guard let (fields, file) = recordFields(of: input.type, in: scope.file), !names.contains(input.fileWord)
            else { return [PortField(input)] }
            let known = fields.filter { names.contains($0.fileWord) }.count
            guard known == fields.count || isShort && known > 0 || isShort && node.inputs.count == 1,
                let type = resolve(input.type, in: scope)?.type
            else { return [PortField(input)] }
            return fields.indices.map { index in
                PortField(fields[index], column: .init(input: input.name.text, type: type, field: index), file: file)
            }
        }
        return PortFields(inputs: inputs, outputs: node.outputs.map { PortField($0) })
    }

    /// The fields of a record type, written out or declared without parameters, and the file they are written in.
    func recordFields(of type: TypeExpression, in file: FileScope) -> (fields: [Field], file: FileScope)? {
        switch type.base {
        case .record(let fields): return (fields, file)
        case .missing: return nil
        case .named(let named):
            guard let found = declaration(named.name.text, in: file), case .type(let it) = found.node,
                case .record(let fields) = it.type.base, it.parameters.isEmpty, named.dimensions == nil
            else { return nil }
            return (fields, found.file)
        }
    }
}
