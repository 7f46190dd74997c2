import Kernels

/// A graph made ready to be bounded: how each node passes bounds on. Immutable, shared by all threads.
///
/// The graph is one that `Decomposition` made: each node with an input that is not constant is linear in those inputs, a
/// curve (a function of one number), a product or quotient of two, or enclosed (bounded by intervals only).
package final class BoundPlan: Sendable {
    enum Kind: Sendable {
        /// No wanted value depends on it.
        case unneeded
        /// Where its elements start among all those of the inputs.
        case input(first: Int)
        case constant(LanedConstant)
        /// Its elements are those of its input.
        case alias
        case linear(LinearNode)
        case curve(CurveNode)
        case product(Rounding)
        case quotient(Rounding)
        case enclosed(any Enclosing, Rounding)
    }

    /// A class, so that passing one on copies a reference only.
    final class Node: @unchecked Sendable {
        let kind: Kind
        let inputs: [Int]
        let type: TensorType
        let count: Int
        /// In which format coefficients of this node are kept.
        let storage: LaneStorage
        let isConstant: Bool
        /// Whether its interval is worth tightening: it feeds what is not linear.
        var isPivot = false
        /// Whether a node that is not linear takes it.
        var feedsCurves = false
        /// Whether a product of two takes it, and bounds of it are found by propagation.
        var feedsProducts = false
        /// Whether all that it feeds that is not linear is max(x, 0): its sign is what matters.
        var feedsOnlyRelu = true
        /// Whether it will be bounded from below: what is constant after all has bounds, too.
        var isTarget = false
        /// Whether intervals alone are as good as what is propagated backward.
        var isDirect = false
        /// Whether those that use it add to its coefficients in place, and account for these sums.
        var gathers = false

        init(kind: Kind, inputs: [Int], type: TensorType, isConstant: Bool) {
            (self.kind, self.inputs, self.type, self.isConstant) = (kind, inputs, type, isConstant)
            count = type.shape.count
            storage = type.element.storage
        }
    }

    final class LinearNode: Sendable {
        /// In the format of the node: backward for coefficients, forward for the lines' values.
        let step: any Step
        /// In float64, on the centres of intervals, and on their radii and magnitudes.
        let wide, magnitude: any Step
        /// What is added to each element: the value at zero.
        let constant: [Double]
        /// How far each element may lie from that, whatever is rounded; nothing where it is empty.
        let spread: [Double]
        let rounding: Rounding
        let terms: LinearTerms
        let isSumOfProducts, addsConstants: Bool

        init(
            step: any Step, wide: any Step, magnitude: any Step, constant: [Double], spread: [Double] = [],
            rounding: Rounding, terms: LinearTerms, isSumOfProducts: Bool = false, addsConstants: Bool = false
        ) {
            (self.step, self.wide, self.magnitude) = (step, wide, magnitude)
            (self.constant, self.spread, self.rounding) = (constant, spread, rounding)
            self.terms = terms
            (self.isSumOfProducts, self.addsConstants) = (isSumOfProducts, addsConstants)
        }
    }

    struct CurveNode: Sendable {
        let kind: CurveKind
        let rounding: Rounding
    }

    let nodes: [Node]
    /// The number of elements of all inputs together: the coordinates of a region.
    package let dimension: Int
    package let targets: [Value]
    let inputs: [Int]
    /// The coordinates that regions may be cut along, and where each is found.
    let varying: [(coordinate: Int, node: Int, element: Int)]
    /// The elements of all nodes together that are needed and depend on an input, which is what memory grows with.
    package var elementCount: Int {
        nodes.reduce(0) { sum, node in
            if case .unneeded = node.kind { sum } else { sum + (node.isConstant ? 0 : node.count) }
        }
    }
    /// How many max(x, 0) there are whose sign may be settled.
    package var neuronCount: Int {
        nodes.reduce(0) { sum, node in
            if case .curve(let curve) = node.kind, curve.kind == .relu { sum + node.count } else { sum }
        }
    }
    package var hasNeurons: Bool { neuronCount > 0 }
    /// How many products it takes to propagate a row from a node to the coordinates, about.
    package func work(from node: Int) -> Double {
        (cones[node]?.nodes ?? []).reduce(0) { sum, index in
            guard case .linear(let linear) = nodes[index].kind else { return sum + Double(nodes[index].count) }
            return sum + Double(nodes[index].count * linear.terms.forward)
        }
    }
    /// Whether there is anything that is neither a sum nor max(x, 0).
    package var hasOtherCurves: Bool {
        nodes.contains { node in
            switch node.kind {
            case .unneeded, .input, .constant, .alias, .linear: false
            case .curve(let curve): curve.kind != .relu
            case .product, .quotient, .enclosed: true
            }
        }
    }
    /// Whether there are sums and smooth curves alone.
    package var isSumsAndCurves: Bool {
        nodes.allSatisfy { node in
            switch node.kind {
            case .unneeded, .input, .constant, .alias, .linear: true
            case .curve(let curve): curve.kind.smooth != nil
            case .product, .quotient, .enclosed: false
            }
        }
    }
    /// What has to run backward for each target and each pivot.
    let cones: [Int: Cone]
    package let pivots: [Int]
    /// The most terms in any sum, and the most uses of any node.
    let greatestSum, greatestFan: Int
    /// γ of a float64 sum over all elements.
    let sumError: Double
    /// What underflow of its terms may cost.
    let sumUnderflow: Double

    /// `targets` are the scalars that will be bounded from below; `varying` the coordinates that have more than one value,
    /// all if it is not given. Throws, too, once `isOver`, asked for each node, says so.
    package convenience init(
        _ decomposition: Decomposition, targets: [Value], varying: Set<Int>? = nil, isOver: () -> Bool = { false }
    ) throws(ShapeError) {
        let graph = decomposition.graph
        let needed = graph.ancestors(of: targets)
        var nodes: [Node] = []
        var first = 0
        for (index, node) in graph.nodes.enumerated() {
            if needed[index], isOver() { throw ShapeError("time is up") }
            var planned = try BoundPlan.plan(Value(index), needed[index], nodes, decomposition)
            if case .input = node.source {
                planned = Node(kind: .input(first: first), inputs: [], type: node.type, isConstant: false)
                first += node.type.shape.count
            }
            nodes.append(planned)
        }
        self.init(nodes, targets: targets, varying: varying)
    }

    /// A plan of nodes each of which comes after its inputs.
    init(_ nodes: [Node], targets: [Value], varying: Set<Int>?) {
        self.targets = targets
        self.nodes = nodes
        inputs = nodes.indices.filter { if case .input = nodes[$0].kind { true } else { false } }
        dimension = nodes.reduce(0) { if case .input = $1.kind { $0 + $1.count } else { $0 } }
        self.varying = nodes.enumerated().flatMap { index, node -> [(coordinate: Int, node: Int, element: Int)] in
            guard case .input(let first) = node.kind else { return [] }
            return (0..<node.count).map { (first + $0, index, $0) }.filter { varying?.contains($0.0) ?? true }
        }
        BoundPlan.mark(nodes)
        for target in targets { nodes[target.index].isTarget = true }
        pivots = nodes.indices.filter { nodes[$0].isPivot }
        var cones: [Int: Cone] = [:]
        let direct = nodes.indices.filter { nodes[$0].feedsCurves && nodes[$0].isDirect }
        let factors = nodes.indices.filter { nodes[$0].feedsProducts }
        for target in targets.map(\.index) + pivots + direct + factors where cones[target] == nil {
            cones[target] = Cone(of: target, in: nodes)
        }
        self.cones = cones
        greatestFan = cones.values.flatMap { $0.joins.values.map(\.count) }.max() ?? 1
        let sums = nodes.map { node -> Int in
            if case .linear(let linear) = node.kind { max(linear.terms.forward, linear.terms.backward) } else { 2 }
        }
        // A node's offsets are summed once, and its joins once for each use.
        let summands = Double(nodes.reduce(64) { $0 + $1.count }) * Double(1 + greatestFan)
        sumError = summands * 0x1p-52
        sumUnderflow = summands * .leastNonzeroMagnitude
        greatestSum = (sums.max() ?? 2) + greatestFan
    }

    private static func plan(
        _ value: Value, _ isNeeded: Bool, _ nodes: [Node], _ decomposition: Decomposition
    ) throws(ShapeError) -> Node {
        let (graph, rounding) = (decomposition.graph, decomposition.roundings[value.index])
        let node = graph.nodes[value.index]
        let inputs = node.inputs.map(\.index)
        guard isNeeded else { return Node(kind: .unneeded, inputs: [], type: node.type, isConstant: false) }
        if case .constant(let tensor) = node.source {
            return Node(kind: .constant(LanedConstant(tensor)), inputs: [], type: node.type, isConstant: true)
        }
        guard case .operation(let operation) = node.source, let relation = graph.relation(of: value) else {
            return Node(kind: .unneeded, inputs: [], type: node.type, isConstant: false)
        }
        let kind: Kind =
            switch relation {
            case .linear: try linear(operation, node.type, inputs.map { nodes[$0] }, rounding)
            case .curve(let kind): .curve(CurveNode(kind: .function(kind), rounding: rounding))
            case .bent(let line): .curve(CurveNode(kind: .bent(line), rounding: rounding))
            case .product: .product(rounding)
            case .quotient: .quotient(rounding)
            case .enclosed:
                if let enclosing = operation as? any Enclosing {
                    .enclosed(enclosing, rounding)
                } else {
                    throw ShapeError("no bounds are known for \(operation.name)")
                }
            }
        return Node(kind: kind, inputs: inputs, type: node.type, isConstant: false)
    }

    private static func linear(
        _ operation: any Operator, _ output: TensorType, _ inputs: [Node], _ rounding: Rounding
    ) throws(ShapeError) -> Kind {
        let (types, constant) = (inputs.map(\.type), inputs.map(\.isConstant))
        guard let linearity = operation.linearity(types, output, constant: constant) else {
            throw ShapeError("no bounds are known for \(operation.name)")
        }
        let uniform = constant.indices.map { constant[$0] && operation.readsUniform($0) }
        // No input is muted: a coefficient matters whatever the value it belongs to.
        let site = Site(inputs: types, output: output, uniform: uniform, passes: .forwardAndBackward)
        let step = try operation.prepareForBounds(site)
        if step is Alias { return .alias }
        let wide = try operation.widened()
        let wideSite = Site(
            inputs: types.map(\.widened), output: output.widened, uniform: uniform, passes: .forward)
        let wideStep = try wide.prepareForBounds(wideSite)
        return .linear(
            LinearNode(
                step: step, wide: wideStep, magnitude: try linearity.magnitude.widened().prepareForBounds(wideSite),
                constant: valueAtZero(of: wideStep, inputs, output.shape.count),
                rounding: rounding, terms: linearity.terms, isSumOfProducts: linearity.isSumOfProducts,
                addsConstants: linearity.addsConstants))
    }

    /// What a step in float64 gives where all inputs that are not constant are zero.
    private static func valueAtZero(of step: any Step, _ inputs: [Node], _ count: Int) -> [Double] {
        let numbers = inputs.map { node in
            if case .constant(let constant) = node.kind { return constant.values }
            return Block([Double](repeating: 0, count: node.count))
        }
        // A change of precision is none in float64.
        if step is Alias { return numbers[0].elements }
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(step.scratch, 8), alignment: 64)
        defer { scratch.deallocate() }
        return [Double](unsafeUninitializedCapacity: count) { output, filled in
            var pointers = numbers.map { Optional(Numbers.float64($0).raw) }
            pointers += [UnsafeMutableRawPointer(output.baseAddress), step.scratch == 0 ? nil : scratch]
            pointers += [UnsafeMutableRawPointer?](repeating: nil, count: inputs.count + 1)
            // A pointer keeps nothing alive.
            withExtendedLifetime(numbers) {
                pointers.withUnsafeBufferPointer { pointers in
                    guard let base = pointers.baseAddress else { return }
                    step.forward(
                        Frame(
                            pointers: base, inputCount: inputs.count, lanes: 1, store: GS_STORE_ADD,
                            workspace: step.makeWorkspace()))
                }
            }
            filled = count
        }
    }

    /// Marks, while the plan is made, what feeds nodes that are not linear, and where backward propagation gains nothing.
    private static func mark(_ nodes: [Node]) {
        /// How many linear steps lead to a node from inputs; many after anything else.
        var depth = [Int](repeating: 0, count: nodes.count)
        for index in nodes.indices {
            let node = nodes[index]
            let deepest = node.inputs.map { nodes[$0].isConstant ? 0 : depth[$0] }.max() ?? 0
            switch node.kind {
            case .unneeded, .input, .constant: depth[index] = 0
            case .alias: depth[index] = deepest
            case .linear: depth[index] = deepest + 1
            case .curve, .product, .quotient, .enclosed:
                depth[index] = 1000
                let isRelu = if case .curve(let curve) = node.kind { curve.kind == .relu } else { false }
                for input in node.inputs where !nodes[input].isConstant {
                    let root = root(input, nodes)
                    nodes[root].isPivot = true
                    nodes[root].feedsCurves = true
                    if case .product = node.kind { nodes[root].feedsProducts = true }
                    nodes[root].feedsOnlyRelu = nodes[root].feedsOnlyRelu && isRelu
                }
            }
        }
        for index in nodes.indices { nodes[index].isDirect = depth[index] <= 1 }
        for index in nodes.indices where nodes[index].feedsProducts {
            switch nodes[index].kind {
            case .linear, .curve, .product: continue
            default: nodes[index].feedsProducts = false
            }
        }
        for index in nodes.indices where nodes[index].isPivot {
            switch nodes[index].kind {
            case .linear: nodes[index].isPivot = !nodes[index].isDirect
            default: nodes[index].isPivot = false
            }
        }
        // Where max(x, 0) feeds what is not linear, more than the sign of x matters.
        for node in nodes where node.feedsCurves {
            guard case .curve(let curve) = node.kind, curve.kind == .relu else { continue }
            nodes[root(node.inputs[0], nodes)].feedsOnlyRelu = false
        }
        // The planes of a quotient are as good as its bounds.
        for node in nodes {
            guard case .quotient = node.kind else { continue }
            (node.isPivot, node.feedsOnlyRelu) = (true, false)
        }
    }

    static func root(_ index: Int, _ nodes: [Node]) -> Int {
        var index = index
        while case .alias = nodes[index].kind { index = nodes[index].inputs[0] }
        return index
    }
}

/// A constant in every form in which a step may read it.
final class LanedConstant: Sendable {
    let numbers: Numbers
    let values: Block<Double>
    let magnitudes: Block<Double>
    /// As many zeros, for what has no constant part.
    let zeros: Block<Double>

    init(_ tensor: Tensor) {
        numbers = Numbers(tensor)
        values = Block(tensor.doubles)
        magnitudes = Block(tensor.doubles.map(\.magnitude))
        zeros = Block([Double](repeating: 0, count: tensor.shape.count))
    }
}

extension TensorType {
    var widened: TensorType { TensorType(element.widened, shape) }
}

extension Block {
    var elements: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
