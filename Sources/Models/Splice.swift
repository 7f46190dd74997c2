import Tensors

/// An ONNX file of one input and one output, both float32, opened where its output is: nodes go between what the model says and
/// what the file says, once or several times over.
///
///     let splice = try Splice(onnx: file)
///     let nodes = ...       // from `splice.input` and `splice.answers(copies)` to `splice.output`
///     let spliced = try splice.file(with: nodes, copies: 1)
package struct Splice: Sendable {
    /// The names of the file's input and output.
    package let input, output: String
    /// No name in the file begins like this.
    package let prefix: String
    /// One input and one output, what they leave open decided.
    package let inputType, outputType: TensorType
    package let operatorSet: Int
    private let file: [UInt8]

    /// Throws where the file has several inputs or outputs, or other numbers than float32.
    package init(onnx file: [UInt8]) throws(ModelError) {
        let signature = try Model(onnx: file).signature
        guard signature.inputs.count == 1, signature.outputs.count == 1 else {
            throw ModelError(
                "nodes are spliced onto models of one input and one output; this one has \(signature.inputs.count) and \(signature.outputs.count)"
            )
        }
        let (input, output) = (signature.inputs[0], signature.outputs[0])
        guard input.type.element == .float32, output.type.element == .float32 else {
            throw ModelError("nodes are spliced onto models of float32, not from \(input.type) to \(output.type)")
        }
        let found = try ModelError.only {
            try file.withUnsafeBytes { bytes in
                let proto = try ModelProto(decoding: bytes)
                guard let graph = proto.graph else { throw ModelError.noGraph }
                guard graph.nodes.contains(where: { $0.outputs.contains(output.name) }) else {
                    throw ModelError("output `\(output.name)` is made by no node")
                }
                let names = GraphNames.all(of: graph)
                var prefix = "spliced/"
                while names.contains(where: { $0.hasPrefix(prefix) }) { prefix = "_" + prefix }
                let version = proto.operatorSets.first { $0.domain == "" || $0.domain == "ai.onnx" }?.version ?? 1
                return (prefix: prefix, version: Int(version))
            }
        }
        (self.input, self.output, self.file) = (input.name, output.name, file)
        (inputType, outputType) = (input.type, output.type)
        (prefix, operatorSet) = (found.prefix, found.version)
    }

    /// What each copy of the model says.
    package func answers(_ copies: Int) -> [String] { (0..<copies).map { "\(prefix)\($0)/\(output)" } }

    /// The file with so many copies of the model, over one input, and the nodes and constants of `nodes` behind them.
    package func file(with nodes: ModelWriter, copies: Int) throws(ModelError) -> [UInt8] {
        try ModelError.only {
            try file.withUnsafeBytes { bytes in
                var (model, reader) = (WireWriter(), WireReader(bytes))
                while let field = try reader.next() {
                    if field.number == 7 {
                        model.data(7, try graph(field.message(), nodes, copies))
                    } else {
                        model.copy(field)
                    }
                }
                return model.bytes
            }
        }
    }

    private func graph(_ own: UnsafeRawBufferPointer, _ nodes: ModelWriter, _ copies: Int) throws -> [UInt8] {
        var graph = WireWriter()
        for copy in 0..<copies {
            let renamed = try GraphNames.renamed(own) { name in
                if name.isEmpty || name == input { return name }
                // The names of a single copy stay as they are, but for what it says.
                return copies == 1 && name != output ? name : "\(prefix)\(copy)/\(name)"
            }
            try renamed.withUnsafeBytes { bytes in
                var reader = WireReader(bytes)
                while let field = try reader.next() {
                    if !Self.isHead(field) || (copy == 0 && field.number != 12) { graph.copy(field) }
                }
            }
        }
        try nodes.graph.bytes.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            while let field = try reader.next() { if !Self.isHead(field) { graph.copy(field) } }
        }
        // Outputs as they were declared.
        var reader = WireReader(own)
        while let field = try reader.next() { if field.number == 12 { graph.copy(field) } }
        return graph.bytes
    }

    /// What a graph has once: its name, documentation, inputs, outputs.
    private static func isHead(_ field: WireReader.Field) -> Bool { [2, 10, 11, 12].contains(field.number) }
}
