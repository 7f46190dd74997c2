import Testing

@testable import Tensors

/// Interval rules, held against results for inputs inside the intervals.
@Suite struct EnclosureTests {
    @Test(arguments: Enclosed.all) func containResults(_ enclosed: Enclosed) throws {
        var noise = Noise(seed: 41)
        for _ in 0..<25 { try enclosed.expectContainment(&noise) }
    }

    @Test(arguments: Enclosed.all) func pointsGiveNearlyPoints(_ enclosed: Enclosed) throws {
        var noise = Noise(seed: 43)
        // Integers are divided without a remainder, and which they are is not known here.
        if (enclosed.operation as? Binary)?.kind == .divide { return }
        for _ in 0..<10 {
            let boxes = enclosed.boxes(&noise, width: 0)
            for range in try enclosed.bounds(boxes)[0] where range.lower.isFinite {
                let limit = 1e-5 + 1e-5 * max(range.lower.magnitude, range.upper.magnitude)
                #expect(range.upper - range.lower <= limit, "\(range)")
            }
        }
    }

    @Test func theUnknownStaysUnknown() throws {
        for enclosed in Enclosed.all {
            var noise = Noise(seed: 3)
            var boxes = enclosed.boxes(&noise, width: 0.5)
            for lane in boxes.indices {
                for input in boxes[lane].indices {
                    for element in boxes[lane][input].indices { boxes[lane][input][element] = (-.infinity, .infinity) }
                }
            }
            for range in try enclosed.bounds(boxes)[0] {
                if enclosed.isBounded { continue }
                #expect(range.lower == -.infinity && range.upper == .infinity, "\(enclosed.testDescription): \(range)")
            }
        }
    }

    @Test func whatIsCertainIsDecided() throws {
        #expect(try one(Binary(.less), [(0, 1), (2, 3)]) == (1, 1))
        #expect(try one(Binary(.less), [(2, 3), (0, 2)]) == (0, 0))
        #expect(try one(Binary(.less), [(0, 2), (2, 3)]) == (0, 1))
        #expect(try one(Binary(.lessOrEqual), [(0, 2), (2, 3)]) == (1, 1))
        #expect(try one(Binary(.equal), [(2, 2), (2, 2)]) == (1, 1))
        #expect(try one(Binary(.equal), [(0, 1), (2, 2)]) == (0, 0))
        #expect(try one(Binary(.modulo), [(7, 8), (5, 5)]) == (2, 3))
        #expect(try one(Binary(.modulo), [(7.5, 8), (5, 5)]).lower > 2.4)
        #expect(try one(Binary(.modulo), [(-7, 8), (5, 5)]) == (0, 5))
        #expect(try one(Binary(.remainder), [(-7, 3), (5, 5)]) == (-5, 3))
        #expect(try one(Binary(.power), [(0, 3), (1.5, 1.5)]).lower == 0)
        #expect(try one(Binary(.power), [(-1, 3), (1.5, 1.5)]).upper == .infinity)
        #expect(try one(Truth(), [(0, 1)]) == (1, 1))
        #expect(try one(Truth(), [(-1, -1e-300)]) == (0, 0))
        #expect(try one(Compare(.lessOrEqual), [(0, 1), (1, 2)]).lower == 0)
        #expect(try one(Compare(.less), [(0, 1), (1, 2)]).lower < 0)
        #expect(try one(Cast(to: .int64), [(-1.5, 2.5)]) == (-1, 2))
        #expect(try one(Cast(to: .bool), [(0.5, 2.5)]) == (1, 1))
    }

    /// The only element of a result, from scalars.
    private func one(_ operation: any Enclosing, _ inputs: [Ends]) throws -> Ends {
        let shapes = inputs.map { _ in [Int]() }
        let types = inputs.map { _ in ElementType.float64 }
        return try Enclosed("one", operation, shapes, types: types).bounds([inputs.map { [$0] }])[0][0]
    }
}

/// An operator with an interval rule, and what its inputs are.
struct Enclosed: CustomTestStringConvertible, Sendable {
    let name: String
    let operation: any Enclosing
    let shapes: [[Int]]
    let types: [ElementType]
    let range: ClosedRange<Double>

    init(
        _ name: String, _ operation: any Enclosing, _ shapes: [[Int]], types: [ElementType]? = nil,
        in range: ClosedRange<Double> = -2...2
    ) {
        (self.name, self.operation, self.shapes, self.range) = (name, operation, shapes, range)
        self.types = types ?? shapes.map { _ in .float64 }
    }

    var testDescription: String { name }

    /// Whether the result is bounded even where nothing is known of the inputs.
    var isBounded: Bool {
        operation is ArgExtremum || operation is Truth || (operation as? Sort)?.wanted == .places
            || (try? outputType.element) == .bool
    }

    var outputType: TensorType {
        get throws { try operation.resultType(of: inputTypes) }
    }

    private var inputTypes: [TensorType] {
        get throws { try zip(types, shapes).map { TensorType($0, try Shape($1)) } }
    }

