/// The expressions of a graph's numbers, each listed once.
struct Expressions {
    /// Deeper ones, and more of them, are opaque.
    private static let greatestDepth = 200
    private static let greatestCount = 1 << 18

    let graph: Graph
    private(set) var all: [Expression] = []
    /// Where bounds of each are found, if it is a number of the graph.
    private(set) var origins: [GraphElement?] = []
    /// What holds where a condition does, and where it does not.
    private(set) var conditions: [(met: [Inequality], unmet: [Inequality])] = []
    private var known: [Expression: Int] = [:]
    private var read: [GraphElement: Int] = [:]
    private var conditionNumbers: [GraphElement: Int] = [:]
    private var depth = 0

    init(_ graph: Graph) { self.graph = graph }

    /// The two sides of a margin that has to be at least 0, or above it: of a comparison, or 0 and the number.
    mutating func inequality(_ margin: GraphElement, isStrict: Bool) -> Inequality {
        if case .element(let element) = graph.origin(of: margin), let sides = sides(of: element) {
            return Inequality(lesser: sides.lesser, greater: sides.greater, isStrict: isStrict || sides.isStrict)
        }
        return Inequality(lesser: constant(0), greater: number(margin), isStrict: isStrict)
    }

    private mutating func sides(of element: GraphElement) -> Inequality? {
        guard let compare = operation(of: element) as? Compare else { return nil }
        let operands = graph.operands(of: element)
        return Inequality(
            lesser: number(operands[0]), greater: number(operands[1]), isStrict: compare.relation == .less)
    }

    /// The expression of an element.
    mutating func number(_ element: GraphElement) -> Int {
        if let known = read[element] { return known }
        depth += 1
        defer { depth -= 1 }
        let result: Int
        switch graph.origin(of: element) {
        case .constant(let value): result = constant(value)
        case .element(let origin) where origin != element: result = number(origin)
        case .element(let origin): result = made(origin) ?? add(.opaque(origin), origin)
        }
        read[element] = result
        return result
    }

    private func operation(of element: GraphElement) -> (any Operator)? {
        if case .operation(let operation) = graph.nodes[element.value.index].source { operation } else { nil }
    }

    /// nil for what is opaque.
    private mutating func made(_ element: GraphElement) -> Int? {
        guard depth < Expressions.greatestDepth, all.count < Expressions.greatestCount,
            let operation = operation(of: element)
        else { return nil }
        switch operation {
        case let unary as Unary: return function(unary.kind, element)
        case let binary as Binary: return binaryNumber(binary.kind, element)
        case let cast as Cast: return converted(cast.element, element)
        case let reduce as Reduce: return reduced(reduce, element)
        case is Select: return chosen(element)
        case is GatherRows: return extremeRow(element)
        case let quantile as Quantile: return ordered(element, along: quantile.axis.map { [$0] })
        case let sort as Sort where sort.wanted == .elements && graph.type(of: element.value).shape.rank == 1:
            return ordered(GraphElement(element.value, 0), along: nil, at: element)
        default: return nil
        }
    }

    // MARK: operators

    private mutating func function(_ kind: Unary.Kind, _ element: GraphElement) -> Int? {
        let x = number(GraphElement(graph.nodes[element.value.index].inputs[0], element.place))
        let type = graph.type(of: element.value).element
        switch kind {
        case .negate: return negated(x, element)
        case .absolute: return extremum(.greatest, [x, negated(x, nil)], element)
        case .relu: return extremum(.greatest, [x, constant(0)], element)
        case .clip(let lower, let upper) where lower <= upper && type != .float32:
            return extremum(
                .least, [extremum(.greatest, [x, constant(lower)], nil), constant(upper)], element)
        case .square where type == .float64: return add(.product(x, x), element)
        case .floor, .ceiling, .round, .sign, .rounded: return add(.rising(.curve(kind), x), element)
        case .squareRoot where type == .float64: return add(.rising(.curve(kind), x), element)
        case .leakyRelu(let slope) where slope >= 0 && type == .float64:
            return add(.rising(.curve(kind), x), element)
        default: return nil
        }
    }

