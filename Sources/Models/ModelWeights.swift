import Tensors

/// The weights of an ONNX file: its float32 initializers of one axis or more, and the file with others in their place.
///
/// Initializers inside a branch, a loop or a function are not among them.
package struct ModelWeights: Sendable {
    package let names: [String]
    package let tensors: [Tensor]
    private let file: [UInt8]
    private let external: ExternalFiles

    package init(onnx bytes: [UInt8], external: ExternalFiles = .none) throws(ModelError) {
        let found = try ModelError.only {
            try bytes.withUnsafeBytes { bytes in
                guard let graph = try ModelProto(decoding: bytes).graph else { throw ModelError.noGraph }
                let elements = TensorElements(external: external)
                return try graph.initializers.filter(Self.isWeight).map { ($0.name, try elements.tensor($0)) }
            }
        }
        names = found.map(\.0)
        tensors = found.map(\.1)
        (file, self.external) = (bytes, external)
    }

    private static func isWeight(_ proto: TensorProto) -> Bool {
        proto.elementType == ElementKind.float32.rawValue && !proto.dimensions.isEmpty
    }

    /// The nodes of the file's graph; what they hold refers to the file, and is not to outlive `body`.
    func withNodes<Result>(_ body: ([NodeProto]) -> Result) throws(ModelError) -> Result {
        try ModelError.only {
            try file.withUnsafeBytes { body(try ModelProto(decoding: $0).graph?.nodes ?? []) }
        }
    }

    /// The file with these tensors in their place, of the old shapes or of others; all else is as it was.
    package func file(with tensors: [Tensor]) throws(ModelError) -> [UInt8] {
        try ModelError.only {
            try file.withUnsafeBytes { bytes in
                var model = WireWriter()
                var reader = WireReader(bytes)
                while let field = try reader.next() {
                    if field.number == 7 {
                        model.data(7, try graph(field.message(), tensors))
                    } else {
                        model.copy(field)
                    }
                }
                return model.bytes
            }
        }
    }

    /// A model with these tensors.
    package func model(with tensors: [Tensor], _ choices: Model.Choices = .init()) throws(ModelError) -> Model {
        try Model(onnx: file(with: tensors), choices, external: external)
    }

    /// The graph of a model with these tensors, all that are learnt among them readable as they are.
    package func trainable(with tensors: [Tensor]) throws(ModelError) -> Graph {
        try model(with: tensors, Model.Choices(scales: .apart)).graph
    }

    private func graph(_ bytes: UnsafeRawBufferPointer, _ tensors: [Tensor]) throws -> [UInt8] {
        let budget = DecodingBudget(fileSize: bytes.count)
        var (graph, reader, next) = (WireWriter(), WireReader(bytes), 0)
        while let field = try reader.next() {
            guard field.number == 5 else {
                graph.copy(field)
                continue
            }
            let proto = try TensorProto(decoding: field.message(), budget)
            guard Self.isWeight(proto), next < tensors.count else {
                graph.copy(field)
                continue
            }
            let tensor = tensors[next]
            graph.message(5) { ModelWriter.tensor(&$0, proto.name, tensor) }
            next += 1
        }
        return graph.bytes
    }
}
