import Search
import Tensors
import Testing

@testable import Proof

/// NaN and infinities, in weights or on the way: no proof, a reason, and an end in time.
@Suite struct UnknownTests {
    /// A property that would hold of all real numbers: the result, whatever it is, is at most itself plus 1e30, or so.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bounds: [(Double, Double)]
        let result: @Sendable (inout Graph, Value) throws -> Value

        init(
            _ name: String, _ bounds: [(Double, Double)] = [(-1, 1), (-1, 1)],
            _ result: @escaping @Sendable (inout Graph, Value) throws -> Value
        ) {
            (testDescription, self.bounds, self.result) = (name, bounds, result)
        }
    }

    static let cases: [Case] = [
        Case("log of negatives") { graph, x in try graph.add(Unary(.logarithm), [x]) },
        Case("root of negatives") { graph, x in try graph.add(Unary(.squareRoot), [x]) },
        Case("division across zero") { graph, x in try graph.add(Binary(.divide), [graph.number(1, like: x), x]) },
        Case("remainder by zero") { graph, x in try graph.add(Binary(.modulo), [graph.number(1, like: x), x]) },
        Case("zero by zero") { graph, x in try graph.add(Binary(.divide), [x, x]) },
        Case("arcsine beyond 1", [(0, 2), (0, 2)]) { graph, x in try graph.add(Unary(.arcsine), [x]) },
        Case("negative base") { graph, x in try graph.add(Binary(.power), [x, graph.number(0.5, like: x)]) },
        Case("exp beyond float32", [(0, 200), (0, 200)]) { graph, x in
            let narrow = try graph.add(Cast(to: .float32), [x])
            let large = try graph.add(Unary(.exponential), [narrow])
            return try graph.add(Cast(to: .float64), [graph.add(Binary(.subtract), [large, large])])
        },
        Case("products beyond float32", [(1e30, 2e30), (1e30, 2e30)]) { graph, x in
            let square = try graph.add(Unary(.square), [graph.add(Cast(to: .float32), [x])])
            return try graph.add(Cast(to: .float64), [graph.add(Binary(.divide), [square, square])])
        },
        Case("coordinates beyond float32", [(1e300, 1e301), (0, 1)]) { graph, x in
            let narrow = try graph.add(Cast(to: .float32), [x])
            return try graph.add(Cast(to: .float64), [graph.add(Binary(.subtract), [narrow, narrow])])
        },
        Case("beyond float64", [(1e308, 1.5e308), (1e308, 1.5e308)]) { graph, x in
            let twice = try graph.add(Binary(.add), [x, x])
            return try graph.add(Binary(.subtract), [twice, twice])
        },
        Case("NaN among weights") { graph, x in
            let narrow = try graph.add(Cast(to: .float32), [x])
            let weights = try Tensor([2, 2], [1, .nan, 0, 1] as [Float])
            return try graph.add(Cast(to: .float64), [graph.add(Dense(weights: weights), [narrow])])
        },
        Case("infinity among weights") { graph, x in
            let narrow = try graph.add(Cast(to: .float32), [x])
            let weights = try Tensor([2, 2], [1, .infinity, 0, 1] as [Float])
            let layer = try graph.add(Dense(weights: weights, activation: .relu), [narrow])
            return try graph.add(Cast(to: .float64), [layer])
        },
        Case("NaN as bias") { graph, x in
            let narrow = try graph.add(Cast(to: .float32), [x])
            let weights = try Tensor([2, 2], [1, 0, 0, 1] as [Float])
            let layer = try graph.add(Dense(weights: weights, bias: Tensor([2], [.nan, 0] as [Float])), [narrow])
            return try graph.add(Cast(to: .float64), [graph.add(Unary(.clip(lower: -1, upper: 1)), [layer])])
        },
        Case("rows that are not there", [(0, 5), (0, 5)]) { graph, x in
            let data = graph.constant(try Tensor([3], [1, 2, 3] as [Double]))
            return try graph.add(GatherRows(), [data, graph.add(Cast(to: .int64), [x])])
        },
        Case("log of a softmax that underflows", [(-2000, 2000), (0, 1)]) { graph, x in
            try graph.add(Unary(.logarithm), [graph.add(Softmax(axis: 0), [x])])
        },
        Case("relu of the unknown") { graph, x in
            try graph.add(Unary(.relu), [graph.add(Unary(.logarithm), [x])])
        },
        Case("clip of the unknown") { graph, x in
            try graph.add(Unary(.clip(lower: 0, upper: 1)), [graph.add(Unary(.logarithm), [x])])
        },
        Case("minimum with the unknown") { graph, x in
            try graph.add(Binary(.minimum), [graph.add(Unary(.logarithm), [x]), graph.number(0, like: x)])
        },
        Case("sigmoid of the unknown") { graph, x in
            try graph.add(Unary(.sigmoid), [graph.add(Unary(.logarithm), [x])])
        },
        Case("zero times the unknown") { graph, x in
            try graph.add(Binary(.multiply), [graph.add(Unary(.logarithm), [x]), graph.number(0, like: x)])
        },
    ]

    enum Side: Sendable, CaseIterable { case above, below, either }

    @Test(arguments: cases, Side.allCases) func isNotProved(_ each: Case, _ side: Side) throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([each.bounds.count])))
        let result = try each.result(&graph, x)
        let (least, most) = (try graph.number(-1e200, like: result), try graph.number(1e200, like: result))
        let above = try graph.add(Compare(.lessOrEqual), [least, result])
        let below = try graph.add(Compare(.lessOrEqual), [result, most])
        let all =
            switch side {
            case .above: above
            case .below: below
            case .either: try graph.add(Binary(.maximum), [above, below])
            }
        let margin = try graph.add(Reduce(.minimum), [all])
        let space = Space(.real64, each.bounds)
        var prover = try Prover(MarginObjective(space, graph, margin), graph: graph, margin: margin)
        let start = ContinuousClock.now
        prover.clock = { Double((ContinuousClock.now - start) / .seconds(1)) }
        prover.seconds = 0.2
        switch prover.prove() {
        case .proved: Issue.record("proved where a result may be no number")
        case .found: break
        case .undecided(let reason, _): #expect(!reason.isEmpty)
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