    private mutating func binaryNumber(_ kind: Binary.Kind, _ element: GraphElement) -> Int? {
        let operands = graph.operands(of: element)
        switch kind {
        case .minimum: return extremum(.least, operands.map { number($0) }, element)
        case .maximum: return extremum(.greatest, operands.map { number($0) }, element)
        case .add, .subtract, .multiply, .divide:
            guard graph.type(of: element.value).element == .float64 else { return nil }
            let (a, b) = (number(operands[0]), number(operands[1]))
            return switch kind {
            case .add: sum(a, b, element)
            case .subtract: difference(a, b, element)
            case .multiply: product(a, b, element)
            default: all[b] == .constant(1) ? a : add(.quotient(a, b), element)
            }
        case .power:
            guard graph.type(of: element.value).element == .float64, let exponent = operands.last,
                case .constant(2) = graph.origin(of: exponent)
            else { return nil }
            let x = number(operands[0])
            return product(x, x, element)
        default: return nil
        }
    }

    private mutating func converted(_ type: ElementType, _ element: GraphElement) -> Int? {
        let input = graph.nodes[element.value.index].inputs[0]
        let x = number(GraphElement(input, element.place))
        switch (graph.type(of: input).element, type) {
        case (.float32, .float64), (.int64, .float64), (.bool, .float64), (.bool, .int64): return x
        case (let source, _) where source == type: return x
        case (_, .float32), (_, .int64): return add(.rising(.cast(type), x), element)
        default: return nil
        }
    }

    private mutating func reduced(_ reduce: Reduce, _ element: GraphElement) -> Int? {
        guard let members = try? graph.members(of: element, reduce), !members.isEmpty else { return nil }
        let isWide = graph.type(of: element.value).element == .float64
        let input = graph.shape(of: graph.nodes[element.value.index].inputs[0])
        switch reduce.kind {
        case .maximum: return extremum(.greatest, members.map { number($0) }, element)
        case .minimum: return extremum(.least, members.map { number($0) }, element)
        case .linf: return extremum(.greatest, members.map { size(number($0)) }, element)
        case .sum,
            .mean where isWide:
            let parts = members.map { number($0) }
            return parts.count == 1 ? parts[0] : add(.total(parts, reduce.kind, input), element)
        case .l1 where isWide:
            let sizes = members.map { size(number($0)) }
            return sizes.count == 1 ? sizes[0] : add(.total(sizes, .sum, input), element)
        default: return nil
        }
    }

    /// One of some elements in order, or what lies between two of them.
    private mutating func ordered(
        _ element: GraphElement, along axes: [Int]?, at origin: GraphElement? = nil
    ) -> Int? {
        let line = Reduce(.maximum, axes: axes, .dropped)
        guard let members = try? graph.members(of: element, line), !members.isEmpty else { return nil }
        let parts = Set(members.map { number($0) }).sorted()
        let origin = origin ?? element
        return parts.count == 1 ? parts[0] : add(.between(parts, origin), origin)
    }

    private mutating func size(_ x: Int) -> Int { extremum(.greatest, [x, negated(x, nil)], nil) }

    private mutating func chosen(_ element: GraphElement) -> Int? {
        let operands = graph.operands(of: element)
        let (first, second) = (number(operands[1]), number(operands[2]))
        return first == second ? first : add(.choice(condition(operands[0]), first, second), element)
    }

    /// A vector's element where its largest, or smallest, is.
    private mutating func extremeRow(_ element: GraphElement) -> Int? {
        let inputs = graph.nodes[element.value.index].inputs
        let shape = graph.shape(of: inputs[0])
        guard shape.rank == 1, let choice = place(GraphElement(inputs[1], element.place), count: shape.count),
            let extremum = operation(of: choice) as? ArgExtremum
        else { return nil }
        let scores = graph.nodes[choice.value.index].inputs[0]
        guard graph.shape(of: scores).rank == 1, graph.shape(of: scores).count == shape.count else { return nil }
        let own = (0..<shape.count).map { number(GraphElement(scores, $0)) }
        guard own == (0..<shape.count).map({ number(GraphElement(inputs[0], $0)) }) else { return nil }
        return self.extremum(extremum.kind == .max ? .greatest : .least, own, element)
    }

    /// What an index into so many rows is, before it is converted and kept among them.
    private func place(_ index: GraphElement, count: Int) -> GraphElement? {
        guard case .element(let element) = graph.origin(of: index) else { return nil }
        let inner = { GraphElement(graph.nodes[element.value.index].inputs[0], element.place) }
        switch operation(of: element) {
        case is Cast: return place(inner(), count: count)
        case let unary as Unary where unary.kind == .clip(lower: 0, upper: Double(count - 1)):
            return place(inner(), count: count)
        default: return element
        }
    }

    // MARK: conditions

    private mutating func condition(_ element: GraphElement) -> Int {
        if let known = conditionNumbers[element] { return known }
        let facts = (met: facts(element, holds: true), unmet: facts(element, holds: false))
        conditions.append(facts)
        conditionNumbers[element] = conditions.count - 1
        return conditions.count - 1
    }

