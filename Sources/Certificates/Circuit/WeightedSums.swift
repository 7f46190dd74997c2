import Tensors

/// Layers: weighted sums of what a model computes.
extension Circuit {
    mutating func dense(_ dense: Dense, _ input: Wires, _ type: TensorType) throws(Unsupported) -> [Int32] {
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
    mutating func weighted(
        _ terms: [Gate.Term], _ offset: Double, _ element: ElementType
    ) throws(Unsupported) -> Int32 {
        try sum(terms, offset: offset, .summed(terms.count, element), element.precision)
    }

    mutating func activate(
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

    mutating func convolution(
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

    mutating func matrixProduct(
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
    mutating func term(_ a: Int32, _ b: Int32) throws(Unsupported) -> Gate.Term {
        if let factor = constant(b) { return .init(source: a, weight: factor) }
        if let factor = constant(a) { return .init(source: b, weight: factor) }
        return .init(source: try product(a, b, .exact, .float64), weight: 1)
    }
}
