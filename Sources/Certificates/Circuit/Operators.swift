import Tensors

/// The operators that the checker knows; every other is refused by name.
extension Circuit {
    mutating func read(
        _ operation: any Operator, _ inputs: [Wires], _ type: TensorType
    ) throws(Unsupported) -> [Int32] {
        switch operation {
        case let rearrange as Rearrange: return try self.rearrange(rearrange, inputs)
        case let cast as Cast: return try self.cast(inputs[0], to: cast.element)
        case let unary as Unary: return try self.unary(unary, inputs[0])
        case let binary as Binary: return try self.binary(binary, inputs, type)
        case let dense as Dense: return try self.dense(dense, inputs[0], type)
        case let product as MatMul: return try matrixProduct(product, inputs[0], inputs[1], type)
        case let filter as Convolution: return try convolution(filter, inputs[0], type)
        case let reduce as Reduce: return try self.reduce(reduce, inputs[0], type)
        case let pool as Pool: return try self.pool(pool, inputs[0], type)
        case let compare as Compare: return try self.compare(compare, inputs, type)
        case let answer as ArgIs: return try self.answer(answer, inputs[0], inputs[1])
        case let gather as GatherRows: return try rows(gather, inputs[0], inputs[1])
        default: throw Unsupported("operator \(operation.name)")
        }
    }

    private mutating func rearrange(_ rearrange: Rearrange, _ inputs: [Wires]) throws(Unsupported) -> [Int32] {
        let all = inputs.flatMap(\.gates)
        guard case .table(let table) = rearrange.map else { return all }
        var fill: Int32?
        var result: [Int32] = []
        for place in table {
            if place >= 0, Int(place) < all.count {
                result.append(all[Int(place)])
            } else {
                if fill == nil { fill = try add(.constant(rearrange.fill)) }
                result.append(fill ?? 0)
            }
        }
        return result
    }

    private mutating func cast(_ input: Wires, to element: ElementType) throws(Unsupported) -> [Int32] {
        switch (input.type.element, element) {
        case (.float32, .float32), (.float32, .float64), (.float64, .float64), (.int64, .int64), (.bool, .bool),
            (.int64, .float64), (.bool, .int64), (.bool, .float64), (.bool, .float32):
            return input.gates
        case (.float64, .int64) where input.gates.allSatisfy({ precision(of: $0) == .whole }):
            return input.gates
        case (.float64, .float32), (.int64, .float32):
            let allowance = Allowance(roundings: 1, terms: 1, .float32)
            var result: [Int32] = []
            for gate in input.gates {
                let isExact = precision(of: gate) == .float32 || constant(gate).map { Double(Float($0)) == $0 } ?? false
                result.append(
                    isExact ? gate : try sum([.init(source: gate, weight: 1)], allowance, .float32))
            }
            return result
        default: throw Unsupported("operator cast from \(input.type.element.rawValue) to \(element.rawValue)")
        }
    }

    // MARK: element by element

    private mutating func unary(_ unary: Unary, _ input: Wires) throws(Unsupported) -> [Int32] {
        let element = input.type.element
        if unary.kind == .negate {
            var result: [Int32] = []
            for gate in input.gates {
                result.append(try sum([.init(source: gate, weight: -1)], .exact, precision(of: gate)))
            }
            return result
        }
        let (curve, allowance) = try self.curve(unary, element)
        return try apply(curve, allowance, to: input.gates, element)
    }

    private mutating func apply(
        _ curve: Curve, _ allowance: Allowance, to gates: [Int32], _ element: ElementType
    ) throws(Unsupported) -> [Int32] {
        var result: [Int32] = []
        for gate in gates { result.append(try add(.curve(curve, of: Int(gate), allowance), element.precision)) }
        return result
    }

