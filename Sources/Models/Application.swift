import Tensors

/// One node about to become operators of the graph: what it is applied to, and the means to say what it computes.
struct Application {
    let node: NodeProto
    /// Optional inputs that are not given are nil, or missing at the end.
    let items: [Item?]
    /// The items that are tensors.
    let inputs: [Value?]
    /// The version of the operator set.
    let version: Int
    private let attributes: [AttributeProto]
    private let importer: Importer
    private let importBody: (GraphProto) throws -> Body

    init(
        _ node: NodeProto, items: [Item?], attributes: [AttributeProto], version: Int, importer: Importer,
        body: @escaping (GraphProto) throws -> Body
    ) {
        self.node = node
        self.items = items
        inputs = items.map { $0?.tensor }
        self.attributes = attributes
        self.version = version
        self.importer = importer
        importBody = body
    }

    /// The same node with other items.
    func with(_ items: [Item?]) -> Application {
        Application(
            node, items: items, attributes: attributes, version: version, importer: importer, body: importBody)
    }

    var choices: Model.Choices { importer.choices }

    /// A graph that is one of the node's attributes.
    func body(_ name: String) throws -> Body {
        guard case .graph(let graph) = value(name) else { throw ModelError("attribute `\(name)` is missing") }
        return try importBody(graph)
    }

    /// The file's element type of an input, where it is known.
    func declaredKind(_ index: Int) -> ElementKind? { items.indices.contains(index) ? items[index]?.kind : nil }

    /// Throws unless the node has no output beyond the first `count`, such as the indices of a pool.
    func wantsOnly(_ count: Int, _ message: String) throws {
        guard node.outputs.dropFirst(count).allSatisfy(\.isEmpty) else { throw ModelError(message) }
    }
}

// MARK: - Inputs

extension Application {
    func optional(_ index: Int) -> Value? { index < inputs.count ? inputs[index] : nil }

    func input(_ index: Int) throws -> Value {
        guard let value = optional(index) else { throw ModelError("input \(index) is missing") }
        return value
    }

    /// All inputs, none of which may be left out.
    func allInputs() throws -> [Value] {
        guard !inputs.isEmpty else { throw ModelError("it has no input") }
        return try inputs.indices.map(input)
    }

    /// The value of an input that has to be constant, here because the graph's shapes depend on it.
    func constant(_ index: Int, _ name: String) throws -> Tensor {
        let value = try input(index)
        guard let tensor = tensor(value) else {
            let maker = importer.makers[value].map { " by \($0)" } ?? ""
            throw ModelError(
                "`\(name)` is computed from the model's inputs\(maker)",
                hint: "shapes and indices that depend on data are not supported")
        }
        return tensor
    }

    func optionalConstant(_ index: Int, _ name: String) throws -> Tensor? {
        optional(index) == nil ? nil : try constant(index, name)
    }

    /// The whole numbers of a constant input.
    func integers(_ index: Int, _ name: String) throws -> [Int] {
        guard let integers = try constant(index, name).integers else {
            throw ModelError("`\(name)` is not made of whole numbers")
        }
        return integers.map { Int($0) }
    }

    func optionalIntegers(_ index: Int, _ name: String) throws -> [Int]? {
        optional(index) == nil ? nil : try integers(index, name)
    }

    /// The one number of a constant input.
    func number(_ index: Int, _ name: String) throws -> Double {
        let tensor = try constant(index, name)
        guard tensor.count == 1 else { throw ModelError("`\(name)` is \(tensor.shape), not one number") }
        return tensor.doubles[0]
    }

    /// The same of a whole number.
    func whole(_ index: Int, _ name: String) throws -> Int {
        let number = try number(index, name)
        guard let whole = Int(exactly: number) else { throw ModelError("`\(name)` is \(number), not a whole number") }
        return whole
    }
}

// MARK: - Attributes

extension Application {
    func value(_ name: String) -> AttributeProto.Value? { attributes.first { $0.name == name }?.value }

    func integer(_ name: String) throws -> Int? {
        guard let value = value(name) else { return nil }
        guard case .integer(let integer) = value else { throw ModelError.wrongAttribute(name, "a whole number") }
        return Int(integer)
    }

    func integer(_ name: String, default: Int) throws -> Int { try integer(name) ?? `default` }

    func flag(_ name: String, default: Bool = false) throws -> Bool {
        try integer(name).map { $0 != 0 } ?? `default`
    }

    func float(_ name: String) throws -> Double? {
        guard let value = value(name) else { return nil }
        guard case .float(let float) = value else { throw ModelError.wrongAttribute(name, "a number") }
        return Double(float)
    }

    func float(_ name: String, default: Float) throws -> Double { try float(name) ?? Double(`default`) }

    func integers(_ name: String) throws -> [Int]? {
        guard let value = value(name) else { return nil }
        guard case .integers(let integers) = value else { throw ModelError.wrongAttribute(name, "whole numbers") }
        return integers.map { Int($0) }
    }

    func floats(_ name: String) throws -> [Float]? {
        guard let value = value(name) else { return nil }
        guard case .floats(let floats) = value else { throw ModelError.wrongAttribute(name, "numbers") }
        return floats
    }

    func text(_ name: String, default: String) throws -> String {
        guard let value = value(name) else { return `default` }
        guard case .text(let text) = value else { throw ModelError.wrongAttribute(name, "a text") }
        return text
    }

