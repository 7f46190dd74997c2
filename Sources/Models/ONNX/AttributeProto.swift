/// A named constant of a node.
struct AttributeProto {
    var name = ""
    /// In the body of a function: the attribute of the calling node that this one takes its value from.
    var reference = ""
    /// The value; nil where the file gives none or one of a kind that no operator here takes.
    var value: Value?

    enum Value {
        case float(Float)
        case integer(Int64)
        case text(String)
        case tensor(TensorProto)
        case graph(GraphProto)
        case floats([Float])
        case integers([Int64])
        case texts([String])
    }

    init(name: String, value: Value?) {
        self.name = name
        self.value = value
    }

    init(decoding bytes: UnsafeRawBufferPointer, _ budget: DecodingBudget) throws(ModelError) {
        var values = Fields()
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text()
            case 21: reference = try field.text()
            default: try values.read(field, budget)
            }
        }
        value = values.value
    }
}

extension AttributeProto {
    /// The fields a value may stand in. Which one counts is said by the field `type`, which may come last; old files
    /// leave it out, and then it is the field that is there.
    private struct Fields {
        private var type: Int64 = 0
        private var single: Value?
        private var floats: [Float] = []
        private var integers: [Int64] = []
        private var texts: [String] = []

        mutating func read(_ field: WireReader.Field, _ budget: DecodingBudget) throws(ModelError) {
            switch field.number {
            case 2: single = .float(try field.float())
            case 3: single = .integer(try field.integer())
            case 4: single = .text(try field.text())
            case 5: single = .tensor(try TensorProto(decoding: field.message(), budget))
            case 6: single = .graph(try GraphProto(decoding: field.message(), budget))
            case 7:
                try budget.charge(Float.self, count: field.bytes.count / 4)
                try field.appendFloats(to: &floats)
            case 8:
                try budget.charge(Int64.self, count: field.varintCount)
                try field.appendIntegers(to: &integers)
            case 9: try field.appendText(to: &texts, budget)
            case 20: type = try field.integer()
            default: return
            }
        }

        /// A number that is 0, or a text that is empty, may be left out of the file.
        var value: Value? {
            switch type {
            case 1: single ?? .float(0)
            case 2: single ?? .integer(0)
            case 3: single ?? .text("")
            case 6: .floats(floats)
            case 7: .integers(integers)
            case 8: .texts(texts)
            case 4, 5: single
            case 0: single ?? untyped
            default: nil
            }
        }

        private var untyped: Value? {
            if !integers.isEmpty { return .integers(integers) }
            if !floats.isEmpty { return .floats(floats) }
            return texts.isEmpty ? nil : .texts(texts)
        }
    }
}
