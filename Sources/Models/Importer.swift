import Tensors

/// Turns a decoded ONNX model into a graph, node by node.
final class Importer {
    /// The values that names stand for, in a graph or in the body of a function.
    typealias Scope = [String: Value]

    static let supportedOperatorSets: ClosedRange<Int64> = 7...24
    /// Nodes applied at most, bodies of functions counted at each call.
    private static let applicationLimit = 1 << 20
    private static let depthLimit = 64

    var graph = Graph()
    let choices: Model.Choices
    let elements: TensorElements
    private let main: GraphProto
    private let operatorSets: [ModelProto.OperatorSet]
    private let functions: [FunctionKey: FunctionProto]
    private var dimensions: [String: Int] = [:]
    private var elementsLeft: Int
    private var applications = 0
    private var depth = 0
    /// The file's element types of inputs and constants, by name.
    private(set) var kinds: [String: ElementKind] = [:]

    init(
        _ model: ModelProto, _ choices: Model.Choices, fileSize: Int, _ external: ExternalFiles
    ) throws(ModelError) {
        guard let main = model.graph else { throw .noGraph }
        self.main = main
        self.choices = choices
        elements = TensorElements(external: external)
        operatorSets = model.operatorSets
        functions = Dictionary(
            model.functions.map { (FunctionKey(domain: $0.domain, name: $0.name), $0) }, uniquingKeysWith: { $1 })
        elementsLeft = fileSize.multipliedReportingOverflow(by: 4).partialValue &+ choices.elementLimit
    }

    func run() throws(ModelError) -> (Graph, [String: Int]) {
        try checkOperatorSets()
        guard !main.hasSparseInitializers else { throw ModelError("sparse initializers are not supported") }
        var scope = try constants(of: main, in: [:])
        for input in main.inputs where scope[input.name] == nil {
            scope[input.name] = try value(of: input)
        }
        try apply(main.nodes, &scope, Caller(operatorSets))
        for output in main.outputs {
            guard let value = scope[output.name] else {
                throw ModelError("no node makes it", in: "output `\(output.name)`")
            }
            graph.output(output.name, value)
        }
        guard !main.outputs.isEmpty else { throw ModelError("the model has no output") }
        return (graph, dimensions)
    }

    private func checkOperatorSets() throws(ModelError) {
        guard let version = Caller(operatorSets).version(of: "") else {
            throw ModelError("the file does not say which version of ONNX's operators it uses")
        }
        guard Self.supportedOperatorSets.contains(version) else {
            let range = Self.supportedOperatorSets
            throw ModelError(
                "version \(version) of ONNX's operators is not supported",
                hint: "versions \(range.lowerBound) to \(range.upperBound) are; onnx.version_converter converts")
        }
    }
}

/// What a node finds around it: operator versions, and in a function's body the attributes of the call.
struct Caller {
    let operatorSets: [ModelProto.OperatorSet]
    let attributes: [AttributeProto]
    /// In a function's body: inputs that the call leaves out.
    let absent: Set<String>

    init(
        _ operatorSets: [ModelProto.OperatorSet], attributes: [AttributeProto] = [], absent: Set<String> = []
    ) {
        self.operatorSets = operatorSets
        self.attributes = attributes
        self.absent = absent
    }

    /// `ai.onnx` is another name for ONNX's own operators, whose name is empty.
    func version(of domain: String) -> Int64? {
        func plain(_ domain: String) -> String { domain == "ai.onnx" ? "" : domain }
        return operatorSets.last { plain($0.domain) == plain(domain) }?.version
    }
}

private struct FunctionKey: Hashable {
    let domain: String
    let name: String
}

// MARK: - Nodes

extension Importer {
    /// Applies nodes in order, each to what `scope` holds, and puts there what they make.
    private func apply(_ nodes: [NodeProto], _ scope: inout Scope, _ caller: Caller) throws(ModelError) {
        for node in nodes {
            do throws(ModelError) {
                try apply(node, &scope, caller)
            } catch {
                throw error.inside(node.title)
            }
        }
    }

