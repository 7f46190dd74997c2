import Foundation
import Search
import Tensors
import Testing

@testable import Proof

/// Random comparisons of numbers that are often equal, held against many points: what is proved holds in each of them.
/// `GAINSAY_ORDERINGS=10000` sets how many graphs.
@Suite struct OrderingTests {
    @Test func noOrderIsWrong() throws {
        let asked = ProcessInfo.processInfo.environment["GAINSAY_ORDERINGS"].flatMap(UInt64.init)
        var (proved, tight) = (0, 0)
        for seed in 1...(asked ?? 60) {
            var property = try RandomComparisons(seed: seed)
            for number in 0..<12 {
                let margin = try property.claim()
                let objective = try MarginObjective(property.space, property.graph, margin)
                var prover = try Prover(objective, graph: property.graph, margin: margin)
                prover.regionLimit = 3
                guard case .proved = prover.prove() else { continue }
                let margins = property.points.map { objective.margin(at: $0) }
                #expect(margins.allSatisfy { $0 >= 0 }, "seed \(seed), claim \(number): proved, but it does not hold")
                proved += 1
                if margins.contains(0) { tight += 1 }
            }
        }
        #expect(tight > (asked.map(Int.init) ?? 60) / 2)
        if asked != nil { print("\(proved) proved, \(tight) of them with equality") }
    }
}

/// Numbers made of three coordinates and constants by all that orders are told from, and of what is not known or not finite.
private struct RandomComparisons {
    var graph = Graph()
    let space: Space
    private(set) var points: [[Double]] = []
    private var chance: Chance
    private var numbers: [Value] = []
    private var truths: [Value] = []

    private static let ends: [Double] = [-2, -1, -0.3, -0.1, 0, 0.1, 0.3, 0.5, 1, 1.0000000000000002, 3]

    init(seed: UInt64) throws {
        chance = Chance(state: seed)
        var bounds: [(Double, Double)] = []
        for _ in 0..<3 {
            let (first, second) = (chance.pick(Self.ends), chance.pick(Self.ends))
            bounds.append((min(first, second), max(first, second)))
        }
        space = Space(.real64, bounds)
        for _ in 0..<400 { points.append(bounds.map { point($0) }) }
        let x = try graph.input("x", TensorType(.float64, [3]))
        for place in 0..<3 {
            let one = try graph.add(Rearrange.slice([3], axis: 0, from: place, count: 1), [x])
            numbers.append(try graph.add(Rearrange.reshape([1], to: .scalar), [one]))
        }
        for value in [0, 1, -1, 0.5, chance.pick(Self.ends)] { numbers.append(graph.constant(.scalar(value))) }
        truths.append(try compare())
        for _ in 0..<14 { numbers.append(try next()) }
        numbers.append(try graph.add(Reduce(chance.pick([.sum, .mean, .l1, .maximum, .linf])), [x]))
    }

    /// Ends, the numbers beside them, and what lies between.
    private mutating func point(_ bounds: (Double, Double)) -> Double {
        switch chance.below(6) {
        case 0: return bounds.0
        case 1: return bounds.1
        case 2: return min(bounds.0.nextUp, bounds.1)
        case 3: return max(bounds.1.nextDown, bounds.0)
        case 4:
            let inner = Self.ends.filter { $0 >= bounds.0 && $0 <= bounds.1 }
            return chance.pick(inner)
        default: return min(max(bounds.0 + (bounds.1 - bounds.0) * chance.number().magnitude, bounds.0), bounds.1)
        }
    }

    private mutating func number() -> Value { numbers[chance.below(numbers.count)] }

    private mutating func compare() throws -> Value {
        try graph.add(Compare(chance.below(2) == 0 ? .less : .lessOrEqual), [number(), number()])
    }

    private mutating func next() throws -> Value {
        switch chance.below(8) {
        case 6: return try ordered()
        case 0, 1, 2:
            let kinds: [Binary.Kind] = [.add, .subtract, .multiply, .divide, .minimum, .maximum, .maximum, .power]
            let kind = chance.pick(kinds)
            let second = kind == .power ? graph.constant(.scalar(2.0)) : number()
            return try graph.add(Binary(kind), [number(), second])
        case 3, 4:
            let kinds: [Unary.Kind] = [
                .negate, .absolute, .relu, .square, .squareRoot, .floor, .ceiling, .round, .sign,
                .clip(lower: 0, upper: 1), .leakyRelu(slope: 0.1), .exponential, .logarithm,
            ]
            return try graph.add(Unary(chance.pick(kinds)), [number()])
        case 5:
            let narrow = try graph.add(Cast(to: .float32), [number()])
            return try graph.add(Cast(to: .float64), [narrow])
        default:
            let margin = try compare()
            truths.append(margin)
            let holds = try graph.add(Cast(to: .bool), [graph.add(Truth(), [margin])])
            return try graph.add(Select(), [holds, number(), number()])
        }
    }

    /// A quantile of some numbers, or one of them in order.
    private mutating func ordered() throws -> Value {
        let one = try Shape([1])
        let parts = try (0..<3).map { _ in try graph.add(Rearrange.reshape(.scalar, to: one), [number()]) }
        let line = try graph.add(Rearrange.concatenate([one, one, one], axis: 0), parts)
        guard chance.below(2) == 0 else { return try graph.add(Quantile(chance.pick([0, 0.2, 0.5, 0.9, 1])), [line]) }
        let sorted = try graph.add(Sort(chance.pick([.ascending, .descending]), axis: 0), [line])
        let place = chance.below(3)
        let entry = try graph.add(Rearrange.slice([3], axis: 0, from: place, count: 1), [sorted])
        return try graph.add(Rearrange.reshape(one, to: .scalar), [entry])
    }

    /// A comparison, or one that follows from another, or an equality.
    mutating func claim() throws -> Value {
        let (a, b) = (number(), number())
        let atMost = try graph.add(Compare(chance.below(4) == 0 ? .less : .lessOrEqual), [a, b])
        switch chance.below(4) {
        case 0:
            // Of numbers that are made of the two.
            let kind = chance.pick([Binary.Kind.minimum, .maximum, .add, .multiply])
            let other = try graph.add(Binary(kind), [a, number()])
            return try graph.add(Compare(.lessOrEqual), chance.below(2) == 0 ? [a, other] : [other, a])
        case 1: return try graph.add(Binary(.maximum), [compare(), atMost])
        case 2:
            let second = try graph.add(Compare(.lessOrEqual), [b, a])
            return try graph.add(Binary(chance.below(2) == 0 ? .minimum : .maximum), [atMost, second])
        default: return atMost
        }
    }
}
