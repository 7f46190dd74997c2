/// A graph of an ONNX file: a model's, or a branch of a conditional.
///
/// What the file claims of the values in between (`value_info`) is not read: shapes are inferred, not believed.
struct GraphProto {
    var name = ""
    var nodes: [NodeProto] = []
    var initializers: [TensorProto] = []
    var inputs: [ValueInfoProto] = []
    var outputs: [ValueInfoProto] = []
    var hasSparseInitializers = false

    init(decoding bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        self = try budget.nested { () throws(ModelError) in try GraphProto(fields: bytes, budget) }
    }

    private init(fields bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                try budget.charge(NodeProto.self)
                nodes.append(try NodeProto(decoding: field.message(), budget))
            case 2: name = try field.text()
            case 5:
                try budget.charge(TensorProto.self)
                initializers.append(try TensorProto(decoding: field.message(), budget))
            case 11:
                try budget.charge(ValueInfoProto.self)
                inputs.append(try ValueInfoProto(decoding: field.message(), budget))
            case 12:
                try budget.charge(ValueInfoProto.self)
                outputs.append(try ValueInfoProto(decoding: field.message(), budget))
            case 15: hasSparseInitializers = true
            default: continue
            }
        }
    }
}

/// One node: an operator applied to named values.
struct NodeProto {
    var name = ""
    var operatorName = ""
    var domain = ""
    /// Names of values; an empty one is an optional input that is not given.
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [AttributeProto] = []

    init(decoding bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: try field.appendText(to: &inputs, budget)
            case 2: try field.appendText(to: &outputs, budget)
            case 3: name = try field.text()
            case 4: operatorName = try field.text()
            case 5:
                try budget.charge(AttributeProto.self)
                attributes.append(try AttributeProto(decoding: field.message(), budget))
            case 7: domain = try field.text()
            default: continue
            }
        }
    }

    /// How an error names this node: by its name, or by what it makes where it has none.
    var title: String {
        let label = name.isEmpty ? outputs.first ?? "" : name
        return "node `\(label)` (\(operatorName))"
    }
}

extension WireReader.Field {
    func appendText(to texts: inout [String], _ budget: DecodingBudget) throws(ModelError) {
        try budget.charge(String.self)
        texts.append(try text())
    }
}
