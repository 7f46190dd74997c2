import Checker

/// An input or output of a model, or a field of one that is a record, as a spec declares it.
struct OutlinePort: Encodable {
    let name: String
    /// What `at "..."` says.
    let tensor: String?
    /// `real`, `integer`, `truth`, `category`, `text` or `record`; `missing` where it is a Real that may be.
    let type: String
    /// Empty for one number or text.
    let shape: [Int]
    /// Of an enum: its cases, and what models and data write for them.
    var cases, texts: [String]?
    /// Code points of a text, at most.
    var longest: Int?
    var fields: [OutlinePort]?

    init(_ port: CheckedModel.Port) { self.init(port.name, port.tensor, port.type) }

    private init(_ name: String, _ tensor: String?, _ type: SayType) {
        (self.name, self.tensor) = (name, tensor)
        shape = if case .tensor(let it) = type { it.dimensions.map(\.size) } else { [] }
        switch type.element {
        case .real: self.type = "real"
        case .int: self.type = "integer"
        case .bool: self.type = "truth"
        case .enumeration(let it):
            self.type = "category"
            (cases, texts) = (it.cases, it.texts)
        case nil:
            self.type = type.isText ? "text" : type.isOptional ? "missing" : "record"
            longest = type.mostCodePoints
            if case .record(let record) = type, !type.isOptional {
                fields = record.fields.map { OutlinePort($0.name, nil, $0.type) }
            }
        }
    }
}