    private func apply(_ node: NodeProto, _ scope: inout Scope, _ caller: Caller) throws(ModelError) {
        applications += 1
        guard applications <= Self.applicationLimit else {
            throw ModelError("more than \(Self.applicationLimit) nodes, functions counted at each call")
        }
        var inputs: [Value?] = []
        for name in node.inputs {
            guard let value = scope[name] else {
                guard name.isEmpty || caller.absent.contains(name) else { throw .unknownInput(name) }
                inputs.append(nil)
                continue
            }
            inputs.append(value)
        }
        let attributes = node.attributes.map { $0.resolved(caller.attributes) }
        try checkNarrow(node)
        noteKind(node, attributes)
        let results = try ModelError.only {
            try self.results(of: node, inputs, attributes, scope, caller)
        }
        try publish(results, of: node, in: &scope)
    }

    /// Remembers the file's type of what a node makes, where the node itself says it.
    private func noteKind(_ node: NodeProto, _ attributes: [AttributeProto]) {
        guard let name = node.outputs.first else { return }
        switch (node.operatorName, attributes.first?.value) {
        case ("Constant", .tensor(let tensor)): kinds[name] = ElementKind(rawValue: tensor.elementType)
        case ("Cast", .integer(let number)): kinds[name] = ElementKind(rawValue: number)
        default: return
        }
    }

    /// Constants in 16-bit floats may only be cast: their arithmetic is not that of float32.
    private func checkNarrow(_ node: NodeProto) throws(ModelError) {
        guard node.operatorName != "Cast", let name = node.inputs.first(where: { kinds[$0]?.isNarrow ?? false }) else {
            return
        }
        throw ModelError(
            "its input `\(name)` is in 16-bit floats, whose arithmetic is not supported",
            hint: "only `Cast` may take it; export the model in float32")
    }

    private func results(
        of node: NodeProto, _ inputs: [Value?], _ attributes: [AttributeProto], _ scope: Scope, _ caller: Caller
    ) throws -> [Value?] {
        if let function = functions[FunctionKey(domain: node.domain, name: node.operatorName)] {
            return try call(function, inputs, attributes)
        }
        guard let version = caller.version(of: node.domain) else { throw ModelError.undeclaredDomain(node) }
        guard let rule = OperatorRules.rule(for: node) else { throw ModelError.unsupported(node, version) }
        let application = Application(
            node, inputs: inputs, attributes: attributes, version: Int(clamping: version), importer: self,
            branch: { graph in try self.branch(graph, scope, caller) })
        return try rule(application)
    }

    private func publish(_ results: [Value?], of node: NodeProto, in scope: inout Scope) throws(ModelError) {
        for (index, name) in node.outputs.enumerated() where !name.isEmpty {
            guard index < results.count, let value = results[index] else {
                throw ModelError("its output `\(name)` (the \(index + 1). one) is not supported")
            }
            guard scope.updateValue(value, forKey: name) == nil else {
                throw ModelError("two values are named `\(name)`")
            }
            guard depth == 0, graph.constant(of: value) == nil else { continue }
            graph.name(value, name)
            if index == 0, !node.name.isEmpty, node.name != name { graph.name(value, node.name) }
        }
    }

    private func call(
        _ function: FunctionProto, _ inputs: [Value?], _ attributes: [AttributeProto]
    ) throws(ModelError) -> [Value?] {
        var scope: Scope = [:]
        for (name, value) in zip(function.inputs, inputs) { scope[name] = value }
        let given = Set(attributes.map(\.name))
        let defaults = function.defaults.filter { !given.contains($0.name) }
        let caller = Caller(
            function.operatorSets.isEmpty ? operatorSets : function.operatorSets, attributes: attributes + defaults,
            absent: Set(function.inputs.filter { scope[$0] == nil }))
        try nested { () throws(ModelError) in try apply(function.nodes, &scope, caller) }
        return function.outputs.map { scope[$0] }
    }

    /// The outputs of a graph inside a node, which sees the values around it.
    private func branch(_ graph: GraphProto, _ outer: Scope, _ caller: Caller) throws(ModelError) -> [Value?] {
        var scope = try constants(of: graph, in: outer)
        try nested { () throws(ModelError) in try apply(graph.nodes, &scope, caller) }
        return graph.outputs.map { scope[$0.name] }
    }

