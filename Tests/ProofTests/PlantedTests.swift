import Search
import Tensors
import Testing

@testable import Proof

/// Counterexamples that are one number wide, or one unit in the last place deep: a domain that holds one is never proved.
@Suite struct PlantedTests {
    /// max(0, 1 - |x - place| · steepness) in float32 is 0 but at one float32 number, of all between -1 and 1.
    private func spike(_ graph: inout Graph, _ x: Value, at place: Float, steepness: Float) throws -> Value {
        let narrow = try graph.add(Cast(to: .float32), [x])
        let away = Dense(weights: try Tensor([2, 1], [1, -1] as [Float]), bias: try Tensor([2], [-place, place]))
        let sides = try graph.add(Unary(.relu), [graph.add(away, [narrow])])
        let weights = try Tensor([1, 2], [-steepness, -steepness])
        let peak = Dense(weights: weights, bias: try Tensor([1], [1 as Float]), activation: .relu)
        return try graph.add(Cast(to: .float64), [graph.add(peak, [sides])])
    }

    private func verdict(
        _ space: Space, _ graph: Graph, _ margin: Value, seconds: Double = 0.3, threads: Int = 1
    ) throws -> Prover.Outcome {
        var prover = try Prover(MarginObjective(space, graph, margin), graph: graph, margin: margin)
        let start = ContinuousClock.now
        prover.clock = { Double((ContinuousClock.now - start) / .seconds(1)) }
        prover.seconds = seconds
        prover.threads = threads
        return prover.prove()
    }

    @Test func oneNumberAmongMany() throws {
        var chance = Chance(state: 11)
        for round in 0..<20 {
            let place = Float(chance.number() / 3)
            var graph = Graph()
            let x = try graph.input("x", TensorType(.float64, [1]))
            let peak = try spike(&graph, x, at: place, steepness: 0.5 / place.ulp)
            let limit = try graph.number([0, 0.5, 0.999_999][round % 3], like: peak)
            let margin = try graph.add(Reduce(.minimum), [graph.add(Compare(.lessOrEqual), [peak, limit])])
            let outcome = try verdict(Space(.real32, [(-1, 1)]), graph, margin, threads: 1 + round % 2)
            if case .proved = outcome { Issue.record("\(place) was passed over") }
        }
    }

    /// The same where the number is the only one: found, not just not proved.
    @Test func oneNumberAlone() throws {
        let place: Float = 0.7
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [1]))
        let peak = try spike(&graph, x, at: place, steepness: 0.5 / place.ulp)
        let margin = try graph.add(
            Reduce(.minimum), [graph.add(Compare(.less), [peak, graph.number(1, like: peak)])])
        for steps in 0..<3 {
            var (low, high) = (place, place)
            for _ in 0..<steps { (low, high) = (low.nextDown, high.nextUp) }
            let outcome = try verdict(Space(.real32, [(Double(low), Double(high))]), graph, margin, seconds: 5)
            guard case .found(let point, _) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(point == [Double(place)])
        }
    }

    /// Many coordinates, so that the prover cuts by signs of inner values.
    @Test func manyCoordinates() throws {
        var chance = Chance(state: 5)
        for _ in 0..<6 {
            let count = BoundWorkspace.fewCoordinates + 8
            let weights = try Tensor([12, count], chance, count: 12 * count)
            let (graph, value) = try network(weights, count)
            // The value at a point of the domain, and the least that is below it.
            let point = (0..<count).map { _ in Double(Float(chance.number() / 30)) }
            let space = Space(.real32, point.map { (Double(Float($0 - 0.05)), Double(Float($0 + 0.05))) })
            let reached = try MarginObjective(space, graph, value).margin(at: point)
            var violated = graph
            let limit = violated.constant(.scalar(reached.nextDown))
            let margin = try violated.add(Compare(.lessOrEqual), [value, limit])
            if case .proved = try verdict(space, violated, margin) {
                Issue.record("a value that is reached was excluded")
            }
        }
    }

    private func network(_ weights: Tensor, _ count: Int) throws -> (Graph, Value) {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([count])))
        let hidden = try graph.add(Dense(weights: weights, activation: .relu), [graph.add(Cast(to: .float32), [x])])
        let last = Dense(weights: try Tensor([1, 12], [Float](repeating: 1, count: 12)))
        let wide = try graph.add(Cast(to: .float64), [graph.add(last, [hidden])])
        let sum = try graph.add(Reduce(.sum), [wide])
        return (graph, sum)
    }

    /// Integers so large that float64 has no neighbours for them: no proof, and an end.
    @Test func hugeIntegers() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [1]))
        let margin = try graph.add(
            Reduce(.minimum), [graph.add(Compare(.less), [x, graph.number(0x1p53 + 4, like: x)])])
        let outcome = try verdict(Space(.integer, [(0x1p53, 0x1p53 + 4)]), graph, margin)
        if case .proved = outcome { Issue.record("2^53 + 4 was passed over") }
    }
}

extension Tensor {
    fileprivate init(_ shape: [Int], _ chance: Chance, count: Int) throws {
        var chance = chance
        try self.init(Shape(shape), (0..<count).map { _ in Float(chance.number()) })
    }
}
