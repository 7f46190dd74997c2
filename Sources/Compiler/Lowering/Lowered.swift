import Checker
import Tensors

/// What a term that is not a formula has become in the graph.
indirect enum Lowered {
    /// Numbers: a float64 value of the term's shape. A Bool is 0 or 1, an enum case its index.
    case numbers(Value)
    case record([Lowered])
    /// A row of a table, by its number: a scalar int64 value. `columns` are the table's tensors, rows first.
    case row(Value, columns: [Tensor])
}

extension SayType {
    /// The shape of a value of this type in the graph; nil for what has several values.
    package var shape: [Int]? {
        switch self {
        case .bool, .int, .real, .enumeration: []
        case .tensor(let tensor): tensor.dimensions.map(\.size)
        case .text(let most): [most]
        case .record, .pattern, .row, .unknown: nil
        }
    }

    var isFormula: Bool {
        switch self {
        case .bool: true
        case .tensor(let tensor): tensor.element == .bool
        default: false
        }
    }

    var fields: [Field] {
        switch self {
        case .record(let record): record.fields
        case .row(let fields): fields
        default: []
        }
    }
}
