/// Functions that put entries in order, or go by the order in which they stand.
extension Evaluator {
    /// nil for every other function.
    func ordered(_ name: String, _ arguments: [Value], _ options: [String: Value]) throws -> Value? {
        let change: ([Double]) throws -> [Double]
        switch name {
        case "sort": change = { $0.sorted() }
        case "argsort":
            change = { numbers in
                numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }.map(Double.init)
            }
        case "top_k":
            let count = Int(try arguments[1].number)
            change = { Array($0.sorted(by: >).prefix(count)) }
        case "cumsum": change = { numbers in numbers.indices.map { numbers[...$0].reduce(0, +) } }
        case "diff": change = { zip($0.dropFirst(), $0).map { $0 - $1 } }
        default: return nil
        }
        return try along(arguments[0], options["axis"]) { .list(try change($0).map { .number($0) }) }
    }

    /// Changes each line of a vector or a matrix: along its last dimension, unless another is named.
    private func along(_ value: Value, _ axis: Value?, _ change: ([Double]) throws -> Value) throws -> Value {
        guard case .list? = try value.entries.first else { return try change(value.entries.map { try $0.number }) }
        let isFirst = try axis?.number == 0
        let lines = try (isFirst ? transposed(value) : value).entries
        let changed = Value.list(try lines.map { try change($0.entries.map { try $0.number }) })
        return isFirst ? try transposed(changed) : changed
    }
}
