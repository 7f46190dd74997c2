/// The names of values in a graph of an ONNX file, and the graph with others in their place.
enum GraphNames {
    /// All names of values, those inside branches and loops among them.
    static func all(of graph: GraphProto) -> Set<String> {
        var names = Set(graph.initializers.map(\.name) + (graph.inputs + graph.outputs).map(\.name))
        for node in graph.nodes {
            names.formUnion(node.inputs + node.outputs)
            for attribute in node.attributes {
                if case .graph(let inner) = attribute.value { names.formUnion(all(of: inner)) }
            }
        }
        return names
    }

    /// The fields of a graph with values renamed. The graph has been decoded before: so nesting is bounded.
    static func renamed(_ graph: UnsafeRawBufferPointer, _ name: (String) -> String) throws(ModelError) -> [UInt8] {
        try rewritten(graph) { writer, field in
            switch field.number {
            case 1: writer.data(1, try node(field.message(), name))
            case 5: writer.data(5, try renamed(field.message(), field: 8, name))
            // A sparse tensor is named by its values.
            case 15:
                writer.data(
                    15,
                    try rewritten(field.message()) { writer, field in
                        if field.number == 1 {
                            writer.data(1, try renamed(field.message(), field: 8, name))
                        } else {
                            writer.copy(field)
                        }
                    })
            case 11, 12, 13: writer.data(Int(field.number), try renamed(field.message(), field: 1, name))
            default: writer.copy(field)
            }
        }
    }

    private static func node(_ node: UnsafeRawBufferPointer, _ name: (String) -> String) throws(ModelError) -> [UInt8] {
        try rewritten(node) { writer, field in
            switch field.number {
            case 1, 2: writer.text(Int(field.number), name(try field.text()))
            case 5:
                writer.data(
                    5,
                    try rewritten(field.message()) { writer, field in
                        if field.number == 6 || field.number == 11 {
                            writer.data(Int(field.number), try renamed(field.message(), name))
                        } else {
                            writer.copy(field)
                        }
                    })
            default: writer.copy(field)
            }
        }
    }

    /// A message with one of its texts renamed.
    private static func renamed(
        _ message: UnsafeRawBufferPointer, field number: UInt32, _ name: (String) -> String
    ) throws(ModelError) -> [UInt8] {
        try rewritten(message) { writer, field in
            if field.number == number { writer.text(Int(number), name(try field.text())) } else { writer.copy(field) }
        }
    }

    private static func rewritten(
        _ message: UnsafeRawBufferPointer, _ write: (inout WireWriter, WireReader.Field) throws -> Void
    ) throws(ModelError) -> [UInt8] {
        try ModelError.only {
            var (writer, reader) = (WireWriter(), WireReader(message))
            while let field = try reader.next() { try write(&writer, field) }
            return writer.bytes
        }
    }
}