    func texts(_ name: String) throws -> [String]? {
        guard let value = value(name) else { return nil }
        guard case .texts(let texts) = value else { throw ModelError.wrongAttribute(name, "texts") }
        return texts
    }

    func tensor(_ name: String) throws -> Tensor? {
        guard let value = value(name) else { return nil }
        guard case .tensor(let proto) = value else { throw ModelError.wrongAttribute(name, "a tensor") }
        return try importer.elements.tensor(proto)
    }

    /// Whole numbers that are an attribute in older versions of an operator and an input in newer ones.
    func integers(attribute: String, orInput index: Int) throws -> [Int]? {
        try integers(attribute) ?? optionalIntegers(index, attribute)
    }
}

extension ModelError {
    static func wrongAttribute(_ name: String, _ expected: String) -> ModelError {
        ModelError("attribute `\(name)` is not \(expected)")
    }
}

// MARK: - Graph

extension Application {
    func type(_ value: Value) -> TensorType { importer.graph.type(of: value) }
    func shape(_ value: Value) -> Shape { importer.graph.shape(of: value) }

    /// The shape of a value that has so many axes at least.
    func shape(_ value: Value, axes: Int) throws -> Shape {
        let shape = shape(value)
        guard shape.rank >= axes else { throw ModelError("\(shape) has fewer than \(axes) axes") }
        return shape
    }
    func element(_ value: Value) -> ElementType { importer.graph.type(of: value).element }

    /// The tensor, if the value is known without any input.
    func tensor(_ value: Value) -> Tensor? { importer.graph.constant(of: value) }

    func constant(_ tensor: Tensor) -> Value { importer.graph.constant(tensor) }

    /// How far a whole number lies behind another, where that is known though they are not.
    func distance(from first: GraphElement, to second: GraphElement) -> Int? {
        let (start, end) = (importer.graph.displacement(of: first), importer.graph.displacement(of: second))
        guard start.base == end.base else { return nil }
        return Int(exactly: end.offset - start.offset)
    }

    /// Counts elements that are about to be made.
    func allow(elements count: Int) throws { try importer.allow(elements: count) }

    /// A shape from numbers of the file, its elements counted.
    func allowedShape(_ dimensions: [Int]) throws -> Shape {
        let shape = try Shape(dimensions)
        try allow(elements: shape.count)
        return shape
    }

    func add(_ operation: any Operator, _ inputs: Value...) throws -> Value { try add(operation, inputs) }

    func add(_ operation: any Operator, _ inputs: [Value]) throws -> Value {
        let value = try importer.graph.add(operation, inputs)
        if let computed = tensor(value) { try allow(elements: computed.count) }
        return value
    }

    func unary(_ kind: Unary.Kind, _ x: Value) throws -> Value { try add(Unary(kind), x) }

    /// A function of two values, which are broadcast.
    func binary(_ kind: Binary.Kind, _ first: Value, _ second: Value) throws -> Value {
        try allow(elements: shape(first).broadcast(with: shape(second), in: "\(kind)").count)
        return try add(Binary(kind), first, second)
    }

    func binary(_ kind: Binary.Kind, _ first: Value, _ number: Double) throws -> Value {
        try binary(kind, first, scalar(number, like: first))
    }

    /// A scalar of the element type of `value`.
    func scalar(_ number: Double, like value: Value) throws -> Value {
        try importer.graph.number(number, like: value)
    }

    func cast(_ value: Value, to element: ElementType) throws -> Value {
        self.element(value) == element ? value : try add(Cast(to: element), value)
    }

    /// One of the graph's own composed functions.
    func compose(_ body: (inout Graph) throws -> Value) throws -> Value { try body(&importer.graph) }

    func reshape(_ value: Value, _ dimensions: [Int]) throws -> Value {
        try add(Rearrange.reshape(shape(value), to: Shape(dimensions)), value)
    }

    func transpose(_ value: Value, _ axes: [Int]) throws -> Value {
        try allow(elements: shape(value).count)
        return try add(Rearrange.transpose(shape(value), axes: axes), value)
    }

    func concatenate(_ values: [Value], axis: Int) throws -> Value {
        guard let first = values.first else { throw ModelError("there is nothing to join") }
        guard values.count > 1 else { return first }
        try allow(elements: values.reduce(0) { $0 + shape($1).count })
        return try add(Rearrange.concatenate(values.map(shape), axis: axis), values)
    }

    func slice(_ value: Value, axis: Int, from start: Int, count: Int) throws -> Value {
        let size = shape(value)[try self.axis(axis, of: shape(value))]
        try allow(elements: shape(value).count / max(1, size) * min(max(count, 0), size))
        return try add(Rearrange.slice(shape(value), axis: axis, from: start, count: count), value)
    }

    func expand(_ value: Value, to target: Shape) throws -> Value {
        if shape(value) == target { return value }
        try allow(elements: shape(value).broadcast(with: target, in: "expand").count)
        return try add(Rearrange.expand(shape(value), to: target), value)
    }

    /// The elements of `value`, which are numbered in row-major order, that `table` names.
    func pick(_ value: Value, _ table: [Int], shape result: Shape) throws -> Value {
        let flat = try reshape(value, [shape(value).count])
        let index = try Tensor(result, table.map(Int64.init))
        return try add(Rearrange.gather(shape(flat), axis: 0, index: index), flat)
    }

    /// An axis that may be negative, counted from the front.
    func axis(_ axis: Int, of shape: Shape) throws -> Int { try shape.axis(axis, of: node.operatorName) }
}
