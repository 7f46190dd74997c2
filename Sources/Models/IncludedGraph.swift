/// A graph of an ONNX file, copied into another with a prefix before all names of values, its inner graphs' too.
///
/// Its inputs and outputs are not declared anew; what the file claims of shapes in between is left out.
extension ModelWriter {
    mutating func include(graphOf file: [UInt8], renamed prefix: String) throws(ModelError) {
        let fields = try ModelError.only {
            try file.withUnsafeBytes { bytes in
                var (model, graph) = (WireReader(bytes), WireWriter())
                while let field = try model.next() {
                    guard field.number == 7 else { continue }
                    graph = try Renaming(prefix: prefix).graph(field.message(), isInner: false)
                }
                return graph
            }
        }
        append(fields)
    }

    /// The file, with everything but the graph as another file has it.
    func bytes(asIn file: [UInt8]) throws(ModelError) -> [UInt8] {
        try ModelError.only {
            try file.withUnsafeBytes { bytes in
                var (reader, model) = (WireReader(bytes), WireWriter())
                while let field = try reader.next() {
                    if field.number != 7 { model.copy(field) }
                }
                model.data(7, graphBytes)
                return model.bytes
            }
        }
    }
}

/// Field numbers are those of onnx.proto.
private struct Renaming {
    let prefix: String
    /// As deep as the reader lets graphs nest.
    private var depth = 0

    init(prefix: String) { self.prefix = prefix }

    func graph(_ bytes: UnsafeRawBufferPointer, isInner: Bool) throws(ModelError) -> WireWriter {
        guard depth < 64 else { throw .malformed("graphs nest too deep") }
        var deeper = self
        deeper.depth += 1
        return try deeper.rewritten(bytes) { field, graph throws(ModelError) in
            switch field.number {
            case 1: graph.data(1, try deeper.node(field.message()).bytes)
            case 5: graph.data(5, try deeper.named(field.message(), 8).bytes)
            case 15: graph.data(15, try deeper.sparse(field.message()).bytes)
            case 11 where isInner, 12 where isInner:
                graph.data(Int(field.number), try deeper.named(field.message(), 1).bytes)
            case 2 where isInner: graph.copy(field)
            default: break
            }
        }
    }

    private func node(_ bytes: UnsafeRawBufferPointer) throws(ModelError) -> WireWriter {
        try rewritten(bytes) { field, node throws(ModelError) in
            switch field.number {
            case 1, 2: node.text(Int(field.number), renamed(try field.text()))
            case 5: node.data(5, try attribute(field.message()).bytes)
            default: node.copy(field)
            }
        }
    }

    private func attribute(_ bytes: UnsafeRawBufferPointer) throws(ModelError) -> WireWriter {
        try rewritten(bytes) { field, attribute throws(ModelError) in
            switch field.number {
            case 6, 11: attribute.data(Int(field.number), try graph(field.message(), isInner: true).bytes)
            default: attribute.copy(field)
            }
        }
    }

    /// A sparse tensor is named by its values.
    private func sparse(_ bytes: UnsafeRawBufferPointer) throws(ModelError) -> WireWriter {
        try rewritten(bytes) { field, tensor throws(ModelError) in
            if field.number == 1 { tensor.data(1, try named(field.message(), 8).bytes) } else { tensor.copy(field) }
        }
    }

    /// A message with its name in field `number`.
    private func named(_ bytes: UnsafeRawBufferPointer, _ number: UInt32) throws(ModelError) -> WireWriter {
        try rewritten(bytes) { field, message throws(ModelError) in
            if field.number == number {
                message.text(Int(number), renamed(try field.text()))
            } else {
                message.copy(field)
            }
        }
    }

    private func rewritten(
        _ bytes: UnsafeRawBufferPointer, _ write: (WireReader.Field, inout WireWriter) throws(ModelError) -> Void
    ) throws(ModelError) -> WireWriter {
        var (reader, writer) = (WireReader(bytes), WireWriter())
        while let field = try reader.next() { try write(field, &writer) }
        return writer
    }

    /// An empty name is an input that is not given.
    private func renamed(_ name: String) -> String { name.isEmpty ? name : prefix + name }
}