    /// For two lanes, an interval for each element of each input.
    func boxes(_ noise: inout Noise, width: Double) -> [[[Ends]]] {
        (0..<2).map { _ in
            zip(shapes, types).map { shape, type in
                (0..<shape.reduce(1, *)).map { _ in interval(type, &noise, width: width) }
            }
        }
    }

    private func interval(_ type: ElementType, _ noise: inout Noise, width: Double) -> Ends {
        let center = noise.value(in: range)
        let reach = noise.value(in: 0...1) < 0.3 ? 0 : noise.value(in: 0...width)
        switch type {
        case .bool:
            let isOpen = width > 0 && noise.value(in: 0...1) < 0.5
            let value: Double = center > 0 ? 1 : 0
            return isOpen ? (0, 1) : (value, value)
        case .int64: return (center.rounded(.down), (center + reach * 2).rounded(.down))
        default: return (center, min(center + reach, range.upperBound))
        }
    }

    /// For each lane, those of the elements of the result.
    func bounds(_ boxes: [[[Ends]]]) throws -> [[Ends]] {
        let lanes = boxes.count
        let output = try Laned(outputType.shape, lanes)
        let inputs = try shapes.indices.map { input in
            let laned = Laned(try Shape(shapes[input]), lanes)
            for lane in 0..<lanes {
                for (element, range) in boxes[lane][input].enumerated() {
                    laned.bounds[element * lanes + lane] = range
                }
            }
            return laned
        }
        operation.enclose(inputs.map(\.bounds), output.bounds, lanes: lanes)
        return withExtendedLifetime(inputs) {
            (0..<lanes).map { lane in
                (0..<output.bounds.shape.count).map { output.bounds[$0 * lanes + lane] }
            }
        }
    }

    func expectContainment(_ noise: inout Noise) throws {
        let boxes = boxes(&noise, width: noise.value(in: 0...1) < 0.5 ? 0.1 : 1.5)
        let bounds = try bounds(boxes)
        var graph = Graph()
        let inputs = try inputTypes.enumerated().map { try graph.input("\($0)", $1) }
        let value = try graph.add(operation, inputs)
        let evaluator = try Evaluator(graph, outputs: [value])
        for lane in boxes.indices {
            let batch = try zip(shapes.indices, types).map { input, type in
                let points = (0..<24).flatMap { _ in boxes[lane][input].map { inside($0, type, &noise) } }
                return try Tensor(TensorType(type, Shape([24] + shapes[input])), rounding: points)
            }
            let results = try evaluator.run(batch)[0].doubles
            for (index, result) in results.map(standing).enumerated() {
                let range = bounds[lane][index % bounds[lane].count]
                let slack = result.isFinite ? 1e-12 * result.magnitude + 1e-300 : 0
                let isInside = result >= range.lower - slack && result <= range.upper + slack
                let isUnknown = range.lower == -.infinity && range.upper == .infinity
                try #require(isInside || isUnknown, "\(result) is outside \(range)")
            }
        }
    }

    /// A margin of a class that is none, or has no rivals, stands for its sign.
    private func standing(_ result: Double) -> Double {
        operation is ArgIs && result.isInfinite ? (result < 0 ? -1 : 1) : result
    }

    private func inside(_ range: Ends, _ type: ElementType, _ noise: inout Noise) -> Double {
        let share = min(max(noise.value(in: -0.3...1.3), 0), 1)
        let value = range.lower + share * (range.upper - range.lower)
        return type == .float64 ? min(max(value, range.lower), range.upper) : value.rounded()
    }
}

/// Memory for bounds.
private final class Laned {
    let bounds: LanedBounds

    init(_ shape: Shape, _ lanes: Int) {
        bounds = LanedBounds(
            lower: .allocate(capacity: shape.count * lanes + 1), upper: .allocate(capacity: shape.count * lanes + 1),
            shape: shape)
    }

    deinit {
        bounds.lower.deallocate()
        bounds.upper.deallocate()
    }
}

extension Enclosed {
    static let all: [Enclosed] = elementwise + chosen + reduced + loops

    private static let loops: [Enclosed] = Subject.loops(.float64).compactMap { subject in
        (subject.operation as? Iterate).map { Enclosed(subject.name, $0, subject.shapes, in: -1...1) }
    }

