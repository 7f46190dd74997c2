/// What has to be shown: that some numbers are not negative, joined by and and or.
indirect enum Condition: Sendable {
    case always, never
    /// One occurrence of a comparison, numbered in the order of reading.
    case part(Int)
    case all([Condition])
    case any([Condition])

    /// A number that has to be at least 0, or above 0.
    struct Part: Sendable, Hashable {
        enum Limit: UInt8, Sendable { case atLeastZero, aboveZero }

        let gate: Int
        let limit: Limit

        func holds(in range: Enclosure) -> Bool {
            guard range.isFinite else { return false }
            return limit == .aboveZero ? range.lower > 0 : range.lower >= 0
        }
    }

    /// The conditions that all have to hold, none of which is such a list.
    var conditions: [Condition] {
        if case .all(let parts) = self { parts.flatMap(\.conditions) } else { [self] }
    }

    /// Whether it follows from some of its parts.
    func follows(from parts: Set<Int>) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .part(let number): parts.contains(number)
        case .all(let conditions): conditions.allSatisfy { $0.follows(from: parts) }
        case .any(let conditions): conditions.contains { $0.follows(from: parts) }
        }
    }
}

/// Reads a gate as a condition: it is not negative exactly where the condition holds.
///
/// The least of some is not negative where all are, the greatest where any is, a margin of a comparison where the
/// comparison holds; a margin compared with zero is denied. Parts are numbered as they are met, each time they are met.
struct ConditionReading {
    private(set) var circuit: Circuit
    private(set) var parts: [Condition.Part] = []
    private var differences: [Pair: Int] = [:]
    private var kinds: [Int: Kind] = [:]
    private var depth = 0

    private static let greatestDepth = 2000
    private static let greatestParts = 1 << 20

    private struct Pair: Hashable {
        let first, second: Int
    }

    init(_ circuit: Circuit) { self.circuit = circuit }

    mutating func condition(_ gate: Int) throws(Unsupported) -> Condition { try read(gate, .notNegative) }

    private enum Sense { case notNegative, negative, notPositive }

    private mutating func read(_ gate: Int, _ sense: Sense) throws(Unsupported) -> Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.greatestDepth else { throw Unsupported("a claim nested too deeply") }
        switch circuit.gates[gate] {
        case .constant(let value):
            let holds =
                switch sense {
                case .notNegative: value >= 0
                case .negative: value < 0
                case .notPositive: value <= 0
                }
            return holds ? .always : .never
        case .extremum(let extremum, let inputs)
        where sense != .notPositive && (isEveryOne(extremum, sense) || worst(inputs) != .any):
            var conditions: [Condition] = []
            for input in inputs { conditions.append(try read(input, sense)) }
            return isEveryOne(extremum, sense) ? .all(conditions) : .any(conditions)
        case .compare(let first, let second, let order) where sense != .notPositive:
            return try comparison(first, second, order, sense)
        default:
            switch sense {
            case .notNegative: return try part(gate, .atLeastZero)
            case .negative: return try part(try negated(gate), .aboveZero)
            case .notPositive: return try part(try negated(gate), .atLeastZero)
            }
        }
    }

    private func isEveryOne(_ extremum: Gate.Extremum, _ sense: Sense) -> Bool {
        (extremum == .least) == (sense == .notNegative)
    }

    private enum Kind { case finite, number, any }

    /// Whether a number may be NaN, or only infinite: the greatest of some is NaN where one is, whatever the others are.
    private mutating func kind(of gate: Int) -> Kind {
        if let known = kinds[gate] { return known }
        let result: Kind
        switch circuit.gates[gate] {
        case .coordinate: result = .finite
        case .constant(let value): result = value.isFinite ? .finite : value.isNaN ? .any : .number
        case .compare: result = .number
        case .leaf(let tree, _): result = circuit.trees[tree].isFinite ? .finite : .any
        case .curve(.relu, let source, _), .curve(.absolute, let source, _), .curve(.clip, let source, _):
            result = kind(of: source)
        case .extremum(_, let sources): result = worst(sources)
        case .sum(let places, let offset, let allowance):
            let worst = worst(places.map { Int(circuit.terms[$0].source) })
            let isPlain = offset == 0 && places.allSatisfy { circuit.terms[$0].weight.magnitude == 1 }
            // Infinities may cancel; two finite numbers do not, nor does one that is only turned.
            result =
                !isPlain || places.count > 2
                ? .any : places.count == 1 && allowance == .exact ? worst : worst == .finite ? .number : .any
        case .curve, .product, .entry: result = .any
        }
        kinds[gate] = result
        return result
    }

    private mutating func worst(_ gates: [Int]) -> Kind {
        var worst = Kind.finite
        for gate in gates {
            switch kind(of: gate) {
            case .finite: continue
            case .number: worst = .number
            case .any: return .any
            }
        }
        return worst
    }

    private mutating func comparison(
        _ first: Int, _ second: Int, _ order: Gate.Order, _ sense: Sense
    ) throws(Unsupported) -> Condition {
        guard sense == .notNegative else {
            return try part(try difference(first, second), order == .less ? .atLeastZero : .aboveZero)
        }
        if isZero(second) { return try read(first, order == .less ? .negative : .notPositive) }
        if isZero(first), order == .lessOrEqual { return try read(second, .notNegative) }
        return try part(try difference(second, first), order == .less ? .aboveZero : .atLeastZero)
    }

    private func isZero(_ gate: Int) -> Bool { circuit.constant(Int32(gate)) == 0 }

    private mutating func part(_ gate: Int, _ limit: Condition.Part.Limit) throws(Unsupported) -> Condition {
        guard parts.count < Self.greatestParts else { throw Unsupported("more than \(Self.greatestParts) comparisons") }
        parts.append(Condition.Part(gate: gate, limit: limit))
        return .part(parts.count - 1)
    }

    private mutating func negated(_ gate: Int) throws(Unsupported) -> Int {
        try shared(Pair(first: -1, second: gate), [.init(source: Int32(gate), weight: -1)])
    }

    /// first - second, exactly: a comparison does not round.
    private mutating func difference(_ first: Int, _ second: Int) throws(Unsupported) -> Int {
        if isZero(second) { return first }
        return try shared(
            Pair(first: first, second: second),
            [.init(source: Int32(first), weight: 1), .init(source: Int32(second), weight: -1)])
    }

    private mutating func shared(_ pair: Pair, _ terms: [Gate.Term]) throws(Unsupported) -> Int {
        if let known = differences[pair] { return known }
        let gate = Int(try circuit.sum(terms, .exact, .any))
        differences[pair] = gate
        return gate
    }
}
