import Foundation

/// Functions that make one number of a tensor, or of each line along an axis.
extension Evaluator {
    /// Of vectors and matrices.
    func reduced(_ name: String, _ arguments: [Value], _ options: [String: Value]) throws -> Value {
        if options["within"] != nil || options["while"] != nil {
            return try windows(name, arguments[0].entries, options["within"]?.number, options["while"]?.entries)
        }
        if name == "histogram" { return try histogram(arguments[0], arguments[1]) }
        let further = try arguments.dropFirst().map { try $0.number }
        guard let axis = try options["axis"]?.number else {
            let mask = options["mask"]?.scalars
            let counted = try arguments[0].scalars.enumerated().filter { try mask?[$0.offset].truth ?? true }
            return try reduced(name, counted.map(\.element), further)
        }
        let lines = try (axis == 0 ? transposed(arguments[0]) : arguments[0]).entries
        let masks = try options["mask"].map { try (axis == 0 ? transposed($0) : $0).entries }
        return .list(
            try lines.enumerated().map { place, line in
                try reduced(name, [line] + arguments.dropFirst(), masks.map { ["mask": $0[place]] } ?? [:])
            })
    }

    private func reduced(_ name: String, _ entries: [Value], _ further: [Double]) throws -> Value {
        if name == "all" { return .truth(try entries.allSatisfy { try $0.truth }) }
        if name == "any" { return .truth(try entries.contains { try $0.truth }) }
        return .number(try number(name, entries.map { try $0.number }, further))
    }

    /// For each entry whether it and those up to `within` behind it hold, or one of them, with `condition` at all before that one.
    private func windows(_ name: String, _ truths: [Value], _ within: Double?, _ condition: [Value]?) throws -> Value {
        .list(
            try truths.indices.map { start in
                let end = Swift.min(truths.count - 1, start + (within.map { Int($0) } ?? truths.count))
                if name == "all" { return .truth(try (start...end).allSatisfy { try truths[$0].truth }) }
                return .truth(
                    try (start...end).contains { place in
                        try truths[place].truth && (start..<place).allSatisfy { try condition?[$0].truth ?? true }
                    })
            })
    }

    private func number(_ name: String, _ numbers: [Double], _ further: [Double]) throws -> Double {
        switch name {
        case "sum", "count": numbers.reduce(0, +)
        case "mean": numbers.reduce(0, +) / Double(numbers.count)
        case "min": numbers.reduce(.infinity, Swift.min)
        case "max": numbers.reduce(-.infinity, Swift.max)
        case "l0": Double(numbers.count { $0 != 0 })
        case "l1": numbers.reduce(0) { $0 + abs($1) }
        case "l2": numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
        case "linf": numbers.reduce(0) { Swift.max($0, abs($1)) }
        case "norm": pow(numbers.reduce(0) { $0 + pow(abs($1), further.first ?? 2) }, 1 / (further.first ?? 2))
        case "argmax": Double(numbers.firstIndex(of: numbers.max() ?? 0) ?? 0)
        case "argmin": Double(numbers.firstIndex(of: numbers.min() ?? 0) ?? 0)
        case "variance": variance(numbers)
        case "std": variance(numbers).squareRoot()
        case "median": quantile(numbers, 0.5)
        case "quantile": quantile(numbers, further[0])
        default: throw Undecided.unknown(name)
        }
    }

    private func variance(_ numbers: [Double]) -> Double {
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        return numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    }

    /// In proportion between the two nearest entries.
    private func quantile(_ numbers: [Double], _ share: Double) -> Double {
        let (sorted, place) = (numbers.sorted(), share * Double(numbers.count - 1))
        let (lower, upper) = (sorted[Int(place)], sorted[Int(place.rounded(.up))])
        return lower + (upper - lower) * (place - place.rounded(.down))
    }

    /// How many numbers lie from each edge up to the next, which belongs to the last interval alone.
    private func histogram(_ value: Value, _ edges: Value) throws -> Value {
        let (numbers, edges) = (try value.scalars.map { try $0.number }, try edges.entries.map { try $0.number })
        return .list(
            zip(edges, edges.dropFirst()).enumerated().map { place, ends in
                let isLast = place == edges.count - 2
                return .number(
                    Double(numbers.count { ends.0 <= $0 && ($0 < ends.1 || isLast && $0 == ends.1) }))
            })
    }
}
