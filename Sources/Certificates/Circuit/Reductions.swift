import Tensors

/// Operators that make one number of many.
extension Circuit {
    mutating func reduce(_ reduce: Reduce, _ input: Wires, _ type: TensorType) throws(Unsupported) -> [Int32] {
        let element = type.element
        var result: [Int32] = []
        for group in input.groups(over: reduce.axes) {
            let ones = group.map { Gate.Term(source: $0, weight: 1) }
            switch reduce.kind {
            case .sum: result.append(try weighted(ones, 0, element))
            case .mean where !group.isEmpty:
                let share = 1 / Double(group.count)
                let terms = group.map { Gate.Term(source: $0, weight: share) }
                let allowance = Allowance(roundings: group.count + 4, terms: group.count + 1, element)
                result.append(try sum(terms, allowance, element.precision))
            case .minimum: result.append(try add(.extremum(.least, of: group.map(Int.init)), element.precision))
            case .maximum: result.append(try add(.extremum(.greatest, of: group.map(Int.init)), element.precision))
            case .l1:
                let sizes = try apply(.absolute, .exact, to: group, element)
                result.append(try weighted(sizes.map { Gate.Term(source: $0, weight: 1) }, 0, element))
            case .linf where !group.isEmpty:
                let sizes = try apply(.absolute, .exact, to: group, element)
                result.append(try add(.extremum(.greatest, of: sizes.map(Int.init)), element.precision))
            case .sumSquare:
                let squares = try apply(.square, .exact, to: group, element)
                result.append(try weighted(squares.map { Gate.Term(source: $0, weight: 1) }, 0, element))
            default: throw Unsupported("operator \(reduce.name)")
            }
        }
        return result
    }

    mutating func pool(_ pool: Pool, _ input: Wires, _ type: TensorType) throws(Unsupported) -> [Int32] {
        let (from, to) = (input.shape, type.shape.dimensions)
        let windows = pool.window.places(from: Array(from.dropFirst(2)), to: Array(to.dropFirst(2)))
        let inPlaces = from.dropFirst(2).reduce(1, *)
        var result: [Int32] = []
        for plane in 0..<(from[0] * from[1]) {
            for window in windows {
                let inside = window.compactMap { $0 }.map { input.gates[plane * inPlaces + $0] }
                switch pool.kind {
                case .max where !inside.isEmpty:
                    result.append(try add(.extremum(.greatest, of: inside.map(Int.init)), type.element.precision))
                case .average(let divisor) where pool.rounding == .down && !inside.isEmpty:
                    let share = 1 / Double(divisor == .padsIncluded ? window.count : inside.count)
                    let allowance = Allowance(roundings: inside.count + 4, terms: inside.count + 1, type.element)
                    let terms = inside.map { Gate.Term(source: $0, weight: share) }
                    result.append(try sum(terms, allowance, type.element.precision))
                default: throw Unsupported("operator \(pool.name) with windows beyond the input")
                }
            }
        }
        return result
    }
}
