import Tensors

/// A model whose weights can be trained: its graph, with weights as inputs behind those of its own.
package struct TrainableModel: Sendable {
    /// The model's inputs, then `weights 0`, `weights 1`, ...: one for each place where weights are read.
    package let graph: Graph
    /// How many inputs the model has.
    package let inputCount: Int
    /// All weights as the file has them, in the order in which they were given.
    package let initial: [Tensor]
    /// Those that are not trained: nothing reads them as they are, or something is computed from them beforehand.
    package let frozen: Set<Int>
    let uses: [WeightUse]

    /// Takes a model's weights (float32), and what makes a graph of any others of the same shapes.
    ///
    /// Throws where there is nothing to train, or where weights are used in a way that has no gradient by them.
    package init(
        weights: [Tensor], load: ([Tensor]) throws -> Graph
    ) throws(TrainingError) {
        self = try TrainingError.only { try TrainableModel(finding: weights, load) }
    }

    private init(finding weights: [Tensor], _ load: ([Tensor]) throws -> Graph) throws {
        let tags = try Tags(weights)
        var frozen = Set<Int>()
        while true {
            let first = try load(tags.tagged(weights, frozen: frozen, .first)).fused()
            let second = try load(tags.tagged(weights, frozen: frozen, .second)).fused()
            var builder = try TrainableGraphBuilder(first, second, tags)
            let refused = try builder.build()
            let found = builder.found(weights)
            let lost = Set(weights.indices).subtracting(found).subtracting(frozen)
            if lost.isEmpty {
                if let refused { throw refused }
                guard !builder.uses.isEmpty else { throw TrainingError("the model has no weights that can be trained") }
                (graph, uses, initial) = (builder.graph, builder.uses, weights)
                (inputCount, self.frozen) = (first.inputs.count, frozen)
                return
            }
            frozen.formUnion(lost)
        }
    }
}

/// Rebuilds a graph with marked constants replaced by inputs.
struct TrainableGraphBuilder {
    private(set) var graph = Graph()
    private(set) var uses: [WeightUse] = []
    private let first, second: Graph
    private let tags: Tags
    private var image: [Value?]
    /// Inputs that were made for a constant of the first graph.
    private var spreads: [Int: Value] = [:]

    init(_ first: Graph, _ second: Graph, _ tags: Tags) throws {
        guard first.nodes.count == second.nodes.count else {
            throw TrainingError("what the model computes depends on its weights in a way that cannot be trained")
        }
        (self.first, self.second, self.tags) = (first, second, tags)
        image = Array(repeating: nil, count: first.nodes.count)
        for input in first.inputs {
            image[input.value.index] = try graph.input(input.name, first.type(of: input.value))
        }
    }

    /// Returns why the graph is no good, where weights are in it that no operator gives a gradient.
    mutating func build() throws -> TrainingError? {
        var refused: TrainingError?
        for index in first.nodes.indices where image[index] == nil {
            let node = first.nodes[index]
            switch node.source {
            case .input: break
            case .constant(let tensor):
                // Marked ones are made inputs where they are read.
                if places(of: Value?.none, index) == nil { image[index] = graph.constant(tensor) }
            case .operation(let operation):
                if let value = try trainable(operation, node, index) {
                    image[index] = value
                    continue
                }
                if case .operation(let other) = second.nodes[index].source, !Self.same(operation, other) {
                    refused = refused ?? TrainingError("weights inside a \(operation.name) cannot be trained")
                }
                image[index] = try graph.add(operation, node.inputs.map { try value($0.index) })
            }
        }
        for output in first.outputs { graph.output(output.name, try value(output.value.index)) }
        return refused
    }

    /// The weights all of whose elements are read somewhere.
    func found(_ weights: [Tensor]) -> Set<Int> {
        var seen = [Bool](repeating: false, count: tags.count)
        for use in uses {
            switch use.source {
            case .stretch(let start): for place in start..<start + use.count { seen[place] = true }
            case .places(let places): for place in places { seen[Int(place)] = true }
            }
        }
        var (found, start) = (Set<Int>(), 0)
        for (index, tensor) in weights.enumerated() {
            if seen[start..<start + tensor.count].allSatisfy({ $0 }) { found.insert(index) }
            start += tensor.count
        }
        return found
    }