    private func nested(_ body: () throws(ModelError) -> Void) throws(ModelError) {
        guard depth < Self.depthLimit else { throw ModelError("functions call each other too deep") }
        depth += 1
        defer { depth -= 1 }
        try body()
    }
}

// MARK: - Constants and inputs

extension Importer {
    private func constants(of graph: GraphProto, in outer: Scope) throws(ModelError) -> Scope {
        var scope = outer
        for initializer in graph.initializers {
            kinds[initializer.name] = ElementKind(rawValue: initializer.elementType)
            let value = self.graph.constant(try elements.tensor(initializer))
            guard scope.updateValue(value, forKey: initializer.name) == nil else {
                throw ModelError("two values are named `\(initializer.name)`")
            }
        }
        return scope
    }

    private func value(of input: ValueInfoProto) throws(ModelError) -> Value {
        do throws(ModelError) {
            guard input.isTensor else { throw ModelError("is not a tensor; only tensors are supported") }
            let kind = try ElementKind(number: input.elementType)
            kinds[input.name] = kind
            let element = try kind.computed()
            if let tensor = choices.constants[input.name] { return graph.constant(tensor) }
            let type = TensorType(element, try ModelError.only { try Shape(self.sizes(of: input)) })
            return try ModelError.only { try graph.input(input.name, type) }
        } catch {
            throw error.inside("input `\(input.name)`")
        }
    }

    /// As they were chosen, else as the file says them.
    private func sizes(of input: ValueInfoProto) throws(ModelError) -> [Int] {
        let dimensions = input.port.dimensions
        if let sizes = choices.shapes[input.name] {
            for case (.named(let name), let size) in zip(dimensions ?? [], sizes) { self.dimensions[name] = size }
            return sizes
        }
        guard let dimensions else {
            throw ModelError("the file does not say its shape", hint: "declare it")
        }
        var sizes: [Int] = []
        for (axis, dimension) in dimensions.enumerated() { sizes.append(try size(of: dimension, axis: axis)) }
        return sizes
    }

    private func size(of dimension: OpenSignature.Dimension, axis: Int) throws(ModelError) -> Int {
        switch dimension {
        case .size(let size): return size
        case .unnamed:
            guard axis == 0 else {
                throw ModelError("dimension \(axis) has no size", hint: "declare the input with a size for it")
            }
            return 1
        case .named(let name):
            guard let size = choices.dimensions[name] ?? dimensions[name] ?? (axis == 0 ? 1 : nil) else {
                throw ModelError(
                    "dimension \(axis), `\(name)`, has no size", hint: "declare the input with a size for `\(name)`")
            }
            dimensions[name] = size
            return size
        }
    }

    /// Counts elements that are about to be made; throws where a file asks for more than is sensible.
    func allow(elements count: Int) throws(ModelError) {
        guard count <= elementsLeft else {
            throw ModelError(
                "a tensor of \(count) elements is more than this file is allowed to ask for",
                hint: "a damaged file, or a model far larger than its weights")
        }
        elementsLeft -= count
    }
}

extension AttributeProto {
    /// In the body of a function: with the value that the call gives it.
    fileprivate func resolved(_ given: [AttributeProto]) -> AttributeProto {
        guard !reference.isEmpty else { return self }
        return AttributeProto(name: name, value: given.first { $0.name == reference }?.value)
    }
}

extension ModelError {
    fileprivate static func unknownInput(_ name: String) -> ModelError {
        ModelError(
            "its input `\(name)` is made by no node before it",
            hint: "the nodes are out of order, form a cycle, or the file is damaged")
    }

    fileprivate static func undeclaredDomain(_ node: NodeProto) -> ModelError {
        ModelError("operator `\(node.operatorName)` of `\(node.domain)`, which the file does not import")
    }

    fileprivate static func unsupported(_ node: NodeProto, _ version: Int64) -> ModelError {
        let domain = node.domain.isEmpty ? "ai.onnx" : node.domain
        return ModelError("operator `\(node.operatorName)` (\(domain) \(version)) is not supported")
    }
}
