/// A decoded ONNX file: an index of what is in it, with every tensor's data left where it is.
///
/// Only valid while the bytes it was decoded from are. Unknown fields are skipped, as protocol buffers ask.
/// Source: onnx.proto, message `ModelProto`; field numbers are those of that file, here and in the files beside it.
struct ModelProto {
    /// A set of operators a model uses, and which version of it.
    struct OperatorSet {
        var domain = ""
        var version: Int64 = 0
    }

    var version: Int64 = 0
    /// The program that wrote the file, and its version; empty where the file does not say.
    var producer = ""
    var producerVersion = ""
    var graph: GraphProto?
    var operatorSets: [OperatorSet] = []
    var functions: [FunctionProto] = []

    init(decoding bytes: UnsafeRawBufferPointer) throws(ModelError) {
        try ModelFormat.requireONNX(bytes)
        let budget = DecodingBudget(fileSize: bytes.count)
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: version = try field.integer()
            case 2: producer = try field.text()
            case 3: producerVersion = try field.text()
            case 7: graph = try GraphProto(decoding: field.message(), budget)
            case 8:
                try budget.charge(OperatorSet.self)
                operatorSets.append(try OperatorSet(decoding: field.message()))
            case 25:
                try budget.charge(FunctionProto.self)
                functions.append(try FunctionProto(decoding: field.message(), budget))
            default: continue
            }
        }
    }
}

extension ModelProto.OperatorSet {
    init(decoding bytes: UnsafeRawBufferPointer) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: domain = try field.text()
            case 2: version = try field.integer()
            default: continue
            }
        }
    }
}

/// An operator that the file defines itself, by nodes over its inputs.
struct FunctionProto {
    var name = ""
    var domain = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var nodes: [NodeProto] = []
    var operatorSets: [ModelProto.OperatorSet] = []
    /// Attributes with a default value.
    var defaults: [AttributeProto] = []

    init(decoding bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text()
            case 4: try field.appendText(to: &inputs, budget)
            case 5: try field.appendText(to: &outputs, budget)
            case 7:
                try budget.charge(NodeProto.self)
                nodes.append(try NodeProto(decoding: field.message(), budget))
            case 9:
                try budget.charge(ModelProto.OperatorSet.self)
                operatorSets.append(try ModelProto.OperatorSet(decoding: field.message()))
            case 10: domain = try field.text()
            case 11:
                try budget.charge(AttributeProto.self)
                defaults.append(try AttributeProto(decoding: field.message(), budget))
            default: continue
            }
        }
    }
}