    /// An operator with trainable weights in place of one with marked ones.
    private mutating func trainable(_ operation: any Operator, _ node: Graph.Node, _ index: Int) throws -> Value? {
        guard case .operation(let twin) = second.nodes[index].source else { return nil }
        switch (operation, twin) {
        case (let dense as Dense, let twin as Dense):
            guard let places = tags.places(dense.weights, twin.weights) else { return nil }
            let x = try value(node.inputs[0].index)
            let weights = DenseWeights(rows: dense.weights.shape[0], columns: dense.weights.shape[1])
            let matrix = try weightInput(.dense(weights), dense.weights.type, places, over: x)
            let inputs = try [x, matrix] + bias(dense.bias, twin.bias)
            return try graph.add(TrainableDense(weights: weights, activation: dense.activation), inputs)
        case (let sweep as Convolution, let twin as Convolution):
            guard let places = tags.places(sweep.weights, twin.weights) else { return nil }
            let x = try value(node.inputs[0].index)
            let weights = try ConvolutionWeights(sweep, over: graph.type(of: x))
            let filter = try weightInput(.convolution(weights), sweep.weights.type, places, over: x)
            let inputs = try [x, filter] + bias(sweep.bias, twin.bias)
            return try graph.add(
                TrainableConvolution(weights: weights, output: node.type.shape, activation: sweep.activation), inputs)
        case (let sweep as TransposedConvolution, let twin as TransposedConvolution):
            guard let places = tags.places(sweep.weights, twin.weights) else { return nil }
            let x = try value(node.inputs[0].index)
            let weights = try ConvolutionWeights(sweep, over: graph.type(of: x))
            let filter = try weightInput(.convolution(weights), sweep.weights.type, places, over: x)
            let inputs = try [x, filter] + bias(sweep.bias, twin.bias)
            return try graph.add(TrainableTransposedConvolution(weights: weights, output: node.type.shape), inputs)
        case (is GatherRows, is GatherRows):
            guard let places = places(of: node.inputs[0], node.inputs[0].index), image[node.inputs[0].index] == nil
            else { return nil }
            let table = try weightInput(.plain, first.type(of: node.inputs[0]), places)
            return try graph.add(TrainableRows(), [table, try value(node.inputs[1].index)])
        default: return nil
        }
    }

    /// The input for a bias, where there is one: what is not marked stays as it is.
    private mutating func bias(_ one: Tensor?, _ other: Tensor?) throws -> [Value] {
        guard let one, let other else { return [] }
        guard let places = tags.places(one, other) else { return [graph.constant(one)] }
        return [try weightInput(.plain, one.type, places)]
    }

    /// A value of the first graph in the new one; a marked constant, spread over lanes.
    private mutating func value(_ index: Int) throws -> Value {
        if let value = image[index] { return value }
        if let value = spreads[index] { return value }
        guard let places = places(of: Value?.none, index) else {
            throw TrainingError("a value of the model is read before it is made")
        }
        let input = try weightInput(.plain, first.nodes[index].type, places)
        let value = try graph.add(Spread(), [input])
        spreads[index] = value
        return value
    }

    private func places(of value: Value?, _ index: Int) -> [Int32]? {
        guard case .constant(let one) = first.nodes[index].source,
            case .constant(let other) = second.nodes[index].source
        else { return nil }
        return tags.places(one, other)
    }

    private mutating func weightInput(
        _ form: WeightUse.Form, _ type: TensorType, _ places: [Int32], over input: Value? = nil
    ) throws -> Value {
        let ancestors = input.map { graph.ancestors(of: [$0]) } ?? []
        let weights = graph.inputs.dropFirst(first.inputs.count).map(\.value.index)
        let isInner = weights.contains { ancestors.indices.contains($0) && ancestors[$0] }
        let value = try graph.input("weights \(uses.count)", type)
        uses.append(WeightUse(form: form, isInner: isInner, places: places))
        return value
    }

    private static func same(_ one: any Operator, _ other: any Operator) -> Bool {
        func equal<Kind: Operator>(_ one: Kind) -> Bool { (other as? Kind) == one }
        return equal(one)
    }
}
