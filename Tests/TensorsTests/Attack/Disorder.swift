@testable import Tensors

/// Evaluates a graph node by node at one point, with sums in an order drawn by chance: permuted, as a chain, in several
/// accumulators or as a tree, multiplication and addition fused or not, and a constant added to a sum before or after it.
struct Disorder {
    private let graph: Graph
    private var random: Adversary
    /// Of each node that sums.
    private var terms: [Terms?]

    init(_ graph: Graph, seed: UInt64) {
        self.graph = graph
        random = Adversary(seed: seed)
        terms = graph.nodes.map { node in
            guard case .operation(let operation) = node.source else { return nil }
            return Terms(operation, node.inputs.map { graph.type(of: $0) }, node.type)
        }
    }

    /// The values of all nodes, from those of the inputs.
    mutating func values(_ inputs: [Tensor]) throws -> [Tensor] {
        var values: [Tensor] = []
        var rest = inputs[...]
        for (index, node) in graph.nodes.enumerated() {
            switch node.source {
            case .input: values.append(rest.removeFirst())
            case .constant(let tensor): values.append(tensor)
            case .operation(let operation):
                let arguments = node.inputs.map { values[$0.index] }
                if let sums = fused(index) ?? terms[index] {
                    values.append(try result(sums, fusedInputs(index, values, sums) ?? arguments, node.type))
                } else if let loop = operation as? Iterate {
                    values.append(try result(loop, arguments, node.type))
                } else {
                    values.append(try Folding.value(of: operation, arguments, node.type))
                }
            }
        }
        return values
    }

    /// The sums of each step in an order of their own.
    private mutating func result(_ loop: Iterate, _ inputs: [Tensor], _ type: TensorType) throws -> Tensor {
        var states = [inputs[0]]
        for step in 0..<loop.times {
            var arguments = [states[step]]
            for (place, input) in inputs.enumerated().dropFirst() {
                arguments.append(place <= loop.scanned ? try input.row(step) : input)
            }
            var body = Disorder(loop.body, seed: random.next())
            states.append(try body.values(arguments)[loop.body.outputs[0].value.index])
        }
        let kept = loop.result == .trace ? states : [states[loop.times]]
        return try Tensor(type, rounding: kept.flatMap(\.doubles))
    }

    /// An addition to a product without a bias may be part of the product's sum.
    private mutating func fused(_ index: Int) -> Terms? {
        guard let (product, other) = product(index), random.chance(0.6), let terms = terms[product.index],
            terms.activation == .none
        else { return nil }
        let offset = graph.nodes[product.index].inputs.reduce(0) { $0 + graph.shape(of: $1).count }
        let (shape, added) = (graph.nodes[index].type.shape, graph.shape(of: other))
        let table = Shape.walk(shape, steps: added.steps(in: shape))
        return Terms(terms.sums.enumerated().map { [Term(first: offset + Int(table[$0]))] + $1 })
    }

    private func fusedInputs(_ index: Int, _ values: [Tensor], _ sums: Terms) -> [Tensor]? {
        guard sums.isFused, let (product, other) = product(index) else { return nil }
        return (graph.nodes[product.index].inputs + [other]).map { values[$0.index] }
    }

    /// The two sides of an addition, if one is a product of the same shape.
    private func product(_ index: Int) -> (Value, Value)? {
        let node = graph.nodes[index]
        guard case .operation(let operation) = node.source, (operation as? Binary)?.kind == .add else { return nil }
        for (place, other) in [(0, 1), (1, 0)] {
            guard case .operation(let operation) = graph.nodes[node.inputs[place].index].source,
                graph.type(of: node.inputs[place]) == node.type
            else { continue }
            switch operation {
            case let dense as Dense where dense.bias == nil: return (node.inputs[place], node.inputs[other])
            case is MatMul where graph.constant(of: node.inputs[other]) != nil && node.type.element.isReal:
                return (node.inputs[place], node.inputs[other])
            default: continue
            }
        }
        return nil
    }

    private mutating func result(_ terms: Terms, _ inputs: [Tensor], _ type: TensorType) throws -> Tensor {
        var elements = inputs.flatMap(\.doubles)
        if terms.before == .absolute { elements = elements.map(\.magnitude) }
        let sums: [Double] =
            switch type.element {
            case .float32: terms.sums.map { Double(sum($0, elements, as: Float.self)) }
            case .float64: terms.sums.map { sum($0, elements, as: Double.self) }
            case .int64, .bool: terms.sums.map { sum($0, elements, as: Double.self) }
            }
        var values = try Tensor(
            type, rounding: zip(sums, terms.divisors ?? sums.map { _ in 1 }).map { quotient($0, $1, type) })
        if let after = terms.after { values = try Folding.value(of: Unary(after), [values], type) }
        switch terms.activation {
        case .none: return values
        case .relu: return try Folding.value(of: Unary(.relu), [values], type)
        case .leakyRelu(let slope): return try Folding.value(of: Unary(.leakyRelu(slope: slope)), [values], type)
        case .clip(let lower, let upper):
            return try Folding.value(of: Unary(.clip(lower: lower, upper: upper)), [values], type)
        }
    }

    private func quotient(_ sum: Double, _ divisor: Double, _ type: TensorType) -> Double {
        type.element == .float32 ? Double(Float(sum) / Float(divisor)) : sum / divisor
    }
}

extension Disorder {
    private mutating func sum<Number: BinaryFloatingPoint>(
        _ terms: [Term], _ elements: [Double], as: Number.Type
    ) -> Number {
        let pairs = (random.chance(0.8) ? random.shuffled(terms) : terms).map { term -> (Number, Number) in
            let first = term.first < 0 ? term.constant : elements[term.first]
            return (Number(first), term.second < 0 ? 1 : Number(elements[term.second]))
        }
        switch random.below(3) {
        case 0: return chain(pairs[...])
        case 1:
            let size = 1 + random.below(4)
            let parts = stride(from: 0, to: pairs.count, by: size).map { start in
                chain(pairs[start..<min(start + size, pairs.count)])
            }
            return parts.reduce(0, +)
        default: return tree(pairs[...])
        }
    }

    private mutating func chain<Number: BinaryFloatingPoint>(_ pairs: ArraySlice<(Number, Number)>) -> Number {
        let isFused = random.chance(0.5)
        var sum: Number = 0
        for (first, second) in pairs { sum = isFused ? sum.addingProduct(first, second) : sum + first * second }
        return sum
    }

    private mutating func tree<Number: BinaryFloatingPoint>(_ pairs: ArraySlice<(Number, Number)>) -> Number {
        if pairs.count < 3 { return chain(pairs) }
        let cut = pairs.startIndex + 1 + random.below(pairs.count - 1)
        return tree(pairs[..<cut]) + tree(pairs[cut...])
    }
}

extension Terms {
    /// A product whose sum has one more term, which begins it.
    init(_ sums: [[Term]]) {
        self.sums = sums
        isFused = true
    }
}