    /// Functions of the C library and of the runtimes for ONNX are taken to be within so many units of roundoff.
    private func curve(_ unary: Unary, _ element: ElementType) throws(Unsupported) -> (Curve, Allowance) {
        let slack = element == .float32 ? 0x1p-126 : 0x1p-1022
        switch unary.kind {
        case .relu: return (.relu, .exact)
        case .absolute: return (.absolute, .exact)
        case .leakyRelu(let slope) where slope >= 0 && slope <= 1:
            return (.leakyRelu(slope: slope), Allowance(roundings: 2, terms: 1, element))
        case .clip(let lower, let upper) where lower <= upper && isHeld(lower, element) && isHeld(upper, element):
            return (.clip(lower: lower, upper: upper), .exact)
        case .square: return (.square, Allowance(roundings: 1, terms: 1, element))
        case .exponential: return (.exponential, Allowance(units: 8, slack: slack, element))
        case .sigmoid:
            return (.sigmoid, Allowance(units: 12, slack: element == .float32 ? 0x1p-22 : slack, element))
        case .hyperbolicTangent: return (.hyperbolicTangent, Allowance(units: 10, slack: slack, element))
        default: throw Unsupported("operator \(unary.name)")
        }
    }

    /// Whether a number is one of the type.
    private func isHeld(_ number: Double, _ element: ElementType) -> Bool {
        element == .float32 ? Double(Float(number)) == number : !number.isNaN
    }

    private mutating func binary(_ binary: Binary, _ inputs: [Wires], _ type: TensorType) throws(Unsupported) -> [Int32]
    {
        let pairs = spread(inputs[0], inputs[1], over: type)
        var result: [Int32] = []
        for (first, second) in pairs { result.append(try self.binary(binary, first, second, type.element)) }
        return result
    }

    private mutating func binary(
        _ binary: Binary, _ first: Int32, _ second: Int32, _ element: ElementType
    ) throws(Unsupported) -> Int32 {
        let once = Allowance(roundings: 1, terms: 2, element)
        switch binary.kind {
        case .add:
            return try sum(
                [.init(source: first, weight: 1), .init(source: second, weight: 1)], once, element.precision)
        case .subtract:
            return try sum(
                [.init(source: first, weight: 1), .init(source: second, weight: -1)], once, element.precision)
        case .multiply: return try product(first, second, once, element)
        case .divide where element.isReal:
            guard let divisor = constant(second), divisor.isNormal, (1 / divisor).isNormal else {
                throw Unsupported("operator divide by what is not constant")
            }
            // The reciprocal is rounded, and rounds once more than the division does.
            let allowance = Allowance(roundings: 4, terms: 1, element)
            return try sum([.init(source: first, weight: 1 / divisor)], allowance, element.precision)
        case .minimum: return try add(.extremum(.least, of: [Int(first), Int(second)]), element.precision)
        case .maximum: return try add(.extremum(.greatest, of: [Int(first), Int(second)]), element.precision)
        default: throw Unsupported("operator \(binary.name)")
        }
    }

    private mutating func product(
        _ first: Int32, _ second: Int32, _ allowance: Allowance, _ element: ElementType
    ) throws(Unsupported) -> Int32 {
        if let factor = constant(first) {
            return try sum([.init(source: second, weight: factor)], allowance, element.precision)
        }
        if let factor = constant(second) {
            return try sum([.init(source: first, weight: factor)], allowance, element.precision)
        }
        if first == second { return try add(.curve(.square, of: Int(first), allowance), element.precision) }
        return try add(.product(Int(first), Int(second), allowance), element.precision)
    }

    private mutating func compare(_ compare: Compare, _ inputs: [Wires], _ type: TensorType) throws(Unsupported)
        -> [Int32]
    {
        let order: Gate.Order = compare.relation == .less ? .less : .lessOrEqual
        var result: [Int32] = []
        for (first, second) in spread(inputs[0], inputs[1], over: type) {
            result.append(try add(.compare(Int(first), Int(second), order)))
        }
        return result
    }

    /// Which elements of two tensors meet in each element of their broadcast: dimensions are aligned at the end.
    private func spread(_ first: Wires, _ second: Wires, over type: TensorType) -> [(Int32, Int32)] {
        let result = type.shape.dimensions
        let (left, right) = (first.places(broadcastTo: result), second.places(broadcastTo: result))
        return zip(left, right).map { (first.gates[$0], second.gates[$1]) }
    }