    /// What follows for the order of numbers from a truth value.
    private mutating func facts(_ truth: GraphElement, holds: Bool) -> [Inequality] {
        guard case .element(let element) = graph.origin(of: truth) else { return [] }
        switch operation(of: element) {
        case is Cast:
            return facts(GraphElement(graph.nodes[element.value.index].inputs[0], element.place), holds: holds)
        case is Truth:
            return marginFacts(GraphElement(graph.nodes[element.value.index].inputs[0], element.place), holds: holds)
        case let binary as Binary:
            let operands = graph.operands(of: element)
            switch binary.kind {
            case .and where holds, .or where !holds: return operands.flatMap { facts($0, holds: holds) }
            case .less, .lessOrEqual, .greater, .greaterOrEqual:
                let isFirst = binary.kind == .less || binary.kind == .lessOrEqual
                let (lesser, greater) = isFirst ? (operands[0], operands[1]) : (operands[1], operands[0])
                let isStrict = binary.kind == .less || binary.kind == .greater
                let own = Inequality(lesser: number(lesser), greater: number(greater), isStrict: isStrict)
                return [holds ? own : own.denied]
            default: return []
            }
        default: return []
        }
    }

    /// The same from a margin that is negative, or not.
    private mutating func marginFacts(_ margin: GraphElement, holds: Bool) -> [Inequality] {
        guard case .element(let element) = graph.origin(of: margin) else { return [] }
        if let sides = sides(of: element) { return [holds ? sides : sides.denied] }
        guard let binary = operation(of: element) as? Binary,
            binary.kind == (holds ? .minimum : .maximum)
        else { return [] }
        return graph.operands(of: element).flatMap { marginFacts($0, holds: holds) }
    }

    // MARK: making

    private enum Extremum { case least, greatest }

    private mutating func add(_ expression: Expression, _ origin: GraphElement?) -> Int {
        if let number = known[expression] {
            if origins[number] == nil { origins[number] = origin }
            return number
        }
        all.append(expression)
        origins.append(origin)
        known[expression] = all.count - 1
        return all.count - 1
    }

    mutating func constant(_ value: Double) -> Int { add(.constant(value == 0 ? 0 : value), nil) }

    private mutating func extremum(_ kind: Extremum, _ parts: [Int], _ origin: GraphElement?) -> Int {
        var members: Set<Int> = []
        for part in parts {
            switch (kind, all[part]) {
            case (.least, .least(let inner)), (.greatest, .greatest(let inner)): members.formUnion(inner)
            default: members.insert(part)
            }
        }
        let sorted = members.sorted()
        if sorted.count == 1 { return sorted[0] }
        return add(kind == .least ? .least(sorted) : .greatest(sorted), origin)
    }

    /// Rounding is symmetric: -(a - b) is b - a.
    private mutating func negated(_ x: Int, _ origin: GraphElement?) -> Int {
        switch all[x] {
        case .constant(let value): return constant(-value)
        case .negated(let inner): return inner
        case .difference(let a, let b): return difference(b, a, origin)
        case .least(let parts): return extremum(.greatest, parts.map { negated($0, nil) }, origin)
        case .greatest(let parts): return extremum(.least, parts.map { negated($0, nil) }, origin)
        default: return add(.negated(x), origin)
        }
    }

    private mutating func sum(_ a: Int, _ b: Int, _ origin: GraphElement) -> Int {
        if all[a] == .constant(0) { return b }
        if all[b] == .constant(0) { return a }
        if case .negated(let inner) = all[b] { return difference(a, inner, origin) }
        if case .negated(let inner) = all[a] { return difference(b, inner, origin) }
        return add(.sum(min(a, b), max(a, b)), origin)
    }

    private mutating func difference(_ a: Int, _ b: Int, _ origin: GraphElement?) -> Int {
        if all[b] == .constant(0) { return a }
        if all[a] == .constant(0) { return negated(b, origin) }
        if case .negated(let inner) = all[b] { return add(.sum(min(a, inner), max(a, inner)), origin) }
        return add(.difference(a, b), origin)
    }

    private mutating func product(_ a: Int, _ b: Int, _ origin: GraphElement) -> Int {
        for (factor, other) in [(a, b), (b, a)] {
            if all[factor] == .constant(1) { return other }
            if all[factor] == .constant(-1) { return negated(other, origin) }
        }
        return add(.product(min(a, b), max(a, b)), origin)
    }
}
