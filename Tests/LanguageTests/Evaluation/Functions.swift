/// The functions of the language that specs drawn by chance call.
extension Evaluator {
    func builtin(_ name: String, _ arguments: [Value]) throws -> Value {
        switch name {
        case "abs": return try each(arguments[0]) { Swift.abs($0) }
        case "relu": return try each(arguments[0]) { $0 > 0 ? $0 : 0 }
        case "sign": return try each(arguments[0]) { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
        case "floor": return try each(arguments[0]) { $0.rounded(.down) }
        case "ceil": return try each(arguments[0]) { $0.rounded(.up) }
        case "int": return try each(arguments[0]) { $0.rounded(.towardZero) }
        case "real": return try each(arguments[0]) { $0 }
        case "clamp": return try joined(arguments) { Swift.min(Swift.max($0[0], $0[1]), $0[2]) }
        case "mod": return try joined(arguments) { $0[0] - $0[1] * ($0[0] / $0[1]).rounded(.down) }
        case "select": return try Value.joined(arguments) { try $0[0].truth ? $0[1] : $0[2] }
        case "min" where arguments.count > 1: return try joined(arguments) { $0.reduce(.infinity, Swift.min) }
        case "max" where arguments.count > 1: return try joined(arguments) { $0.reduce(-.infinity, Swift.max) }
        // Of vectors, along their one axis, which comes last.
        case "concat": return .list(try arguments.dropLast().flatMap { try $0.entries })
        case "rows": return .number(Double(try arguments[0].entries.count))
        case "indices": return .list((0..<Int(try arguments[0].number)).map { .number(Double($0)) })
        case "dot":
            let products = try Value.joined(arguments) { .number(try $0[0].number * $0[1].number) }
            return .number(try products.scalars.reduce(0) { $0 + (try $1.number) })
        case "all": return .truth(try arguments[0].scalars.allSatisfy { try $0.truth })
        case "any": return .truth(try arguments[0].scalars.contains { try $0.truth })
        default: return .number(try reduced(name, arguments[0].scalars.map { try $0.number }))
        }
    }

    private func reduced(_ name: String, _ numbers: [Double]) throws -> Double {
        switch name {
        case "sum": numbers.reduce(0, +)
        case "mean": numbers.reduce(0, +) / Double(numbers.count)
        case "min": numbers.reduce(.infinity, Swift.min)
        case "max": numbers.reduce(-.infinity, Swift.max)
        case "l0": Double(numbers.count { $0 != 0 })
        case "l1": numbers.reduce(0) { $0 + Swift.abs($1) }
        case "linf": numbers.reduce(0) { Swift.max($0, Swift.abs($1)) }
        case "argmax": Double(numbers.firstIndex(of: numbers.max() ?? 0) ?? 0)
        case "argmin": Double(numbers.firstIndex(of: numbers.min() ?? 0) ?? 0)
        default: throw Undecided.unknown(name)
        }
    }

    private func each(_ value: Value, _ change: (Double) -> Double) throws -> Value {
        try value.mapped { .number(change(try $0.number)) }
    }

    private func joined(_ values: [Value], _ join: ([Double]) -> Double) throws -> Value {
        try Value.joined(values) { .number(join(try $0.map { try $0.number })) }
    }
}