    // MARK: weighted sums

    private mutating func dense(_ dense: Dense, _ input: Wires, _ type: TensorType) throws(Unsupported) -> [Int32] {
        let (weights, bias) = (dense.weights.doubles, dense.bias?.doubles)
        let (outputs, count) = (dense.weights.shape[0], dense.weights.shape[1])
        let rows = count == 0 ? 0 : input.gates.count / count
        var result: [Int32] = []
        for row in 0..<rows {
            for output in 0..<outputs {
                let terms = (0..<count).map {
                    Gate.Term(source: input.gates[row * count + $0], weight: weights[output * count + $0])
                }
                result.append(try weighted(terms, bias?[output] ?? 0, type.element))
            }
        }
        return try activate(result, dense.activation, type.element)
    }

    /// A sum of products as a model computes it, in whatever order.
    private mutating func weighted(
        _ terms: [Gate.Term], _ offset: Double, _ element: ElementType
    ) throws(Unsupported) -> Int32 {
        let allowance = Allowance(roundings: terms.count + 2, terms: terms.count + 1, element)
        return try sum(terms, offset: offset, allowance, element.precision)
    }

    private mutating func activate(
        _ gates: [Int32], _ activation: Activation, _ element: ElementType
    ) throws(Unsupported) -> [Int32] {
        let unary: Unary
        switch activation {
        case .none: return gates
        case .relu: unary = Unary(.relu)
        case .leakyRelu(let slope): unary = Unary(.leakyRelu(slope: slope))
        case .clip(let lower, let upper): unary = Unary(.clip(lower: lower, upper: upper))
        }
        let (curve, allowance) = try self.curve(unary, element)
        return try apply(curve, allowance, to: gates, element)
    }

    private mutating func convolution(
        _ filter: Convolution, _ input: Wires, _ type: TensorType
    ) throws(Unsupported) -> [Int32] {
        let (from, to) = (input.shape, type.shape.dimensions)
        let (weights, bias) = (filter.weights.doubles, filter.bias?.doubles)
        let windows = filter.window.places(from: Array(from.dropFirst(2)), to: Array(to.dropFirst(2)))
        let size = filter.window.size.reduce(1, *)
        let (inPlaces, outChannels, inChannels) = (from.dropFirst(2).reduce(1, *), to[1], filter.weights.shape[1])
        var result: [Int32] = []
        for image in 0..<to[0] {
            for channel in 0..<outChannels {
                let group = channel / (outChannels / filter.groups)
                for window in windows {
                    var terms: [Gate.Term] = []
                    for inner in 0..<inChannels {
                        let plane = (image * from[1] + group * inChannels + inner) * inPlaces
                        let row = (channel * inChannels + inner) * size
                        for (tap, place) in window.enumerated() {
                            guard let place else { continue }
                            terms.append(.init(source: input.gates[plane + place], weight: weights[row + tap]))
                        }
                    }
                    result.append(try weighted(terms, bias?[channel] ?? 0, type.element))
                }
            }
        }
        return try activate(result, filter.activation, type.element)
    }

    private mutating func matrixProduct(
        _ product: MatMul, _ first: Wires, _ second: Wires, _ type: TensorType
    ) throws(Unsupported) -> [Int32] {
        let left = first.shape.count == 1 ? [1] + first.shape : first.shape
        let right = second.shape.count == 1 ? second.shape + [1] : second.shape
        let (rows, inner, columns) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
        let batch = Wires.broadcast(Array(left.dropLast(2)), Array(right.dropLast(2)))
        let lefts = Wires.places(of: Array(left.dropLast(2)), broadcastTo: batch)
        let rights = Wires.places(of: Array(right.dropLast(2)), broadcastTo: batch)
        var result: [Int32] = []
        for (leftMatrix, rightMatrix) in zip(lefts, rights) {
            for row in 0..<rows {
                for column in 0..<columns {
                    var terms: [Gate.Term] = []
                    for index in 0..<inner {
                        let a = first.gates[(leftMatrix * rows + row) * inner + index]
                        let b = second.gates[(rightMatrix * inner + index) * columns + column]
                        terms.append(try term(a, b))
                    }
                    result.append(try weighted(terms, 0, type.element))
                }
            }
        }
        return result
    }