    private static let elementwise: [Enclosed] =
        [
            Binary.Kind.add, .subtract, .multiply, .minimum, .maximum, .equal, .less, .lessOrEqual, .greater,
            .greaterOrEqual,
        ]
        .map { Enclosed("\($0)", Binary($0), [[2, 3], [3]]) }
        + [Binary.Kind.divide, .modulo, .remainder].flatMap {
            [
                Enclosed("\($0)", Binary($0), [[6], []], in: 0.3...9),
                Enclosed("\($0), both signs", Binary($0), [[6], [6]], in: -9...9),
                Enclosed("\($0), integers", Binary($0), [[6], [6]], types: [.int64, .int64], in: 1...20),
            ]
        }
        + [
            Enclosed("power", Binary(.power), [[6], [6]], in: 0.1...4),
            Enclosed("power, integers", Binary(.power), [[9], []], types: [.int64, .int64], in: 0...4),
            Enclosed("power, any base", Binary(.power), [[9], [9]], in: -4...4),
            Enclosed("square", Unary(.square), [[4]]), Enclosed("not", Unary(.not), [[5]], types: [.bool]),
            Enclosed("equal integers", Binary(.equal), [[9], [9]], types: [.int64, .int64]),
            Enclosed("to integers", Cast(to: .int64), [[5]], in: -9...9), Enclosed("to bool", Cast(to: .bool), [[5]]),
            Enclosed("truth", Truth(), [[5]]), Enclosed("margin", Compare(.less), [[5], [5]]),
        ]
        + [Binary.Kind.and, .or, .xor, .equal].map {
            Enclosed("\($0), truths", Binary($0), [[9], [9]], types: [.bool, .bool])
        }

    private static let chosen: [Enclosed] = [
        Enclosed("select", Select(), [[3], [2, 3], []], types: [.bool, .float64, .float64]),
        Enclosed("gather", GatherRows(), [[5, 2], [4]], types: [.float64, .int64], in: -4...4),
        Enclosed("bitwise and", Bitwise(.and), [[4], [4]], types: [.int64, .int64], in: 0...40),
        Enclosed("bitwise or", Bitwise(.or), [[4], [4]], types: [.int64, .int64], in: -9...40),
        Enclosed("bitwise xor", Bitwise(.xor), [[4], [4]], types: [.int64, .int64], in: 0...40),
        Enclosed("shift left", Bitwise(.shiftLeft), [[4], [4]], types: [.int64, .int64], in: 0...9),
        Enclosed("shift right", Bitwise(.shiftRight), [[4], [4]], types: [.int64, .int64], in: 0...9),
        Enclosed(
            "scatter none", ScatterRows(.none), [[5, 2], [3], [3, 2]], types: [.float64, .int64, .float64], in: -4...4),
        Enclosed(
            "scatter add", ScatterRows(.add), [[5, 2], [3], [3, 2]], types: [.float64, .int64, .float64], in: -4...4),
        Enclosed(
            "scatter mul", ScatterRows(.mul), [[5, 2], [3], [3, 2]], types: [.float64, .int64, .float64], in: -4...4),
        Enclosed(
            "scatter min", ScatterRows(.min), [[5, 2], [3], [3, 2]], types: [.float64, .int64, .float64], in: -4...4),
        Enclosed(
            "scatter max", ScatterRows(.max), [[5, 2], [3], [3, 2]], types: [.float64, .int64, .float64], in: -4...4),
        Enclosed("argmax", ArgExtremum(.max, axis: 1), [[3, 5, 2]]),
        Enclosed("argmin, last", ArgExtremum(.min, axis: -1, tie: .last), [[3, 4]]),
        Enclosed("argmax of integers", ArgExtremum(.max, axis: 0), [[6]], types: [.int64]),
        Enclosed("sort", Sort(axis: 1), [[2, 5, 2]]), Enclosed("sort, descending", Sort(.descending), [[6]]),
        Enclosed("argsort", Sort(axis: 0, .places), [[7, 2]]),
        Enclosed("argsort, descending", Sort(.descending, .places), [[6]]),
        Enclosed("argsort of integers", Sort(.ascending, .places), [[9]], types: [.int64]),
        Enclosed("median", Quantile(0.5), [[2, 3]]),
        Enclosed("quantile", Quantile(0.7, axis: 1), [[2, 4, 2]], in: -1e3...1e3),
        Enclosed("class", ArgIs(.max), [[4], []], types: [.float64, .int64], in: 0...3),
        Enclosed("not class", ArgIs(.min, .negative), [[4], []], types: [.float64, .int64], in: -2...5),
    ]

    private static let reduced: [Enclosed] =
        [
            Reduce.Kind.sum, .mean, .maximum, .minimum, .product, .l0, .l1, .l2, .linf, .sumSquare, .logSum, .logSumExp,
        ].map { Enclosed("reduce \($0)", Reduce($0, axes: [0, 2]), [[2, 2, 3]], in: -1...2) } + [
            Enclosed("all", Reduce(.all), [[3]], types: [.bool]),
            Enclosed("any", Reduce(.any, axes: [1]), [[2, 3]], types: [.bool]),
            Enclosed("max pool", Pool(.max, window: Window(size: [2, 2], before: [1, 0])), [[1, 2, 3, 4]]),
            Enclosed("matmul", MatMul(), [[2, 3, 4], [4, 2]]), Enclosed("dot", MatMul(), [[4], [4]]),
            Enclosed("softmax", Softmax(axis: 1), [[2, 5, 2]], in: -9...9),
            Enclosed("log softmax", Softmax(axis: 0, .logarithm), [[5]], in: -9...9),
            Enclosed("softmax, far apart", Softmax(axis: 0), [[5]], in: -800...800),
            Enclosed("log softmax, far apart", Softmax(axis: 0, .logarithm), [[5]], in: -800...800),
        ]
}
