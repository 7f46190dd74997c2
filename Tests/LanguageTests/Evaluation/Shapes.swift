/// Functions that give tensors another shape, and products of tensors.
extension Evaluator {
    /// nil for every other function.
    func shaped(_ name: String, _ arguments: [Value], _ options: [String: Value]) throws -> Value? {
        switch name {
        // Of vectors, along their one axis.
        case "concat": return .list(try arguments.flatMap { try $0.entries })
        case "stack": return .list(arguments)
        case "rows", "length": return .number(Double(try arguments[0].entries.count))
        case "last": return try arguments[0].entries.last ?? { throw Undecided.unknown("an entry") }()
        case "indices": return .list((0..<Int(try arguments[0].number)).map { .number(Double($0)) })
        case "flatten": return .list(arguments[0].scalars)
        case "transpose": return try transposed(arguments[0])
        case "outer":
            return .list(try arguments[0].entries.map { a in try joined([a, arguments[1]]) { $0[0] * $0[1] } })
        case "diag": return try diagonal(arguments[0].entries)
        case "dot": return .number(try dot(arguments[0], arguments[1]))
        case "matmul":
            let columns = try transposed(arguments[1]).entries
            return .list(
                try arguments[0].entries.map { row in .list(try columns.map { .number(try dot(row, $0)) }) })
        default: return nil
        }
    }

    func transposed(_ matrix: Value) throws -> Value {
        let rows = try matrix.entries.map { try $0.entries }
        return .list((rows.first ?? []).indices.map { column in .list(rows.map { $0[column] }) })
    }

    func dot(_ a: Value, _ b: Value) throws -> Double {
        try joined([a, b]) { $0[0] * $0[1] }.scalars.reduce(0) { $0 + (try $1.number) }
    }

    private func diagonal(_ entries: [Value]) throws -> Value {
        if case .list? = entries.first { return .list(try entries.enumerated().map { try $1.entries[$0] }) }
        return .list(
            entries.enumerated().map { row, entry in
                .list(entries.indices.map { $0 == row ? entry : .number(0) })
            })
    }
}