    /// A product within a sum, which rounds it.
    private mutating func term(_ a: Int32, _ b: Int32) throws(Unsupported) -> Gate.Term {
        if let factor = constant(b) { return .init(source: a, weight: factor) }
        if let factor = constant(a) { return .init(source: b, weight: factor) }
        return .init(source: try product(a, b, .exact, .float64), weight: 1)
    }

    // MARK: many to one

    private mutating func reduce(_ reduce: Reduce, _ input: Wires, _ type: TensorType) throws(Unsupported) -> [Int32] {
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

    private mutating func pool(_ pool: Pool, _ input: Wires, _ type: TensorType) throws(Unsupported) -> [Int32] {
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

    // MARK: answers

    /// The margin of argmax(y) == class, or of its denial: the class leads every other, ties going to the lowest index.
    private mutating func answer(_ answer: ArgIs, _ scores: Wires, _ number: Wires) throws(Unsupported) -> [Int32] {
        guard let gate = number.gates.first else { throw Unsupported("operator \(answer.name) without a class") }
        if let chosen = constant(gate) { return [try leads(answer, scores.gates, chosen)] }
        // For each class: the number is below it, or above it, or it leads.
        var claims: [Int] = []
        let count = Double(scores.gates.count)
        let isPositive = answer.polarity == .positive
        for chosen in scores.gates.indices {
            let place = try add(.constant(Double(chosen)), .whole)
            let below = Int(try add(.compare(Int(gate), Int(place), .less)))
            let above = Int(try add(.compare(Int(place), Int(gate), .less)))
            let own = Int(try leads(answer, scores.gates, Double(chosen)))
            claims.append(Int(try add(.extremum(.greatest, of: [below, above, own]))))
        }
        guard isPositive else { return [try opaque(add(.extremum(.least, of: claims)))] }
        let (first, last) = (try add(.constant(0), .whole), try add(.constant(count - 1), .whole))
        claims.append(Int(try add(.compare(Int(first), Int(gate), .lessOrEqual))))
        claims.append(Int(try add(.compare(Int(gate), Int(last), .lessOrEqual))))
        return [try opaque(add(.extremum(.least, of: claims)))]
    }

    /// The same number, read as one part of a claim whatever it is made of.
    private mutating func opaque(_ gate: Int32) throws(Unsupported) -> Int32 {
        try sum([.init(source: gate, weight: 1)], .exact, .any)
    }

    private mutating func leads(_ answer: ArgIs, _ scores: [Int32], _ chosen: Double) throws(Unsupported) -> Int32 {
        let isPositive = answer.polarity == .positive
        guard let own = Int(exactly: chosen), scores.indices.contains(own) else {
            return try add(.constant(isPositive ? -.infinity : .infinity))
        }
        var margins: [Int] = []
        for other in scores.indices where other != own {
            let ahead = (answer.extremum == .max) == isPositive ? (own, other) : (other, own)
            let order: Gate.Order = (other < own) == isPositive ? .less : .lessOrEqual
            margins.append(Int(try add(.compare(Int(scores[ahead.1]), Int(scores[ahead.0]), order))))
        }
        return try add(.extremum(isPositive ? .least : .greatest, of: margins))
    }

    private mutating func rows(_ gather: GatherRows, _ data: Wires, _ index: Wires) throws(Unsupported) -> [Int32] {
        let count = data.shape[0]
        let columns = count == 0 ? 0 : data.gates.count / count
        var values: [Double] = []
        for gate in data.gates {
            guard let value = constant(gate), value.isFinite else {
                throw Unsupported("operator gather from what is not constant")
            }
            values.append(value)
        }
        let table = self.table(values, columns: columns)
        var result: [Int32] = []
        for gate in index.gates {
            for column in 0..<columns {
                result.append(
                    try add(.entry(index: Int(gate), table: table, column: column), data.type.element.precision))
            }
        }
        return result
    }
}
