import Tensors

/// Turns a decoded ONNX model into a graph, node by node.
final class Importer {
    static let supportedOperatorSets: ClosedRange<Int64> = 1...28

    var graph = Graph()
    let choices: Model.Choices
    let elements: TensorElements
    private let main: GraphProto
    let operatorSets: [ModelProto.OperatorSet]
    let functions: [FunctionKey: FunctionProto]
    private var dimensions: [String: Int] = [:]
    /// Bytes of weights and activations so far.
    private var bytes = 0
    var applications = 0
    var depth = 0
    /// Of inputs and outputs, by their names.
    var texts: [String: [String]] = [:]
    var labels: [String: [String]] = [:]
    lazy var categories = Categories(main)
    /// Which node makes a value, in words.
    var makers: [Value: String] = [:]

    init(
        _ model: ModelProto, _ choices: Model.Choices, _ external: ExternalFiles
    ) throws(ModelError) {
        guard let main = model.graph else { throw .noGraph }
        self.main = main
        self.choices = choices
        elements = TensorElements(external: external)
        operatorSets = model.operatorSets
        functions = Dictionary(
            model.functions.map { (FunctionKey(domain: $0.domain, name: $0.name), $0) }, uniquingKeysWith: { $1 })
    }

    func run() throws(ModelError) -> (Graph, [String: Int]) {
        try checkOperatorSets()
        guard !main.hasSparseInitializers else { throw ModelError("sparse initializers are not supported") }
        let scope = try constants(of: main, in: nil)
        for input in main.inputs where scope[input.name] == nil {
            try scope.set(input.name, try item(of: input))
        }
        try apply(main.nodes, scope, Caller(operatorSets))
        for output in main.outputs {
            do throws(ModelError) {
                guard let item = scope[output.name] else { throw ModelError("no node makes it") }
                try give(item, as: output.name)
            } catch {
                throw error.inside("output `\(output.name)`")
            }
        }
        guard !main.outputs.isEmpty else { throw ModelError("the model has no output") }
        graph.discardUnreadConstants()
        return (graph, dimensions)
    }

    private func checkOperatorSets() throws(ModelError) {
        // A file of classic models alone need not name ONNX's own operators.
        guard let version = Caller(operatorSets).version(of: "") else {
            guard Caller(operatorSets).version(of: "ai.onnx.ml") != nil else {
                throw ModelError("the file does not say which version of ONNX's operators it uses")
            }
            return
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

struct FunctionKey: Hashable {
    let domain: String
    let name: String
}

// MARK: - Constants and inputs

extension Importer {
    /// A scope with the constants of a graph.
    func constants(of graph: GraphProto, in outer: Scope?) throws(ModelError) -> Scope {
        let scope = Scope(inside: outer)
        for initializer in graph.initializers {
            if initializer.elementType == ElementKind.string.rawValue {
                try scope.set(initializer.name, try texts(initializer).item)
                continue
            }
            let tensor = try elements.tensor(initializer)
            try allow(elements: tensor.count)
            let value = self.graph.constant(tensor)
            try scope.set(initializer.name, .tensor(value, ElementKind(rawValue: initializer.elementType)))
        }
        return scope
    }

    /// A sequence or an optional is as many tensors as were chosen.
    private func item(of input: ValueInfoProto) throws(ModelError) -> Item {
        let port = input.port
        do throws(ModelError) {
            switch input.form {
            case .tensor: return try tensor(port, of: input)
            case .optional: return choices.lengths[port.name] == 0 ? .nothing : try tensor(port, of: input)
            case .sequence:
                guard let count = choices.lengths[port.name] else {
                    throw ModelError(
                        "nothing says how many tensors the sequence holds",
                        hint: "declare each: `first: ... at \"\(port.name)[0]\"`")
                }
                if count == 0, input.holders.first == .optional { return .nothing }
                var items: [Item] = []
                for index in 0..<count { items.append(try tensor(port.element(index), of: input)) }
                return .sequence(items)
            case nil where input.isMap: return try map(port)
            case nil: throw ModelError("is neither a tensor nor a sequence of tensors; nothing else is supported")
            }
        } catch {
            throw error.inside("input `\(port.name)`")
        }
    }

    private func tensor(_ port: OpenSignature.Port, of input: ValueInfoProto) throws(ModelError) -> Item {
        let kind = try ElementKind(number: input.elementType)
        if kind == .string { return try textInput(port).item }
        let element = try kind.computed()
        if let tensor = choices.constants[port.name] { return .tensor(graph.constant(tensor), kind) }
        let type = TensorType(element, try ModelError.only { try Shape(self.sizes(of: port)) })
        try allow(elements: type.shape.count)
        let value = try ModelError.only { try graph.input(port.name, type) }
        if let number = choices.numbers[port.name] {
            let numbers = [Double](repeating: number, count: type.shape.count)
            return .tensor(graph.constant(try ModelError.only { try Tensor(type, rounding: numbers) }), kind)
        }
        return .tensor(try rounded(value, to: kind), kind)
    }

    /// A sequence as each of its tensors; an optional that holds nothing as none.
    private func give(_ item: Item, as name: String) throws(ModelError) {
        switch item {
        case .nothing: return
        case .sequence(let items):
            for (index, item) in items.enumerated() { graph.output("\(name)[\(index)]", try item.value()) }
        case .texts(let value): graph.output(name, try ordered(value, as: name))
        case .map(let value, let labels): graph.output(name, try ordered(value, labels, as: name))
        case .tensor, .tokens, .unavailable: graph.output(name, try item.value())
        }
    }

    /// As they were chosen, else as the file says them.
    func sizes(of input: OpenSignature.Port) throws(ModelError) -> [Int] {
        let dimensions = input.dimensions
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

    /// Counts elements that are about to be made, 4 bytes each; throws where the memory does not suffice.
    func allow(elements count: Int) throws(ModelError) {
        let (size, isLarge) = count.multipliedReportingOverflow(by: 4)
        let (sum, isBeyond) = bytes.addingReportingOverflow(size)
        guard !isLarge, !isBeyond, sum <= choices.memory else {
            let needed = isLarge || isBeyond ? "too much to count" : MemoryLimit.text(sum)
            throw ModelError(
                "with a tensor of \(count) elements the weights and activations take \(needed), more than the limit of "
                    + MemoryLimit.text(choices.memory),
                hint: "`--memory` says another limit; or the file is damaged")
        }
        bytes = sum
    }
}
