import Search
import Tensors

/// A number over a space of few points, drawn by chance: sums, products and choices in float64 and float32, of coordinates
/// of every kind.
struct RandomProperty {
    var graph = Graph()
    private(set) var space: Space
    private(set) var points: [[Double]] = []
    private var random: Chance
    private var values: [Value] = []

    init(seed: UInt64) throws {
        random = Chance(state: seed)
        space = RandomProperty.space(&random)
        points = space.everyPoint
        let x = try graph.input("x", TensorType(.float64, Shape([space.dimension])))
        values = [x]
        for _ in 0..<(2 + random.below(5)) { values.append(try next()) }
    }

    /// A scalar that depends on the coordinates, most of the time.
    mutating func number() throws -> Value {
        let value = values[values.count - 1 - random.below(min(2, values.count))]
        let flat = try graph.add(Reduce(random.below(2) == 0 ? .sum : .maximum), [value])
        return flat
    }

    private mutating func next() throws -> Value {
        let x = values[max(values.count - 1 - random.below(3), 0)]
        let count = graph.shape(of: x).count
        switch random.below(10) {
        case 0, 1: return try model(x, count)
        case 2:
            return try graph.add(
                Binary(random.pick([.add, .subtract, .multiply])), [x, x.itself(in: graph, values, &random)])
        case 3: return try graph.add(Unary(random.pick([.relu, .absolute, .square, .negate])), [x])
        case 4: return try graph.add(Unary(random.pick([.floor, .sign, .round])), [x])
        case 5:
            return try graph.add(
                Binary(random.pick([.minimum, .maximum])), [x, graph.number(random.number(), like: x)])
        case 6:
            let condition = try graph.add(Binary(.less), [x, graph.number(random.number().rounded(), like: x)])
            return try graph.add(Select(), [condition, x, graph.number(random.number(), like: x)])
        case 7: return try graph.add(Binary(.multiply), [x, graph.number(random.number(), like: x)])
        case 8: return try graph.add(Unary(random.pick([.hyperbolicTangent, .sigmoid, .sine])), [x])
        default:
            let divisor = try graph.add(Binary(.add), [graph.add(Unary(.square), [x]), graph.number(1, like: x)])
            return try graph.add(Binary(.divide), [x, divisor])
        }
    }

    /// One layer, in float32.
    private mutating func model(_ x: Value, _ count: Int) throws -> Value {
        let outputs = 1 + random.below(3)
        let weights = try Tensor(
            TensorType(.float32, Shape([outputs, count])),
            rounding: (0..<(outputs * count)).map { _ in random.number() })
        let narrow = try graph.add(Cast(to: .float32), [x])
        let layer = Dense(weights: weights, activation: random.below(2) == 0 ? .relu : .none)
        return try graph.add(Cast(to: .float64), [graph.add(layer, [narrow])])
    }

    private static func space(_ random: inout Chance) -> Space {
        let kinds: [CoordinateKind] = (0..<(1 + random.below(3))).map { _ in
            random.pick([.integer, .category, .real32, .real64])
        }
        let boxes = (0..<(1 + random.below(3))).map { _ in
            let ends = kinds.map { kind -> (Double, Double) in
                let start = random.number().rounded(to: kind)
                var end = start
                for _ in 0..<random.below(4) { end = end.next(kind) }
                return (start, end)
            }
            return Box(lower: ends.map(\.0), upper: ends.map(\.1))
        }
        return Space(kinds: kinds, boxes: boxes, reference: boxes[0].lower, variables: [])
    }
}

extension Value {
    /// A value of the same shape, if one comes up; else this one.
    fileprivate func itself(in graph: Graph, _ values: [Value], _ random: inout Chance) -> Value {
        let other = random.pick(values)
        return graph.shape(of: other) == graph.shape(of: self) ? other : self
    }
}

extension Double {
    fileprivate func rounded(to kind: CoordinateKind) -> Double {
        switch kind {
        case .real64: self
        case .real32: Double(Float(self))
        case .integer, .category: rounded()
        }
    }

    /// The next number of a kind.
    func next(_ kind: CoordinateKind) -> Double {
        switch kind {
        case .real64: nextUp
        case .real32: Double(Float(self).nextUp)
        case .integer, .category: self + 1
        }
    }
}

extension Space {
    /// All points of all boxes, each of which has few.
    var everyPoint: [[Double]] {
        boxes.flatMap { box -> [[Double]] in
            var points: [[Double]] = [[]]
            for coordinate in 0..<dimension {
                var values = [box.lower[coordinate]]
                while let last = values.last, last < box.upper[coordinate] {
                    values.append(last.next(kinds[coordinate]))
                }
                points = points.flatMap { point in values.map { point + [$0] } }
            }
            return points
        }
    }
}

/// Chance; the same for the same seed.
struct Chance {
    var state: UInt64

    mutating func below(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state ^ (state >> 29)) >> 33) % max(count, 1)
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// Between -3 and 3, often a whole number.
    mutating func number() -> Double {
        below(3) == 0 ? Double(below(7) - 3) : Double(below(6_000_001) - 3_000_000) / 1_000_000
    }
}
