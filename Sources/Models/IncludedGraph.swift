/// A graph of an ONNX file, copied into another with a prefix before all names of values, its inner graphs' too.
///
/// The file has been loaded before. Its inputs and outputs are not declared anew; what it claims of shapes in between is left
/// out.
extension ModelWriter {
    mutating func include(graphOf file: [UInt8], renamed prefix: String) throws(ModelError) {
        let fields = try ModelError.only {
            try file.withUnsafeBytes { bytes in
                var (model, graph) = (WireReader(bytes), WireWriter())
                while let field = try model.next() {
                    guard field.number == 7 else { continue }
                    // An empty name is an input that is not given.
                    let renamed = try GraphNames.renamed(field.message()) { $0.isEmpty ? $0 : prefix + $0 }
                    try renamed.withUnsafeBytes { bytes in
                        var reader = WireReader(bytes)
                        while let field = try reader.next() {
                            if [1, 5, 15].contains(field.number) { graph.copy(field) }
                        }
                    }
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
