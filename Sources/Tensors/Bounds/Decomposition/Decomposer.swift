/// A decomposition in the making: nodes, each with its rounding. Each family of operators has a file of its own.
struct Decomposer {
    private(set) var graph = Graph()
    private(set) var roundings: [Rounding] = []
    private var known: [Part: Value] = [:]

    /// Two nodes are one only if they are computed alike.
    private struct Part: Hashable {
        let node: Graph.Node
        let rounding: Rounding
    }

    mutating func input(_ name: String, _ type: TensorType) throws(ShapeError) -> Value {
        let value = try graph.input(name, type)
        record(.exact)
        return value
    }

    mutating func constant(_ tensor: Tensor) -> Value {
        let value = graph.constant(tensor)
        record(.exact)
        return value
    }

    /// A scalar of the element type of `x`.
    mutating func number(_ number: Double, like x: Value) throws(ShapeError) -> Value {
        constant(try Tensor(TensorType(type(of: x).element, .scalar), rounding: [number]))
    }

    /// Adds a node as it stands, or finds it, or computes it.
    mutating func add(
        _ operation: any Operator, _ inputs: [Value], _ rounding: Rounding = .exact
    ) throws(ShapeError) -> Value {
        let type = try operation.resultType(of: inputs.map { graph.type(of: $0) })
        let constants = inputs.compactMap { graph.constant(of: $0) }
        if constants.count == inputs.count { return constant(try Folding.value(of: operation, constants, type)) }
        let part = Part(
            node: Graph.Node(source: .operation(operation), inputs: inputs, type: type), rounding: rounding)
        if let value = known[part] { return value }
        let value = try graph.append(operation, inputs, type)
        record(rounding)
        known[part] = value
        return value
    }

    /// The rounding of the node that was added last, if one was.
    private mutating func record(_ rounding: Rounding) {
        if roundings.count < graph.nodes.count { roundings.append(rounding) }
    }

    func type(of value: Value) -> TensorType { graph.type(of: value) }
    func shape(of value: Value) -> Shape { graph.shape(of: value) }
    func element(of value: Value) -> ElementType { graph.type(of: value).element }
    func isConstant(_ value: Value) -> Bool { graph.constant(of: value) != nil }
}

extension Decomposer {
    /// The images of all values of a graph that the wanted ones need, with its inputs replaced by values of this one.
    mutating func images(of source: Graph, inputs: [Value], wanted: [Value]) throws(ShapeError) -> [Value?] {
        var images = [Value?](repeating: nil, count: source.nodes.count)
        for (input, value) in zip(source.inputs, inputs) { images[input.value.index] = value }
        let needed = source.ancestors(of: wanted)
        for (index, node) in source.nodes.enumerated() where needed[index] && images[index] == nil {
            switch node.source {
            case .input(let name): throw ShapeError("input `\(name)` is not listed among the inputs")
            case .constant(let tensor): images[index] = constant(tensor)
            case .operation(let operation):
                images[index] = try decompose(operation, node.inputs.compactMap { images[$0.index] })
            }
        }
        return images
    }

    private mutating func decompose(_ operation: any Operator, _ inputs: [Value]) throws(ShapeError) -> Value {
        let result = try operation.resultType(of: inputs.map { graph.type(of: $0) })
        let isEmpty = result.shape.count == 0 || inputs.contains { shape(of: $0).count == 0 }
        if isEmpty || inputs.allSatisfy(isConstant) { return try add(operation, inputs) }
        switch operation {
        case let unary as Unary: return try function(unary.kind, inputs[0])
        case let binary as Binary: return try arithmetic(binary.kind, inputs[0], inputs[1])
        case is Select: return try choice(inputs[0], inputs[1], inputs[2])
        case let cast as Cast: return try conversion(cast, inputs[0])
        case let dense as Dense: return try product(dense, inputs[0])
        case let filter as Convolution: return try product(filter, inputs[0])
        case let filter as TransposedConvolution: return try product(filter, inputs[0])
        case is MatMul: return try matrixProduct(inputs[0], inputs[1])
        case let pool as Pool: return try pooled(pool, inputs[0])
        case let reduce as Reduce: return try reduction(reduce, inputs[0])
        case let softmax as Softmax: return try normalised(softmax, inputs[0])
        case let compare as Compare: return try margin(compare, inputs[0], inputs[1])
        case let margin as ArgIs: return try self.margin(margin, inputs[0], inputs[1])
        case is GatherRows: return try rows(inputs[0], inputs[1])
        case let loop as Iterate: return try unrolled(loop, inputs)
        default: return try add(operation, inputs)
        }
    }
}

extension Decomposer {
    /// Broadcast to a shape.
    mutating func expanded(_ x: Value, to result: Shape) throws(ShapeError) -> Value {
        shape(of: x) == result ? x : try add(Rearrange.expand(shape(of: x), to: result), [x])
    }

    mutating func reshaped(_ x: Value, to result: Shape) throws(ShapeError) -> Value {
        shape(of: x) == result ? x : try add(Rearrange.reshape(shape(of: x), to: result), [x])
    }

    /// Element i of the result is element `table[i]`.
    mutating func gathered(_ x: Value, _ table: [Int32], _ result: Shape) throws(ShapeError) -> Value {
        let map = Rearrange.Map(table: table, of: shape(of: x).count)
        if map == .identity { return try reshaped(x, to: result) }
        return try add(Rearrange("gather", map, result, counts: [shape(of: x).count]), [x])
    }
}
