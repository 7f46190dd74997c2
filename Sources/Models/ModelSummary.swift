import Tensors

/// What a model's file says of itself; of an ONNX file nothing is imported, so that it can be had of a file that cannot be.
package struct ModelSummary: Sendable {
    /// An operator of the file, and how many nodes apply it, those of branches, loops and functions among them.
    package struct Use: Sendable, Hashable {
        package let name: String
        /// Empty for ONNX's own.
        package let domain: String
        package let count: Int
        /// Whether it can be imported, or is defined by the file itself.
        package let isKnown: Bool
    }

    /// `ONNX`, or the library of trees that wrote the file.
    package let kind: String
    /// ONNX's version of the format; nil of other files.
    package let version: Int?
    /// As the file has it: `pytorch 2.1.0`; empty where it does not say.
    package let producer: String
    /// By domain, ONNX's own under the empty name.
    package let operatorSets: [(domain: String, version: Int)]
    /// The most frequent first.
    package let operators: [Use]
    /// How many numbers the weights are.
    package let parameterCount: Int
    package let signature: OpenSignature

    package init(onnx bytes: [UInt8]) throws(ModelError) {
        self = try ModelError.only {
            try bytes.withUnsafeBytes { bytes in
                let proto = try ModelProto(decoding: bytes)
                guard let graph = proto.graph else { throw ModelError.noGraph }
                return ModelSummary(proto, graph)
            }
        }
    }

    private init(_ proto: ModelProto, _ graph: GraphProto) {
        kind = ModelFormat.onnx.name
        version = Int(proto.version)
        producer = [proto.producer, proto.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
        operatorSets = proto.operatorSets.map { ($0.domain == "ai.onnx" ? "" : $0.domain, Int($0.version)) }
        var census = Census(defined: Set(proto.functions.map { Census.Name($0.domain, $0.name) }))
        census.count(graph)
        for function in proto.functions { census.count(function.nodes) }
        operators = census.uses
        parameterCount = census.parameterCount
        signature = OpenSignature(graph)
    }
}

extension ModelSummary {
    /// Of trees: each counts as an operator, and what they hold are thresholds and leaves.
    init(_ model: TreeModel) {
        kind = model.library.rawValue
        version = nil
        producer = [model.library.rawValue, model.version].filter { !$0.isEmpty }.joined(separator: " ")
        operatorSets = []
        operators = [Use(name: "trees", domain: "", count: model.trees.count, isKnown: true)]
        parameterCount = model.trees.parameterCount
        signature = model.openSignature
    }
}

extension DecisionTrees {
    fileprivate var parameterCount: Int {
        (0..<count).reduce(0) { sum, tree in
            let end = tree + 1 < count ? root(of: tree + 1) : nodeCount
            return (root(of: tree)..<end).reduce(sum) { $0 + (children(of: $1) == nil ? targets(of: tree).count : 1) }
        }
    }
}

/// Counts what a file holds.
private struct Census {
    struct Name: Hashable {
        let domain, name: String

        init(_ domain: String, _ name: String) {
            self.domain = domain == "ai.onnx" ? "" : domain
            self.name = name
        }
    }

    /// By the functions of the file.
    let defined: Set<Name>
    private(set) var parameterCount = 0
    private var counts: [Name: (count: Int, isKnown: Bool)] = [:]

    init(defined: Set<Name>) { self.defined = defined }

    mutating func count(_ graph: GraphProto) {
        for tensor in graph.initializers { parameterCount &+= tensor.elementCount }
        count(graph.nodes)
    }

    mutating func count(_ nodes: [NodeProto]) {
        for node in nodes {
            let name = Name(node.domain, node.operatorName)
            let isKnown = defined.contains(name) || OperatorRules.isKnown(node)
            counts[name, default: (0, isKnown)].count += 1
            for attribute in node.attributes {
                switch attribute.value {
                case .graph(let graph): count(graph)
                case .tensor(let tensor): parameterCount &+= tensor.elementCount
                default: continue
                }
            }
        }
    }

    var uses: [ModelSummary.Use] {
        counts.map { name, use in
            ModelSummary.Use(name: name.name, domain: name.domain, count: use.count, isKnown: use.isKnown)
        }.sorted { ($1.count, $0.name, $0.domain) < ($0.count, $1.name, $1.domain) }
    }
}

extension TensorProto {
    /// By its declared dimensions; 0 where they are none.
    fileprivate var elementCount: Int {
        dimensions.reduce(1) { product, size in
            let (result, overflows) = product.multipliedReportingOverflow(by: max(0, Int(size)))
            return overflows ? 0 : result
        }
    }
}
