import Search
import Tensors
import Testing

@testable import Proof

/// Claims that hold with nothing to spare.
@Suite struct SharpTests {
    @Test func sharesLieBetweenZeroAndOne() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [2]))
        let narrow = try graph.add(Cast(to: .float32), [x])
        let share = try graph.add(Softmax(axis: 0), [narrow])
        let y = try graph.add(Cast(to: .float64), [share])
        let first = try graph.add(Rearrange.slice([2], axis: 0, from: 0, count: 1), [y])
        let scalar = try graph.add(Rearrange.reshape([1], to: .scalar), [first])
        let zero = graph.constant(.scalar(0.0))
        let negated = try graph.add(Unary(.negate), [scalar])
        let below = try graph.add(Compare(.less), [scalar, zero])
        let above = try graph.add(Compare(.less), [negated, graph.constant(.scalar(-1.0))])
        let violation = try graph.add(Binary(.maximum), [below, above])
        let margin = try graph.add(Compare(.less), [violation, zero])
        var reading = ClaimReading(graph)
        let claim = try reading.claim(margin)
        let decomposition = try Decomposition(reading.graph, wanted: reading.leaves.map(\.value))
        let plan = try BoundPlan(
            decomposition, targets: reading.leaves.compactMap { decomposition.image(of: $0.value) })
        let workspace = BoundWorkspace(plan, regions: 1)
        workspace.load(lower: [-1000, -1000], upper: [1000, 1000])
        workspace.bound(known: [])
        #expect(claim.holds { reading.leaves[$0].holds(from: workspace.lower(plan.targets[$0].index, 0)) })
    }

    private func prove(
        _ bounds: [(Double, Double)], regions: Int = 50, _ build: (inout Graph, Value) throws -> Value
    ) throws -> Prover.Outcome {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([bounds.count])))
        let margin = try graph.add(Reduce(.minimum), [build(&graph, x)])
        let objective = try MarginObjective(Space(.real32, bounds), graph, margin)
        var prover = try Prover(objective, graph: graph, margin: margin)
        prover.regionLimit = regions
        return prover.prove()
    }

    /// Float32 sums have no order of their own: in one of them this one exceeds 1, though not in the engine's.
    @Test func sumsOfModelsAreNotExactInEveryOrder() throws {
        let tenth = Double(Float(0.1))
        func sum(_ limit: Double, _ end: Double) throws -> Prover.Outcome {
            try prove((0..<10).map { _ in (0, end) }) { graph, x in
                let narrow = try graph.add(Cast(to: .float32), [x])
                let sum = try graph.add(Cast(to: .float64), [graph.add(Reduce(.sum), [narrow])])
                return try graph.add(Compare(.lessOrEqual), [sum, graph.constant(.scalar(limit))])
            }
        }
        if case .proved = try sum(1, tenth) { Issue.record("one order of summation was taken for all") }
        guard case .proved = try sum(1.25, 0.125) else {
            Issue.record("multiples of an eighth are exact in every order")
            return
        }
        guard case .found = try sum(Double(Float(1.25).nextDown), 0.125) else {
            Issue.record("all at once give 1.25")
            return
        }
    }

    /// The engine rounds 2^53 + 1 to 2^53, and real numbers do not.
    @Test func roundedSumsAreNotExact() throws {
        let large = 0x1p53
        let outcome = try prove([(0, 1), (0, 1)]) { graph, x in
            let weights = try graph.constant(Tensor([2], [large, 1]))
            let sum = try graph.add(Reduce(.sum), [graph.add(Binary(.multiply), [x, weights])])
            return try graph.add(Compare(.lessOrEqual), [sum, graph.constant(.scalar(large))])
        }
        if case .proved = outcome { Issue.record("2^53 + 1 is no number of float64") }
    }

    @Test func answersOfModelsKeepTheirOrder() throws {
        let weights = try Tensor([3, 2], [0.3, -0.7, 0.1, 0.9, -0.2, 0.4] as [Float])
        func answers(_ graph: inout Graph, _ x: Value) throws -> Value {
            let y = try graph.add(Dense(weights: weights), [graph.add(Cast(to: .float32), [x])])
            return try graph.add(Cast(to: .float64), [y])
        }
        let outcome = try prove([(-1, 1), (-1, 1)], regions: 2) { graph, x in
            let y = try answers(&graph, x)
            let most = try graph.add(Reduce(.maximum), [y])
            let again = try answers(&graph, x)
            let parts = try [
                graph.add(Compare(.lessOrEqual), [y, most]), graph.add(Compare(.lessOrEqual), [again, y]),
                graph.add(Compare(.lessOrEqual), [y, graph.add(Unary(.relu), [y])]),
            ]
            let shapes = parts.map { graph.shape(of: $0) }
            return try graph.add(Rearrange.concatenate(shapes, axis: 0), parts)
        }
        guard case .proved = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    /// Of what is no number nothing is known, though it is made like another.
    @Test func whatMayBeNoNumberIsNotEqualToItself() throws {
        let outcome = try prove([(-1, 1)]) { graph, x in
            let root = try graph.add(Unary(.squareRoot), [x])
            return try graph.add(Compare(.lessOrEqual), [root, root])
        }
        if case .proved = outcome { Issue.record("the root of a negative number was compared") }
    }

    /// The greatest of 0 and what is no number at one point is no number there.
    @Test func theGreatestMayBeNoNumber() throws {
        for kind in [Binary.Kind.maximum, .minimum] {
            let outcome = try prove([(-1, 1)]) { graph, x in
                let zero = graph.constant(.scalar(0.0))
                let share = try graph.add(Binary(.divide), [zero, graph.add(Binary(.subtract), [x, x])])
                let extremum = try graph.add(Binary(kind), [zero, share])
                let sides = kind == .maximum ? [zero, extremum] : [extremum, zero]
                return try graph.add(Compare(.lessOrEqual), sides)
            }
            if case .proved = outcome { Issue.record("0 / 0 was passed over") }
        }
    }

    /// Each part hangs on one coordinate of many: apart they need a few regions each, together more than there are.
    @Test func conjunctsAreShownApart() throws {
        let outcome = try prove((0..<40).map { _ in (0, 1) }, regions: 2000) { graph, x in
            let half = graph.constant(.scalar(0.5))
            let isAbove = try graph.add(Cast(to: .bool), [graph.add(Truth(), [graph.add(Compare(.less), [half, x])])])
            let rest = try graph.add(Binary(.subtract), [graph.constant(.scalar(1.0)), x])
            let larger = try graph.add(
                Select(), [isAbove, graph.add(Unary(.sine), [x]), graph.add(Unary(.sine), [rest])])
            return try graph.add(Compare(.lessOrEqual), [graph.constant(.scalar(0.4)), larger])
        }
        guard case .proved(let effort) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(effort.regions > 40)
    }
}
