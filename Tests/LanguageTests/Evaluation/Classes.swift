import Foundation

/// Functions of classes, scores and distributions, and of two tensors of one shape.
extension Evaluator {
    /// nil for every other function.
    func classified(_ name: String, _ arguments: [Value], _ options: [String: Value]) throws -> Value? {
        switch name {
        case "one_hot":
            let count = try options["n"]?.number ?? 0
            return try arguments[0].mapped { try oneHot($0, count) }
        case "accuracy":
            let answers = try arguments[0].entries.map { try reduced("argmax", [$0], [:]) }
            let isRight = try zip(answers, arguments[1].entries).map { try $0.number == $1.number ? 1.0 : 0 }
            return .number(isRight.reduce(0, +) / Double(isRight.count))
        case "confusion":
            let pairs = try zip(arguments[1].entries, arguments[0].entries).map { (try $0.number, try $1.number) }
            let classes = stride(from: 0, to: try options["n"]?.number ?? 0, by: 1)
            return .list(
                classes.map { row in
                    .list(classes.map { column in .number(Double(pairs.count { $0 == (row, column) })) })
                })
        case "softmax": return try softmax(arguments[0])
        case "log_softmax": return try each(softmax(arguments[0]), log)
        case "cross_entropy":
            return .number(-log(try softmax(arguments[0]).entries[Int(try arguments[1].number)].number))
        case "kl":
            let parts = try joined(arguments) { $0[0] == 0 ? 0 : $0[0] * (log($0[0]) - log($0[1])) }
            return try reduced("sum", [parts], [:])
        case "cosine": return .number(try cosine(arguments[0], arguments[1]))
        case "correlation":
            let centred = try arguments.map { tensor in
                let mean = try reduced("mean", [tensor], [:])
                return try joined([tensor, mean]) { $0[0] - $0[1] }
            }
            return .number(try cosine(centred[0], centred[1]))
        default: return nil
        }
    }

    private func oneHot(_ place: Value, _ count: Double) throws -> Value {
        let place = try place.number
        return .list(stride(from: 0, to: count, by: 1).map { .number($0 == place ? 1 : 0) })
    }

    private func softmax(_ scores: Value) throws -> Value {
        let powers = try each(scores, exp)
        return try joined([powers, reduced("sum", [powers], [:])]) { $0[0] / $0[1] }
    }

    private func cosine(_ a: Value, _ b: Value) throws -> Double {
        try dot(a, b) / (dot(a, a).squareRoot() * dot(b, b).squareRoot())
    }
}
