import Tensors

/// Reads a margin graph as a claim: the margin is not negative exactly where the claim holds.
///
/// Minimum and maximum at the top are and and or, a comparison is a difference; whatever else is a scalar that has to be at
/// least 0. Differences are added to the graph.
struct ClaimReading {
    private(set) var graph: Graph
    private(set) var leaves: [Claim.Leaf] = []
    private var numbers: [Claim.Leaf: Int] = [:]

    init(_ graph: Graph) { self.graph = graph }

    mutating func claim(_ margin: Value) throws(ShapeError) -> Claim { try nonnegative(margin) }

    private enum Sense { case nonnegative, negative }

    private mutating func parts(_ values: [Value], _ sense: Sense) throws(ShapeError) -> [Claim] {
        var claims: [Claim] = []
        for value in values { claims.append(try sense == .nonnegative ? nonnegative(value) : negative(value)) }
        return claims
    }

    /// The claim that a scalar is at least 0.
    private mutating func nonnegative(_ value: Value) throws(ShapeError) -> Claim {
        if let constant = graph.constant(of: value)?.doubles.first { return constant >= 0 ? .always : .never }
        guard case .operation(let operation) = graph.nodes[value.index].source else { return leaf(value, .atLeastZero) }
        let inputs = graph.nodes[value.index].inputs
        switch operation {
        case let binary as Binary where binary.kind == .minimum: return .all(try parts(inputs, .nonnegative))
        case let binary as Binary where binary.kind == .maximum: return .any(try parts(inputs, .nonnegative))
        case let reduce as Reduce where reduce.kind == .minimum || reduce.kind == .maximum:
            let parts = try parts(elements(inputs[0]), .nonnegative)
            return reduce.kind == .minimum ? .all(parts) : .any(parts)
        case is Rearrange where inputs.count == 1 && graph.shape(of: inputs[0]).count == 1:
            return try nonnegative(inputs[0])
        case let compare as Compare:
            // A margin compared with zero is a claim of its own, denied.
            if isZero(inputs[1]) { return try compare.relation == .less ? negative(inputs[0]) : nonpositive(inputs[0]) }
            if isZero(inputs[0]), compare.relation == .lessOrEqual { return try nonnegative(inputs[1]) }
            return leaf(try difference(inputs[1], inputs[0]), compare.relation == .less ? .aboveZero : .atLeastZero)
        case let answer as ArgIs:
            return try self.answer(answer, inputs) ?? leaf(value, .atLeastZero)
        default: return leaf(value, .atLeastZero)
        }
    }

    /// The claim that a scalar is below 0.
    private mutating func negative(_ value: Value) throws(ShapeError) -> Claim {
        if let constant = graph.constant(of: value)?.doubles.first { return constant < 0 ? .always : .never }
        if case .operation(let operation) = graph.nodes[value.index].source {
            let inputs = graph.nodes[value.index].inputs
            switch operation {
            case let binary as Binary where binary.kind == .minimum:
                return .any(try parts(inputs, .negative))
            case let binary as Binary where binary.kind == .maximum:
                return .all(try parts(inputs, .negative))
            case let reduce as Reduce where reduce.kind == .minimum || reduce.kind == .maximum:
                let parts = try parts(elements(inputs[0]), .negative)
                return reduce.kind == .minimum ? .any(parts) : .all(parts)
            case let compare as Compare:
                return leaf(
                    try difference(inputs[0], inputs[1]), compare.relation == .less ? .atLeastZero : .aboveZero)
            case let answer as ArgIs:
                let opposite = ArgIs(answer.extremum, answer.polarity == .positive ? .negative : .positive)
                if let claim = try self.answer(opposite, inputs) { return claim }
            default: break
            }
        }
        return leaf(try graph.add(Unary(.negate), [value]), .aboveZero)
    }

    private mutating func nonpositive(_ value: Value) throws(ShapeError) -> Claim {
        if let constant = graph.constant(of: value)?.doubles.first { return constant <= 0 ? .always : .never }
        return leaf(try graph.add(Unary(.negate), [value]), .atLeastZero)
    }

    /// argmax(y) == c: y[c] leads every other, ties to the lowest index.
    private mutating func answer(_ answer: ArgIs, _ inputs: [Value]) throws(ShapeError) -> Claim? {
        guard let chosen = graph.constant(of: inputs[1])?.integers?.first else { return nil }
        let scores = try elements(inputs[0])
        let isPositive = answer.polarity == .positive
        guard chosen >= 0, chosen < scores.count else { return isPositive ? .never : .always }
        var parts: [Claim] = []
        for other in scores.indices where other != Int(chosen) {
            let ahead = (answer.extremum == .max) == isPositive ? (Int(chosen), other) : (other, Int(chosen))
            let isStrict = (other < chosen) == isPositive
            parts.append(
                leaf(try difference(scores[ahead.0], scores[ahead.1]), isStrict ? .aboveZero : .atLeastZero))
        }
        return isPositive ? .all(parts) : .any(parts)
    }

    private mutating func leaf(_ value: Value, _ strictness: Claim.Leaf.Strictness) -> Claim {
        let leaf = Claim.Leaf(value: value, strictness: strictness)
        if let number = numbers[leaf] { return .leaf(number) }
        numbers[leaf] = leaves.count
        leaves.append(leaf)
        return .leaf(leaves.count - 1)
    }

    /// a - b, as a margin: its sign is exact, whatever a difference that is computed would be rounded to.
    private mutating func difference(_ a: Value, _ b: Value) throws(ShapeError) -> Value {
        let result = isZero(b) ? a : try graph.add(Compare(.lessOrEqual), [b, a])
        return try graph.add(Rearrange.reshape(graph.shape(of: result), to: .scalar), [result])
    }

    private func isZero(_ value: Value) -> Bool {
        guard let tensor = graph.constant(of: value) else { return false }
        return tensor.count == 1 && tensor.doubles[0] == 0
    }

    private mutating func elements(_ value: Value) throws(ShapeError) -> [Value] {
        let shape = graph.shape(of: value)
        let flat = try graph.add(Rearrange.reshape(shape, to: Shape([shape.count])), [value])
        var result: [Value] = []
        for index in 0..<shape.count {
            let one = try graph.add(Rearrange.slice(graph.shape(of: flat), axis: 0, from: index, count: 1), [flat])
            result.append(try graph.add(Rearrange.reshape(graph.shape(of: one), to: .scalar), [one]))
        }
        return result
    }
}
