/// A typed expression over tensors, in topological order: each node computes one value from values before it.
///
/// Nodes are added with `add`, which runs the operator's shape rule. A node whose inputs are all constant is computed at once
/// (a constant, to be had with `constant(of:)`), and a node that is already there is returned instead of added again.
/// Model batch dimensions are ordinary dimensions of size 1: the evaluator runs a graph on many inputs at once by itself.
///
///     var graph = Graph()
///     let x = try graph.input("x", TensorType(.float32, [1, 5]))
///     let hidden = try graph.add(Dense(weights: w, bias: b, activation: .relu), [x])
///     graph.output("y", try graph.add(Softmax(axis: -1), [hidden]))
///
/// | operator | inputs | result |
/// |---|---|---|
/// | `Unary(.relu)` and all of `Unary.Kind` | x | element by element |
/// | `Binary(.add)` and all of `Binary.Kind` | a, b of one element type | broadcast; comparisons and logic give bool |
/// | `Composites.swift`: graph.gelu(x), geluTanh, swish, mish, celu, hardSwish, parametricRelu(x, slope), isNaN, isInfinite, strict, notEqual | x | functions made of others |
/// | `Select()` | bool condition, a, b | broadcast |
/// | `Cast(to: .float32)` | x | |
/// | `Dense(weights: [out, in], bias: [out]?, activation: .none)` | x [..., in] | [..., out] |
/// | `MatMul()` | a [..., m, k], b [..., k, n] | as ONNX MatMul, vectors included |
/// | `Convolution(weights: [out, in/groups, k...], bias:, window: Window(...), groups:, activation:)` | x [n, in, d...] | [n, out, ...] |
/// | `TransposedConvolution(weights: [in, out/groups, k...], bias:, window:, outputPadding:, groups:)` | x [n, in, d...] | [n, out, ...] |
/// | `Rearrange.reshape(shape, to:)`, `.transpose`, `.slice`, `.gather`, `.expand`, `.pad`, `.tile`, `.flatten`, `.squeeze`, `.unsqueeze`, `.concatenate(shapes, axis:)`, `.split` (all throw) | x (or the parts) | out row i = in row table[i] |
/// | `Reduce(.sum, axes: [..]?, .dropped)`: sum mean maximum minimum product, l0 l1 l2 linf, sumSquare logSum logSumExp, all any | x | nil axes: all |
/// | `Pool(.max, window:)`, `.average(.padsExcluded)` | x [n, c, d...] | global pooling is `Reduce` |
/// | `Softmax(axis:, .plain)`, `.logarithm` | x | |
/// | `ArgExtremum(.max, axis:, .dropped)` | x | int64; ties to the lowest index |
/// | `Sort(.ascending, axis:)`, `Sort(.descending, axis:, .places)` | x | as x; int64 places; NaN last, ties in order |
/// | `Quantile(0.5, axis:)` | x float64 | between the two nearest of the sorted elements; nil axis: all |
/// | `GatherRows()` | data [n, ...], index of any shape | index shape + data shape without the first axis; out of range gives NaN (negative counts from the back) |
/// | `ScatterRows(.add)`, `.none`, `.mul`, `.min`, `.max` | data [n, ...], index [k], updates [k, ...] | the data with rows put at the places that the index names, in order |
/// | `Bitwise(.and)`, `.or`, `.xor`, `.shiftLeft`, `.shiftRight` | a, b int64 | broadcast |
/// | `Compare(.less)`, `.lessOrEqual` | a, b float64 | margin of a < b, a <= b, element by element |
/// | `ArgIs(.max, .positive)` | y [n], class (scalar int64, constant or not) | scalar margin of argmax(y) == class (or != with `.negative`) |
/// | `ForEachRow(body:, tables:, reduction:)` | the body's captured values | body outputs reduced over the rows, or `.stacked` |
/// | `Opaque(function)` | the function's inputs | its outputs in one float64 vector; no slope, no bounds |
/// | `Iterate(body:, times:, scanned:, result: .last)`, `.trace` | first state, inputs given row by row, the body's captured values | the state after so many steps, or all states |
package struct Graph: Sendable {
    /// A value of a graph: the result of one of its nodes.
    package struct Value: Sendable, Hashable {
        package let index: Int

        package init(_ index: Int) { self.index = index }
    }

    package enum Source: Sendable {
        case input(name: String)
        case constant(Tensor)
        case operation(any Operator)
    }

    package struct Node: Sendable {
        package let source: Source
        package let inputs: [Value]
        package let type: TensorType
    }

    package struct NamedValue: Sendable, Hashable {
        package let name: String
        package let value: Value
    }

    package private(set) var nodes: [Node] = []
    package private(set) var inputs: [NamedValue] = []
    package private(set) var outputs: [NamedValue] = []
    /// Inner tensors that may be fetched by name, in the order in which they were named.
    package private(set) var inner: [NamedValue] = []
    /// The names of inner tensors that no input changes.
    package private(set) var folded: [String] = []
    /// The shared nodes by their hash; one whose place is taken has the next that is free.
    private var known: [Int: Value] = [:]

    package init() {}

    /// A graph as it stands, not checked: `verify` says whether it is one.
    init(nodes: [Node], inputs: [NamedValue], outputs: [NamedValue]) {
        self.nodes = nodes
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Adds an input. Throws if the name is taken.
    package mutating func input(_ name: String, _ type: TensorType) throws(ShapeError) -> Value {
        guard !inputs.contains(where: { $0.name == name }) else {
            throw ShapeError("two inputs are named `\(name)`")
        }
        let value = append(Node(source: .input(name: name), inputs: [], type: type))
        inputs.append(NamedValue(name: name, value: value))
        return value
    }

    package mutating func constant(_ tensor: Tensor) -> Value {
        share(Node(source: .constant(tensor), inputs: [], type: tensor.type))
    }

    /// Adds an operation, or finds it, or computes it. Throws if the shape rule of the operator refuses the inputs.
    package mutating func add(_ operation: any Operator, _ inputs: [Value]) throws(ShapeError) -> Value {
        for input in inputs where !nodes.indices.contains(input.index) {
            throw ShapeError("\(operation.name) refers to value \(input.index) of \(nodes.count)")
        }
        let types = inputs.map { nodes[$0.index].type }
        let node = Node(source: .operation(operation), inputs: inputs, type: try operation.resultType(of: types))
        let constants = inputs.compactMap { constant(of: $0) }
        if constants.count == inputs.count {
            return constant(try Folding.value(of: operation, constants, node.type))
        }
        return share(node)
    }

    /// Makes a value an output under a name; an output may have several names.
    package mutating func output(_ name: String, _ value: Value) {
        outputs.append(NamedValue(name: name, value: value))
    }

    /// Makes an inner tensor available by name, unless no input changes it.
    package mutating func name(_ value: Value, _ name: String) {
        if constant(of: value) == nil {
            inner.append(NamedValue(name: name, value: value))
        } else {
            folded.append(name)
        }
    }

    /// Lets go of the constants that nothing reads, such as weights that were turned: each becomes an empty one in its place.
    package mutating func discardUnreadConstants() {
        var isRead = [Bool](repeating: false, count: nodes.count)
        for value in nodes.flatMap(\.inputs) + (inputs + outputs + inner).map(\.value) { isRead[value.index] = true }
        for index in nodes.indices where !isRead[index] {
            guard case .constant(let tensor) = nodes[index].source,
                let nothing = try? Tensor(TensorType(tensor.element, Shape([0])), rounding: [])
            else { continue }
            nodes[index] = Node(source: .constant(nothing), inputs: [], type: nothing.type)
        }
    }

    package func type(of value: Value) -> TensorType { nodes[value.index].type }
    package func shape(of value: Value) -> Shape { nodes[value.index].type.shape }

    /// The tensor, if the value is known without any input.
    package func constant(of value: Value) -> Tensor? {
        if case .constant(let tensor) = nodes[value.index].source { tensor } else { nil }
    }

    package func output(named name: String) -> Value? { outputs.first { $0.name == name }?.value }
    package func inner(named name: String) -> Value? { inner.first { $0.name == name }?.value }
    package func input(named name: String) -> Value? { inputs.first { $0.name == name }?.value }

    package var signature: Signature {
        func ports(_ values: [NamedValue]) -> [Signature.Port] { values.map { .init($0.name, type(of: $0.value)) } }
        return Signature(inputs: ports(inputs), outputs: ports(outputs), inner: ports(inner), folded: folded)
    }

    /// Copies another graph into this one, with its inputs, in order, replaced by values of this graph.
    ///
    /// Returns where each of the `wanted` values of the other graph is found in this one; by default its outputs, in order.
    package mutating func splice(
        _ other: Graph, inputs arguments: [Value], wanted: [Value]? = nil
    ) throws(ShapeError) -> [Value] {
        guard arguments.count == other.inputs.count else {
            throw .inputCount("the graph", expected: "\(other.inputs.count)", found: arguments.count)
        }
        var image = [Value?](repeating: nil, count: other.nodes.count)
        for (input, argument) in zip(other.inputs, arguments) {
            let (expected, found) = (other.type(of: input.value), type(of: argument))
            guard expected == found else {
                throw ShapeError("input `\(input.name)` is \(expected), not \(found)")
            }
            image[input.value.index] = argument
        }
        let wanted = wanted ?? other.outputs.map(\.value)
        let needed = other.ancestors(of: wanted)
        for (index, node) in other.nodes.enumerated() where needed[index] && image[index] == nil {
            image[index] = try copy(node, image)
        }
        return wanted.compactMap { image[$0.index] }
    }

    /// For each node, whether one of the values depends on it.
    ///
    /// What only matters to values at which the search stops does not count.
    package func ancestors(of values: [Value], stoppingAt stops: [Bool]? = nil) -> [Bool] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for value in values { needed[value.index] = true }
        for index in nodes.indices.reversed() where needed[index] && stops?[index] != true {
            for input in nodes[index].inputs { needed[input.index] = true }
        }
        return needed
    }

    /// A node of another graph, with its inputs found through `image`.
    mutating func copy(_ node: Node, _ image: [Value?]) throws(ShapeError) -> Value {
        switch node.source {
        case .input(let name): throw ShapeError("input `\(name)` is not listed among the inputs")
        case .constant(let tensor): constant(tensor)
        case .operation(let operation): try add(operation, node.inputs.compactMap { image[$0.index] })
        }
    }

    /// Adds an operation that has passed its shape rule, and does not compute it.
    mutating func append(
        _ operation: any Operator, _ inputs: [Value], _ type: TensorType
    ) throws(ShapeError) -> Value {
        append(Node(source: .operation(operation), inputs: inputs, type: type))
    }

    private mutating func share(_ node: Node) -> Value {
        var key = node.hashValue
        while let value = known[key] {
            if nodes[value.index] == node { return value }
            key &+= 1
        }
        let value = append(node)
        known[key] = value
        return value
    }

    private mutating func append(_ node: Node) -> Value {
        nodes.append(node)
        return Value(nodes.count - 1)
    }
}

package typealias Value = Graph.Value

extension Graph.Node: Hashable {
    package static func == (first: Graph.Node, second: Graph.Node) -> Bool {
        guard first.inputs == second.inputs, first.type == second.type else { return false }
        return switch (first.source, second.source) {
        case (.input(let first), .input(let second)): first == second
        case (.constant(let first), .constant(let second)): first == second
        case (.operation(let first), .operation(let second)): first.equals(second)
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(inputs)
        hasher.combine(type)
        switch source {
        case .input(let name): hasher.combine(name)
        case .constant(let tensor): hasher.combine(tensor)
        case .operation(let operation):
            hasher.combine(ObjectIdentifier(Swift.type(of: operation)))
            operation.hash(into: &hasher)
        }
    }
}

extension Graph: Hashable {
    package static func == (first: Graph, second: Graph) -> Bool {
        first.nodes == second.nodes && first.inputs == second.inputs && first.outputs == second.outputs
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(nodes.count)
        hasher.combine(outputs)
    }
}
