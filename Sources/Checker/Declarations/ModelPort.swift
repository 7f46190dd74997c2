import Diagnostics
import Syntax
import Tensors

extension Checker {
    /// For each declared port the place of the file's: the one that `at "..."` names, else the one of its own name, else,
    /// for inputs and outputs, the one in the same place. nil, and a report, where the counts forbid it.
    func choose(
        _ fields: [PortField], _ role: PortRole, _ ports: [OpenSignature.Port], _ node: ModelDeclaration
    ) -> [Int?]? {
        guard role == .inner || fields.count == ports.count else {
            report(.portCount(fields.map(\.field), role, ports, node))
            return nil
        }
        let columns = fields.map(\.column)
        let fields = fields.map(\.field)
        let named = fields.map { field in ports.firstIndex { $0.name == field.fileWord } }
        let claimed = Set(named.compactMap { $0 })
        return zip(fields.indices, fields).map { index, field in
            if let place = named[index] { return place }
            if columns[index] == nil, field.fileName == nil, role != .inner, !claimed.contains(index) { return index }
            report(.unknownPortName(field, role, ports.map(\.name), node))
            return nil
        }
    }

    /// The declared type against the file's.
    ///
    /// A scalar stands for a tensor of one element; a record for one with as many elements as the record has numbers; a
    /// tensor for one of the same shape, in which a leading dimension of 1, the batch, may be left out.
    func agree(
        _ bound: PortField, with port: Signature.Port, _ role: PortRole, in scope: inout Scope
    ) -> CheckedModel.Port? {
        let field = bound.field
        guard bound.file == nil else {
            var own = bound.scope(in: scope)
            return agree(PortField(field, column: bound.column), with: port, role, in: &own)
        }
        matchPort(field.type, port.type.shape.dimensions, in: &scope)
        let (file, sizes) = (OpenSignature.Port(port), SizeBinding())
        if let name = freeNames(of: field.type, in: scope).first {
            report(.portShape(field, nil, file, role, sizes, open: name))
            return nil
        }
        guard let domain = resolve(field.type, in: scope) else { return nil }
        let type = domain.type
        guard isShapeFit(type, port.type.shape) else {
            report(.portShape(field, type, file, role, sizes))
            return nil
        }
        guard areTextsFit(field, type, port, role) else { return nil }
        guard role == .input || !type.mayBeMissing else {
            report(.portElement(field, type, port, role))
            return nil
        }
        guard type.isFit(for: port.type.element) else {
            report(.portElement(field, type, port, role))
            return nil
        }
        let number = role == .input ? fixedNumber(field, in: scope) : nil
        return .init(
            name: field.name.text, type: type, shape: port.type.shape.dimensions, tensor: port.name, number: number,
            domain: domain)
    }

    /// Reads open dimensions from the file's shape, with the batch or without.
    private func matchPort(_ type: TypeExpression, _ sizes: [Int], in scope: inout Scope) {
        match(type, SayType(.real, sizes.map { .init($0) }), in: &scope)
        guard sizes.first == 1 else { return }
        match(type, SayType(.real, sizes.dropFirst().map { .init($0) }), in: &scope)
    }

    private func isShapeFit(_ type: SayType, _ shape: Shape) -> Bool {
        guard case .tensor(let tensor) = type else { return type.flatCount == shape.count && isLine(shape) }
        return tensor.sizes == shape.dimensions
            || shape.dimensions.first == 1 && tensor.sizes == Array(shape.dimensions.dropFirst())
    }

    /// Whether at most one dimension is wider than 1.
    private func isLine(_ shape: Shape) -> Bool { shape.dimensions.filter { $0 != 1 }.count <= 1 }
}

extension Field {
    /// What the file calls it, as far as the declaration says.
    var fileWord: String { fileName?.text ?? name.text }
}

extension SayType {
    /// Whether the file's elements may be these: reals are floating, Ints and cases are integers, truths are Bool. What is
    /// flattened from a record is all of the file's type.
    fileprivate func isFit(for element: ElementType) -> Bool {
        if isOptional { return element.isReal }
        if isText { return element == .int64 }
        guard let own = self.element else { return element != .bool }
        switch own {
        case .real: return element.isReal
        case .int, .enumeration: return element == .int64
        case .bool: return element == .bool
        }
    }
}

extension Diagnostic {
    fileprivate static func portCount(
        _ fields: [Field], _ role: PortRole, _ ports: [OpenSignature.Port], _ node: ModelDeclaration
    ) -> Diagnostic {
        let list = ports.map { "`\($0.name)`: \($0)" }.joined(separator: ", ")
        return Diagnostic(
            .portCount,
            "`\(node.name.text)` declares \(fields.count) \(role.rawValue)\(fields.count == 1 ? "" : "s"), its file has \(ports.count)",
            at: node.name.span, hints: [Hint("the file has \(list)")])
    }

    fileprivate static func unknownPortName(
        _ field: Field, _ role: PortRole, _ names: [String], _ node: ModelDeclaration
    ) -> Diagnostic {
        let name = field.fileWord
        let span = field.fileName?.span ?? field.name.span
        let near = suggest(name, among: names)
        let list = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 12 ? ", ..." : "")
        let hint: Hint =
            if let near {
                Hint(
                    "did you mean `\(near)`?",
                    edit: Edit(replacing: span, with: field.fileName == nil ? near : "\"\(near)\""))
            } else {
                Hint(names.isEmpty ? "the file has none that can be named" : "the file has \(list)")
            }
        return Diagnostic(
            .unknownPort, "the file of `\(node.name.text)` has no \(role.rawValue) `\(name)`", at: span, hints: [hint])
    }

    fileprivate static func portElement(
        _ field: Field, _ type: SayType, _ port: Signature.Port, _ role: PortRole
    ) -> Diagnostic {
        let advice =
            switch port.type.element {
            case .int64: "integers are `Int`, or `Tokens[n] over k`"
            case .bool: "truth values are `Bool`"
            default: "floating point numbers are `Real`, or a `Tensor`"
            }
        return Diagnostic(
            .portElement,
            "\(role.rawValue) `\(port.name)` holds \(port.type.element.rawValue) in the file, declared is \(type.withArticle)",
            at: field.type.span, hints: [Hint(advice)])
    }
}
