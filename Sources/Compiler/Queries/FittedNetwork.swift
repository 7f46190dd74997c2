import Tensors
import VNNLIB

/// A declared network and the model that is given for it: which of the model's values are the declared ones.
struct FittedNetwork: Sendable {
    let network: Network
    private(set) var model: CalledModel
    /// For each input of the model, the declared input that it is.
    let inputs: [DeclaredTensor]
    /// For each declared hidden tensor and output, where the model has it.
    private let answers: [Place]

    private enum Place {
        case output(Int)
        case input(Int)
        case inner(String)
    }

    /// Throws where the model does not have the tensors, shapes or element types that the query declares.
    init(_ network: Network, _ graph: Graph) throws(QueryError) {
        self.network = network
        model = CalledModel(graph)
        let order = try network.matched(network.inputs, graph.inputs.map(\.name), "inputs")
        for (input, tensor) in zip(graph.inputs, order) {
            try Self.checkFit(tensor, graph.type(of: input.value), "input `\(input.name)`")
        }
        inputs = order
        let outputs = try network.matched(network.outputs, graph.outputs.map(\.name), "outputs")
        for (output, tensor) in zip(graph.outputs, outputs) {
            try Self.checkFit(tensor, graph.type(of: output.value), "output `\(output.name)`")
        }
        var answers: [Place] = []
        for tensor in network.hidden { answers.append(try Self.hidden(tensor, graph)) }
        for tensor in network.outputs {
            guard let index = outputs.firstIndex(of: tensor) else { continue }
            answers.append(.output(index))
        }
        self.answers = answers
    }

    /// Once for all readings.
    func widened() throws(ShapeError) -> FittedNetwork {
        var network = self
        network.model = try model.widened()
        return network
    }

    /// The answers in the model's graph, or in the same graph in float64.
    func wanted(in graph: Graph) -> [Value] {
        answers.compactMap { place in
            switch place {
            case .output(let index): graph.outputs[index].value
            case .input(let index): graph.inputs[index].value
            case .inner(let name): graph.inner(named: name)
            }
        }
    }

    private static func hidden(_ tensor: DeclaredTensor, _ graph: Graph) throws(QueryError) -> Place {
        let name = tensor.node ?? ""
        let what = "tensor `\(name)`"
        if let value = graph.inner(named: name) {
            try checkFit(tensor, graph.type(of: value), what)
            return .inner(name)
        }
        if let index = graph.outputs.firstIndex(where: { $0.name == name }) {
            try checkFit(tensor, graph.type(of: graph.outputs[index].value), what)
            return .output(index)
        }
        if let index = graph.inputs.firstIndex(where: { $0.name == name }) {
            try checkFit(tensor, graph.type(of: graph.inputs[index].value), what)
            return .input(index)
        }
        throw QueryError("the model has no tensor and no node named `\(name)`", at: tensor.span)
    }

    private static func checkFit(
        _ tensor: DeclaredTensor, _ type: TensorType, _ what: String
    ) throws(QueryError) {
        if let shape = tensor.shape {
            guard shape == type.shape.dimensions else {
                throw QueryError(
                    "`\(tensor.name)` is declared \(tensor.typeText), and the model's \(what) is \(type)",
                    at: tensor.span)
            }
        } else {
            guard tensor.count == type.shape.count else {
                throw QueryError(
                    "the property has \(tensor.count) variables `\(tensor.name)_i`, and the model's \(what) is \(type)",
                    at: tensor.span)
            }
        }
        guard tensor.element.fits(type.element) else {
            throw QueryError(
                "`\(tensor.name)` is declared \(tensor.element.spelling), and the model's \(what) is \(type.element)",
                at: tensor.span)
        }
    }
}

extension DeclaredElement {
    /// Whether values of this type can be those of a model whose graph computes in `element`.
    ///
    /// A tensor declared float16 may be one of a float32 model: its values are then those that float16 holds. Graphs have
    /// whole numbers of one width only, so every width fits.
    fileprivate func fits(_ element: ElementType) -> Bool {
        switch kind {
        case .real: true
        case .float32, .float16: element == .float32
        case .float64: element == .float64
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: element == .int64
        case .bool: element == .bool
        default: false
        }
    }
}
