import Diagnostics
import Syntax
import Tensors

/// The sizes that a model's file leaves open are what the declaration says.
extension Checker {
    /// The model's signature with the declared sizes and texts; nil, and a report, where they contradict the file.
    func signature(
        of offered: OfferedModel, _ fields: PortFields, _ node: ModelDeclaration, in scope: Scope
    ) -> Signature? {
        let open = offered.open.named(
            inputs: fields.inputs.map(\.field.fileWord), outputs: fields.outputs.map(\.field.fileWord))
        var choice = OfferedModel.Declared(
            numbers: fixedNumbers(fields, open.inputs, node, in: scope),
            lengths: offered.open.lengths(of: open.inputs.map(\.name)))
        if open.isOpen {
            guard let shapes = declaredShapes(fields, open, node, in: scope) else { return nil }
            choice.shapes = shapes
        }
        guard let texts = inputTexts(fields.inputs, open.inputs, node, in: scope) else { return nil }
        choice.texts = texts
        guard let found = agreed(offered.signature(choice)) else { return nil }
        guard let wanted = outputTexts(fields.outputs, found.outputs, node, in: scope) else { return nil }
        guard !wanted.isEmpty else { return found }
        choice.texts.merge(wanted) { first, _ in first }
        return agreed(offered.signature(choice))
    }

    private func declaredShapes(
        _ fields: PortFields, _ open: OpenSignature, _ node: ModelDeclaration, in scope: Scope
    ) -> [String: [Int]]? {
        guard let inputs = declared(fields.inputs, .input, open.inputs, node, in: scope),
            let outputs = declared(fields.outputs, .output, open.outputs, node, in: scope)
        else { return nil }
        var sizes = SizeBinding()
        let contradicted = inputs.filter { !sizes.bind($0.port, to: $0.shape) }
        for input in contradicted { report(.portShape(input.field, input.type, input.port, .input, sizes)) }
        guard contradicted.isEmpty else { return nil }
        // What the file claims of its outputs is only believed where nothing else says a size.
        for output in outputs { sizes.bind(output.port, to: output.shape) }
        var shapes: [String: [Int]] = [:]
        for input in inputs {
            guard let shape = sizes.shape(of: input.port, declared: input.shape) else {
                report(.openPort(input.field, input.port, freeNames(of: input.field.type, in: scope).first))
                return nil
            }
            shapes[input.port.name] = shape
        }
        return shapes
    }

    /// Inputs that are declared as one number. What is wrong with a declaration is reported elsewhere.
    private func fixedNumbers(
        _ fields: PortFields, _ ports: [OpenSignature.Port], _ node: ModelDeclaration, in scope: Scope
    ) -> [String: Double] {
        log.mute()
        defer { log.unmute() }
        guard let chosen = choose(fields.inputs, .input, ports, node) else { return [:] }
        var numbers: [String: Double] = [:]
        for case (let bound, let place?) in zip(fields.inputs, chosen) {
            if let number = fixedNumber(bound.field, in: bound.scope(in: scope)) { numbers[ports[place].name] = number }
        }
        return numbers
    }

    /// The number that a declared scalar is, where its range holds no other.
    func fixedNumber(_ field: Field, in scope: Scope) -> Double? {
        guard freeNames(of: field.type, in: scope).isEmpty, let domain = resolve(field.type, in: scope),
            !domain.type.isTensor, let (lower, upper) = domain.ends, lower == upper, lower.count == 1
        else { return nil }
        return lower[0]
    }

    private func agreed(_ offer: Result<Signature, Diagnostic>) -> Signature? {
        switch offer {
        case .success(let signature): return signature
        case .failure(let diagnostic):
            report(diagnostic)
            return nil
        }
    }

    private struct DeclaredPort {
        let field: Field
        let port: OpenSignature.Port
        /// nil where names in it are still free.
        let type: SayType?
        let shape: SizeBinding.Declared
    }

