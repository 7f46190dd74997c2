import Tensors

/// Reads a margin graph as a claim, number by number: the margin is not negative exactly where the claim holds.
///
/// Minimum and maximum at the top are and and or, a comparison is a difference; whatever else is a scalar that has to be at
/// least 0, such as the maximum of what may be NaN. Differences are added to the graph.
struct ClaimReading {
    private(set) var graph: Graph
    private(set) var leaves: [Claim.Leaf] = []
    private var numbers: [Claim.Leaf: Int] = [:]
    private var scalars: [GraphElement: Value] = [:]
    private var definedness = Definedness()

    init(_ graph: Graph) { self.graph = graph }

    mutating func claim(_ margin: Value) throws(ShapeError) -> Claim { try nonnegative(GraphElement(margin, 0)) }

    private enum Sense { case nonnegative, negative }

    /// The claims of some numbers, joined; what is joined alike is one.
    private mutating func joined(_ joint: Claim.Joint, _ elements: [GraphElement], _ sense: Sense) throws(ShapeError)
        -> Claim
    {
        var claims: [Claim] = []
        for element in elements {
            claims.append(try sense == .nonnegative ? nonnegative(element) : negative(element))
        }
        return Claim(joint, claims)
    }

    /// The claim that any holds; nil where one may be NaN, and the whole with it.
    private mutating func any(_ elements: [GraphElement], _ sense: Sense) throws(ShapeError) -> Claim? {
        guard definedness.areNumbers(elements, in: graph) else { return nil }
        return try joined(.any, elements, sense)
    }

    /// The claim that a number is at least 0.
    private mutating func nonnegative(_ moved: GraphElement) throws(ShapeError) -> Claim {
        guard case .element(let element) = graph.origin(of: moved) else {
            return holds(moved) { $0 >= 0 }
        }
        switch operation(of: element) {
        case let binary as Binary where binary.kind == .minimum:
            return try joined(.all, graph.operands(of: element), .nonnegative)
        case let binary as Binary where binary.kind == .maximum:
            if let claim = try any(graph.operands(of: element), .nonnegative) { return claim }
        case let reduce as Reduce where reduce.kind == .minimum:
            return try joined(.all, graph.members(of: element, reduce), .nonnegative)
        case let reduce as Reduce where reduce.kind == .maximum:
            if let claim = try any(graph.members(of: element, reduce), .nonnegative) { return claim }
        case let compare as Compare:
            let sides = graph.operands(of: element)
            // A margin compared with zero is a claim of its own, denied.
            if isZero(sides[1]) { return try compare.relation == .less ? negative(sides[0]) : nonpositive(sides[0]) }
            if isZero(sides[0]), compare.relation == .lessOrEqual { return try nonnegative(sides[1]) }
            return leaf(
                try difference(sides[1], sides[0]), compare.relation == .less ? .aboveZero : .atLeastZero)
        case let answer as ArgIs:
            if let claim = try self.answer(answer, element) { return claim }
        default: break
        }
        return leaf(try scalar(element), .atLeastZero)
    }

    /// The claim that a number is below 0.
    private mutating func negative(_ moved: GraphElement) throws(ShapeError) -> Claim {
        guard case .element(let element) = graph.origin(of: moved) else {
            return holds(moved) { $0 < 0 }
        }
        switch operation(of: element) {
        case let binary as Binary where binary.kind == .minimum:
            if let claim = try any(graph.operands(of: element), .negative) { return claim }
        case let binary as Binary where binary.kind == .maximum:
            return try joined(.all, graph.operands(of: element), .negative)
        case let reduce as Reduce where reduce.kind == .maximum:
            return try joined(.all, graph.members(of: element, reduce), .negative)
        case let reduce as Reduce where reduce.kind == .minimum:
            if let claim = try any(graph.members(of: element, reduce), .negative) { return claim }
        case let compare as Compare:
            let sides = graph.operands(of: element)
            return leaf(
                try difference(sides[0], sides[1]), compare.relation == .less ? .atLeastZero : .aboveZero)
        case let answer as ArgIs:
            let opposite = ArgIs(answer.extremum, answer.polarity == .positive ? .negative : .positive)
            if let claim = try self.answer(opposite, element) { return claim }
        default: break
        }
        return leaf(try negated(element), .aboveZero)
    }

    private mutating func nonpositive(_ moved: GraphElement) throws(ShapeError) -> Claim {
        guard case .element(let element) = graph.origin(of: moved) else {
            return holds(moved) { $0 <= 0 }
        }
        return leaf(try negated(element), .atLeastZero)
    }

    private func holds(_ element: GraphElement, _ test: (Double) -> Bool) -> Claim {
        guard case .constant(let value) = graph.origin(of: element) else { return .never }
        return test(value) ? .always : .never
    }

    private func operation(of element: GraphElement) -> (any Operator)? {
        if case .operation(let operation) = graph.nodes[element.value.index].source { operation } else { nil }
    }

    /// argmax(y) == c: y[c] leads every other, ties to the lowest index.
    private mutating func answer(_ answer: ArgIs, _ element: GraphElement) throws(ShapeError) -> Claim? {
        let inputs = graph.nodes[element.value.index].inputs
        guard let chosen = graph.constant(of: inputs[1])?.integers?.first else { return nil }
        let scores = (0..<graph.shape(of: inputs[0]).count).map { GraphElement(inputs[0], $0) }
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
    private mutating func difference(_ a: GraphElement, _ b: GraphElement) throws(ShapeError) -> Value {
        try isZero(b) ? scalar(a) : graph.add(Compare(.lessOrEqual), [scalar(b), scalar(a)])
    }

    private mutating func negated(_ element: GraphElement) throws(ShapeError) -> Value {
        try graph.add(Unary(.negate), [scalar(element)])
    }

    private func isZero(_ element: GraphElement) -> Bool {
        if case .constant(0) = graph.origin(of: element) { true } else { false }
    }

    /// An element as a value of its own.
    private mutating func scalar(_ element: GraphElement) throws(ShapeError) -> Value {
        if let known = scalars[element] { return known }
        let shape = graph.shape(of: element.value)
        let flat = try graph.add(Rearrange.reshape(shape, to: Shape([shape.count])), [element.value])
        let one = try graph.add(
            Rearrange.slice(Shape([shape.count]), axis: 0, from: element.place, count: 1), [flat])
        let result =
            shape.rank == 0
            ? element.value : try graph.add(Rearrange.reshape(graph.shape(of: one), to: .scalar), [one])
        scalars[element] = result
        return result
    }
}
