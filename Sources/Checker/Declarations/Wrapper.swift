import Diagnostics
import Syntax
import Tensors

/// `model safe = corrected(net, for: linear, samples: 99)`: a model made of another one.
extension Checker {
    static let wrappers = ["corrected", "smoothed"]

    func checkWrapper(_ found: Found<ModelDeclaration>, _ wrapping: ModelDeclaration.Wrapping) -> CheckedModel? {
        guard !underway.contains(found.key) else {
            report(.recursiveParam(found.node.name))
            return nil
        }
        underway.append(found.key)
        defer { underway.removeLast() }
        guard Self.wrappers.contains(wrapping.method.text) else {
            report(.unknownWrapper(wrapping.method))
            return nil
        }
        let scope = Scope(found.file)
        guard let place = wrappedModel(wrapping, in: scope), let port = wrappedInput(of: place, wrapping),
            var options = WrapperOptions(wrapping, self, in: scope)
        else { return nil }
        let method = wrapping.method.text == "smoothed" ? smoothing(&options) : correction(&options, port)
        guard let method, options.isUsedUp(), areWrapped(models[place], by: method, wrapping) else { return nil }
        let wrapper = CheckedWrapper(model: place, method: method)
        let bytes = wrapper.bytes(input: port.shape.reduce(1, *), outputs: models[place].outputs)
        guard bytes <= MemoryLimit.bytes else {
            report(.wrapperTooLarge(found.node.name, bytes: bytes, at: wrapping.method.span))
            return nil
        }
        return wrapped(found, wrapper)
    }

    /// The first argument, a model by its name.
    private func wrappedModel(_ wrapping: ModelDeclaration.Wrapping, in scope: Scope) -> Int? {
        guard let first = wrapping.arguments.first, first.label == nil, case .name(let name) = first.value,
            let found = lookUp(name, in: scope.file), case .model(let node) = found.node
        else {
            report(.notWrapped(wrapping))
            return nil
        }
        return modelIndex(Found(node: node, file: found.file, name: found.name))
    }

    /// Its one input, of Reals.
    private func wrappedInput(of place: Int, _ wrapping: ModelDeclaration.Wrapping) -> CheckedModel.Port? {
        let model = models[place]
        guard model.inputs.count == 1, let port = model.inputs.first else {
            report(.unfitModel(wrapping, "takes \(model.inputs.count) inputs, and a wrapper moves one", model))
            return nil
        }
        guard port.isReal, port.number == nil else {
            report(.unfitModel(wrapping, "takes \(port.type.withArticle), and a wrapper moves Reals", model))
            return nil
        }
        return port
    }

    private func areWrapped(
        _ model: CheckedModel, by method: CheckedWrapper.Method, _ wrapping: ModelDeclaration.Wrapping
    ) -> Bool {
        let outputs = model.outputs
        if let other = outputs.first(where: { !$0.isReal }) {
            report(.unfitModel(wrapping, "answers with \(other.type.withArticle), not with Reals", model))
            return false
        }
        guard case .smoothed = method else { return true }
        guard outputs.count == 1, outputs[0].type.fields == nil, outputs[0].type.flatCount > 1 else {
            report(.unfitModel(wrapping, "has no scores of two classes or more as its one output", model))
            return false
        }
        let taken = CheckedWrapper.Certificate.allCases.map(\.rawValue)
        guard !taken.contains(outputs[0].name) else {
            report(
                .unfitModel(wrapping, "calls its output `\(outputs[0].name)`, which `smoothed` gives besides", model))
            return false
        }
        return true
    }

    /// The wrapper as a model: what it wraps says its input and outputs.
    private func wrapped(_ found: Found<ModelDeclaration>, _ wrapper: CheckedWrapper) -> CheckedModel {
        let model = models[wrapper.model]
        var inner: [CheckedModel.Port] = []
        if case .smoothed = wrapper.method {
            inner = CheckedWrapper.Certificate.allCases.map { $0.port(of: model.outputs[0]) }
        }
        let offered = model.offered.map { file in
            Signature(
                inputs: file.inputs, outputs: file.outputs,
                inner: zip(CheckedWrapper.Certificate.allCases, inner).map {
                    .init($0.0.rawValue, TensorType($0.0.element, .scalar))
                }, folded: [])
        }
        return CheckedModel(
            name: found.name, file: nil, wrapper: wrapper, inputs: model.inputs, outputs: model.outputs, inner: inner,
            span: found.node.name.span, offered: offered)
    }
}

extension CheckedModel.Port {
    /// Whether it holds nothing but Reals.
    fileprivate var isReal: Bool { type.isReal }
}

extension SayType {
    fileprivate var isReal: Bool {
        if let fields { return fields.allSatisfy(\.type.isReal) }
        return element == .real || self == .real
    }
}

extension CheckedWrapper {
    /// What its draws, and its answers before they are joined, take of memory: of one input, in float64.
    fileprivate func bytes(input: Int, outputs: [CheckedModel.Port]) -> Int {
        let width = outputs.reduce(input) { $0.addingReportingOverflow($1.type.flatCount).partialValue }
        let bytes = drawnCount(width: width).multipliedReportingOverflow(by: 8)
        return bytes.overflow ? .max : bytes.partialValue
    }
}

extension CheckedWrapper.Certificate {
    package var element: ElementType {
        switch self {
        case .class: .int64
        case .radius: .float64
        case .abstains: .bool
        }
    }

    /// The class is a case of the enum that names the scores, where one does.
    fileprivate func port(of scores: CheckedModel.Port) -> CheckedModel.Port {
        let labels = scores.type.dimensions?.first { $0.size > 1 }?.labels
        let type: SayType =
            switch self {
            case .class: labels.map { .enumeration($0) } ?? .int
            case .radius: .real
            case .abstains: .bool
            }
        return CheckedModel.Port(name: rawValue, type: type, shape: [], tensor: rawValue)
    }
}

extension Diagnostic {
    fileprivate static func unknownWrapper(_ method: Name) -> Diagnostic {
        let hints: [Hint] = .spelling(method, Checker.wrappers)
        let list = Checker.wrappers.map { "`\($0)`" }.joined(separator: " and ")
        return Diagnostic(
            .wrapperMethod, "no wrapper is called `\(method.text)`", at: method.span,
            hints: hints.isEmpty ? [Hint("there are \(list)")] : hints)
    }

    fileprivate static func notWrapped(_ wrapping: ModelDeclaration.Wrapping) -> Diagnostic {
        Diagnostic(
            .wrapperModel, "`\(wrapping.method.text)` takes the name of a model first",
            at: wrapping.arguments.first?.span ?? wrapping.method.span,
            hints: [Hint("write it as in `\(wrapping.method.text)(net, ...)`")])
    }

    fileprivate static func unfitModel(
        _ wrapping: ModelDeclaration.Wrapping, _ why: String, _ model: CheckedModel
    ) -> Diagnostic {
        Diagnostic(
            .wrapperModel, "`\(model.name)` cannot be `\(wrapping.method.text)`: it \(why)",
            at: wrapping.arguments.first?.span ?? wrapping.method.span,
            labels: [Label("declared here", at: model.span)])
    }

    fileprivate static func wrapperTooLarge(_ name: Name, bytes: Int, at span: Span) -> Diagnostic {
        let memory = bytes == .max ? "more than can be counted" : MemoryLimit.text(bytes)
        return Diagnostic(
            .wrapperTooLarge, "the draws and answers of `\(name.text)` take \(memory) of memory", at: span,
            hints: [Hint("ask for fewer samples; `--memory` says another limit")])
    }
}