    private func declared(
        _ fields: [PortField], _ role: PortRole, _ ports: [OpenSignature.Port], _ node: ModelDeclaration,
        in scope: Scope
    ) -> [DeclaredPort]? {
        guard let chosen = choose(fields, role, ports, node) else { return nil }
        let found = zip(fields, chosen).map { bound, place -> DeclaredPort? in
            guard let place else { return nil }
            let (field, scope) = (bound.field, bound.scope(in: scope))
            guard freeNames(of: field.type, in: scope).isEmpty else {
                let shape = partlyKnown(field.type, in: scope) ?? .open
                return DeclaredPort(field: field, port: ports[place], type: nil, shape: shape)
            }
            guard let type = resolve(field.type, in: scope)?.type else { return nil }
            let shape =
                if case .tensor(let tensor) = type { SizeBinding.Declared.dimensions(tensor.sizes) } else {
                    SizeBinding.Declared.count(type.flatCount)
                }
            return DeclaredPort(field: field, port: ports[place], type: type, shape: shape)
        }
        return found.contains { $0 == nil } ? nil : found.compactMap { $0 }
    }

    /// A tensor's sizes, nil for each name that is to be read from the file.
    private func partlyKnown(_ type: TypeExpression, in scope: Scope) -> SizeBinding.Declared? {
        guard case .named(let named) = type.base, ["Tensor", "Bool", "Int"].contains(named.name.text) else {
            return nil
        }
        var known = scope
        for name in freeNames(of: type, in: scope) {
            known.set(name, Value(Term(.constant([1]), .int, at: name.span)))
        }
        guard let sizes = resolve(type, in: known)?.type.dimensions?.map(\.size) else { return nil }
        let isFree = (named.dimensions ?? []).map { dimension in
            if case .at(.name(let name)) = dimension { self.isFree(name, in: scope) } else { false }
        }
        guard isFree.count == sizes.count else { return nil }
        return .dimensions(zip(sizes, isFree).map { $1 ? nil : $0 })
    }
}

extension Diagnostic {
    /// `open` is a name that cannot be read from the file.
    static func portShape(
        _ field: Field, _ type: SayType?, _ port: OpenSignature.Port, _ role: PortRole, _ sizes: SizeBinding,
        open: Name? = nil
    ) -> Diagnostic {
        let declared: [Int]? = if case .tensor(let tensor)? = type { tensor.sizes } else { nil }
        let what = type.map { "declared is \($0.withArticle)" } ?? open.map { "`\($0.text)` cannot be read from it" }
        let mended = sizes.mended(port, declared: declared.map { .dimensions($0) } ?? .open)
        let right = mended.isEmpty ? "Real" : "Tensor[\(mended.map(String.init).joined(separator: ", "))]"
        var hints = disagreements(port, declared ?? [], sizes).map { Hint($0) }
        hints.append(Hint("declare \(right)", edit: Edit(replacing: field.type.span, with: right)))
        if let declared, declared != mended, count(declared) == count(mended), !mended.isEmpty {
            hints.append(Hint("and `reshape` to and from Tensor\(declared) where it is called"))
        }
        return Diagnostic(
            .portShape,
            "\(role.rawValue) `\(port.name)` has shape \(port.shapeText) in the file, \(what ?? "another is declared")",
            at: field.type.span, hints: hints)
    }

    /// What differs, dimension by dimension.
    private static func disagreements(
        _ port: OpenSignature.Port, _ declared: [Int], _ sizes: SizeBinding
    ) -> [String] {
        guard let dimensions = port.dimensions else { return [] }
        let shift = dimensions.count - declared.count
        return sizes.conflicts(of: port, declared: declared).map { axis in
            let place = "dimension \(axis) of the file"
            let own = sizes.known(dimensions[axis]).map { "\($0)" } ?? "\(dimensions[axis])"
            let declared = axis < shift ? "1" : "\(declared[axis - shift])"
            guard case .named(let name) = dimensions[axis] else { return "\(place) is \(own), declared is \(declared)" }
            return "\(place) is `\(name)`, which is declared as \(own) elsewhere, here as \(declared)"
        }
    }

    private static func count(_ sizes: [Int]) -> Int {
        sizes.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    }

    fileprivate static func openPort(_ field: Field, _ port: OpenSignature.Port, _ name: Name?) -> Diagnostic {
        guard let name else {
            return Diagnostic(
                .portShape,
                "input `\(port.name)` has shape \(port.shapeText) in the file, and the declaration leaves it open",
                at: field.type.span)
        }
        return Diagnostic(
            .portShape,
            "input `\(port.name)` has shape \(port.shapeText) in the file: the size `\(name.text)` cannot be read from it",
            at: field.type.span,
            hints: [Hint("say it: `param \(name.text): Int = 1`, and `--set \(name.text)=...` tries another")])
    }
}
