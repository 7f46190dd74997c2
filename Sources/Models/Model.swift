import Tensors

/// A model file's bytes as a graph.
///
/// Inputs and outputs have the names and shapes of the file; whole numbers of every width are int64. Shapes in between are
/// inferred by the graph, never believed. Inner tensors can be had by their own name or by that of the node that makes
/// them. An operator, or a use of one, that is not supported is an error that names the node.
package struct Model: Sendable {
    package let graph: Graph
    /// What was decided for dimensions that the file leaves open, by name.
    package let dimensions: [String: Int]
    /// Of inputs and outputs that are texts, by their names: the texts that their elements stand for.
    package let texts: [String: [String]]
    /// Of inputs and outputs that map labels to numbers, by their names: the labels along the last axis.
    package let labels: [String: [String]]

    package var signature: Signature {
        let plain = graph.signature
        func worded(_ port: Signature.Port) -> Signature.Port {
            .init(port.name, port.type, texts: texts[port.name], labels: labels[port.name])
        }
        return Signature(
            inputs: plain.inputs.map(worded), outputs: plain.outputs.map(worded), inner: plain.inner,
            folded: plain.folded)
    }

    /// The names of all ONNX operators that can be imported, sorted.
    package static var operators: [String] { OperatorRules.names }

    /// The versions of ONNX's operator set that can be imported.
    package static var operatorSets: ClosedRange<Int> {
        Int(Importer.supportedOperatorSets.lowerBound)...Int(Importer.supportedOperatorSets.upperBound)
    }

    /// What to decide for what a file leaves open.
    package struct Choices: Sendable {
        /// Sizes of named dimensions. An open first dimension is 1 where nothing is said.
        package var dimensions: [String: Int]
        /// Shapes of inputs, by their names, that go before what the file says.
        package var shapes: [String: [Int]]
        /// Inputs that are the same number in every call, by their names: they stay inputs, and nobody reads them.
        package var numbers: [String: Double]
        /// How many tensors the inputs are that are sequences, `xs[0]` and so on; 0 for an optional that holds nothing.
        package var lengths: [String: Int]
        /// Inputs that are given a value once and for all.
        package var constants: [String: Tensor]
        /// For inputs that are texts, by their names, those that they may be: one list for all elements, or a list for each,
        /// whose texts are numbered one list after the other; what the file tells apart where nothing is said. For outputs
        /// that are texts, and for maps from labels, one list: the texts or labels in the order in which they are wanted.
        package var texts: [String: [[String]]]
        /// How many bytes the weights and what is computed from one input may take altogether.
        package var memory: Int
        /// Whether scales that are learnt stand in the graph as the file has them, to be trained, rather than joined with others.
        package var scales: Scales

        package enum Scales: Sendable { case joined, apart }

        package init(
            dimensions: [String: Int] = [:], shapes: [String: [Int]] = [:], numbers: [String: Double] = [:],
            lengths: [String: Int] = [:], constants: [String: Tensor] = [:], texts: [String: [[String]]] = [:],
            memory: Int = MemoryLimit.bytes, scales: Scales = .joined
        ) {
            self.dimensions = dimensions
            self.shapes = shapes
            self.numbers = numbers
            self.lengths = lengths
            self.constants = constants
            self.texts = texts
            self.memory = memory
            self.scales = scales
        }
    }

    /// A graph that no file's open sizes went into.
    init(_ graph: Graph) { (self.graph, dimensions, texts, labels) = (graph, [:], [:], [:]) }

    /// Reads an ONNX file, opsets 1 to 28.
    ///
    /// Weights are copied once; nothing refers to `bytes` afterwards. Linear in the size of the file and of the tensors
    /// it declares.
    package init(
        onnx bytes: UnsafeRawBufferPointer, _ choices: Choices = Choices(), external: ExternalFiles = .none
    ) throws(ModelError) {
        let proto = try ModelProto(decoding: bytes)
        let importer = try Importer(proto, choices, external)
        (graph, dimensions) = try importer.run()
        (texts, labels) = (importer.texts, importer.labels)
    }

    package init(
        onnx bytes: [UInt8], _ choices: Choices = Choices(), external: ExternalFiles = .none
    ) throws(ModelError) {
        self = try ModelError.only {
            try bytes.withUnsafeBytes { try Model(onnx: $0, choices, external: external) }
        }
    }
}

extension Model {
    /// What an ONNX file says of its inputs and outputs; nothing is imported.
    package static func openSignature(onnx bytes: [UInt8]) throws(ModelError) -> OpenSignature {
        try ModelError.only {
            try bytes.withUnsafeBytes { bytes in
                guard let graph = try ModelProto(decoding: bytes).graph else { throw ModelError.noGraph }
                return OpenSignature(graph)
            }
        }
    }
}

extension OpenSignature {
    /// Inputs that are given a value are none.
    init(_ graph: GraphProto) {
        let given = Set(graph.initializers.map(\.name))
        self.init(
            inputs: graph.inputs.filter { !given.contains($0.name) }.map(\.port), outputs: graph.outputs.map(\.port))
    }
}

extension ModelError {
    static let noGraph = ModelError("not an ONNX model: there is no graph in it")

    /// What `body` throws, as a model error: a shape rule's refusal keeps its words.
    static func only<Result>(_ body: () throws -> Result) throws(ModelError) -> Result {
        do {
            return try body()
        } catch let error as ModelError {
            throw error
        } catch {
            throw ModelError("\(error)")
        }
    }
}
