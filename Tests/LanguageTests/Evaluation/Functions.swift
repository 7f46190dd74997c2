import Foundation

/// The functions of the language that specs drawn by chance call.
extension Evaluator {
    func builtin(_ name: String, _ arguments: [Value], _ options: [String: Value] = [:]) throws -> Value {
        if let value = try elementwise(name, arguments) { return value }
        if let value = try shaped(name, arguments, options) { return value }
        if let value = try ordered(name, arguments, options) { return value }
        if let value = try classified(name, arguments, options) { return value }
        return try reduced(name, arguments, options)
    }

    private func elementwise(_ name: String, _ arguments: [Value]) throws -> Value? {
        switch name {
        case "abs": try each(arguments[0]) { Swift.abs($0) }
        case "relu": try each(arguments[0]) { $0 > 0 ? $0 : 0 }
        case "sign": try each(arguments[0]) { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
        case "floor": try each(arguments[0]) { $0.rounded(.down) }
        case "ceil": try each(arguments[0]) { $0.rounded(.up) }
        case "round": try rounded(arguments[0])
        case "exp": try each(arguments[0], exp)
        case "log": try each(arguments[0], log)
        case "sqrt": try each(arguments[0]) { $0.squareRoot() }
        case "sin": try each(arguments[0], sin)
        case "cos": try each(arguments[0], cos)
        case "tanh": try each(arguments[0], tanh)
        case "sigmoid": try each(arguments[0]) { 1 / (1 + exp(-$0)) }
        case "pow": try joined(arguments) { pow($0[0], $0[1]) }
        case "int": try each(arguments[0]) { $0.rounded(.towardZero) }
        case "real": try each(arguments[0]) { $0 }
        case "clamp": try joined(arguments) { Swift.min(Swift.max($0[0], $0[1]), $0[2]) }
        case "mod": try joined(arguments) { $0[0] - $0[1] * ($0[0] / $0[1]).rounded(.down) }
        case "select": try Value.joined(arguments) { try $0[0].truth ? $0[1] : $0[2] }
        case "min" where arguments.count > 1: try joined(arguments) { $0.reduce(.infinity, Swift.min) }
        case "max" where arguments.count > 1: try joined(arguments) { $0.reduce(-.infinity, Swift.max) }
        default: nil
        }
    }

    /// To the nearest whole number. Specs round what is inexact, so it has no truth near a half.
    private func rounded(_ value: Value) throws -> Value {
        try value.mapped {
            let number = try $0.number
            guard Swift.abs(number) < 0x1p30, Swift.abs(number - number.rounded(.down) - 0.5) > 1e-6 else {
                throw Undecided.inexact
            }
            return .number(number.rounded())
        }
    }

    func each(_ value: Value, _ change: (Double) -> Double) throws -> Value {
        try value.mapped { .number(change(try $0.number)) }
    }

    func joined(_ values: [Value], _ join: ([Double]) -> Double) throws -> Value {
        try Value.joined(values) { .number(join(try $0.map { try $0.number })) }
    }
}
