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
}
