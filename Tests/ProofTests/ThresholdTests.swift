import Search
import Tensors
import Testing

@testable import Proof

/// Claims over many coordinates and smooth curves, which are cut at thresholds of what the curves take.
@Suite struct ThresholdTests {
    private static let count = 20

    /// Σ weight · (w·x + b)^power over float32, as float64.
    private struct Model {
        var graph = Graph()
        let value: Value
        let inner: [[Float]]
        let bias, outer: [Float]
        let power: Int

        init(_ chance: inout Chance, power: Int, terms: Int) throws {
            self.power = power
            inner = (0..<terms).map { _ in (0..<count).map { _ in Float(chance.number() / 10) } }
            bias = (0..<terms).map { _ in Float(chance.number() / 3) }
            outer = (0..<terms).map { Float(chance.number()) + ($0 % 2 == 0 ? 0.5 : -0.5) }
            let x = try graph.input("x", TensorType(.float64, Shape([count])))
            let narrow = try graph.add(Cast(to: .float32), [x])
            let first = Dense(
                weights: try Tensor([terms, count], inner.flatMap { $0 }), bias: try Tensor([terms], bias))
            let exponent = graph.constant(try Tensor([1], [Float(power)]))
            let raised = try graph.add(Binary(.power), [graph.add(first, [narrow]), exponent])
            let last = try graph.add(Dense(weights: Tensor([1, terms], outer)), [raised])
            value = try graph.add(Reduce(.sum), [graph.add(Cast(to: .float64), [last])])
        }

        /// The value at a point and its derivative.
        func slope(at point: [Double]) -> (value: Double, slope: [Double]) {
            var (value, slope) = (0.0, [Double](repeating: 0, count: point.count))
            for (term, weights) in inner.enumerated() {
                let z = zip(weights, point).reduce(Double(bias[term])) { $0 + Double($1.0) * $1.1 }
                func raised(_ power: Int) -> Double { (0..<power).reduce(1) { product, _ in product * z } }
                value += Double(outer[term]) * raised(power)
                for (at, weight) in weights.enumerated() {
                    slope[at] += Double(outer[term]) * Double(power) * raised(power - 1) * Double(weight)
                }
            }
            return (value, slope)
        }

        /// The least value that descent from many points finds.
        func least(in box: [(Double, Double)], _ chance: inout Chance) -> Double {
            var least = Double.infinity
            for _ in 0..<20 {
                var point = box.map { chance.below(2) == 0 ? $0.0 : $0.1 }
                for step in 0..<60 {
                    let (value, slope) = slope(at: point)
                    least = min(least, value)
                    let share = 2 / Double(step + 2)
                    for (at, end) in box.enumerated() {
                        point[at] += share * ((slope[at] > 0 ? end.0 : end.1) - point[at])
                    }
                }
            }
            return least
        }
    }

    private func outcome(
        _ model: Model, above limit: Double, _ box: [(Double, Double)], threads: Int = 1, regions: Int = 4000
    ) throws -> Prover.Outcome {
        var graph = model.graph
        let bound = graph.constant(.scalar(limit))
        let margin = try graph.add(Compare(.lessOrEqual), [bound, model.value])
        let space = Space(.real32, box)
        var prover = try Prover(MarginObjective(space, graph, margin), graph: graph, margin: margin)
        prover.threads = threads
        prover.regionLimit = regions
        return prover.prove()
    }

    private func box(_ chance: inout Chance, _ width: Double) -> [(Double, Double)] {
        (0..<Self.count).map { _ in
            let place = Double(Float(chance.number()))
            return (place, Double(Float(place + width)))
        }
    }

    @Test func whatHoldsIsProved() throws {
        var chance = Chance(state: 3)
        for power in [2, 3, 4, 7, 10] {
            let model = try Model(&chance, power: power, terms: 12)
            let box = box(&chance, 0.2)
            let least = model.least(in: box, &chance)
            let outcome = try outcome(model, above: least - 0.05 * least.magnitude - 0.05, box)
            if case .proved = outcome { continue }
            Issue.record("power \(power): \(outcome)")
        }
    }

    /// What is reached is never excluded, were it by one unit in the last place.
    @Test func whatIsReachedIsNotExcluded() throws {
        var chance = Chance(state: 7)
        for round in 0..<12 {
            let model = try Model(&chance, power: [2, 3, 10][round % 3], terms: 8)
            let box = box(&chance, 0.2)
            let point = box.map { chance.below(2) == 0 ? $0.0 : $0.1 }
            let margin = try MarginObjective(Space(.real32, box), model.graph, model.value)
            var least = margin.margin(at: point)
            for _ in 0..<200 { least = min(least, margin.margin(at: box.map { chance.below(2) == 0 ? $0.0 : $0.1 })) }
            if case .proved = try outcome(model, above: least.nextUp, box, regions: 300) {
                Issue.record("\(least) was excluded")
            }
        }
    }

    /// As many regions, whatever the number of threads.
    @Test func threadsChangeNothing() throws {
        var chance = Chance(state: 13)
        let model = try Model(&chance, power: 10, terms: 12)
        let box = box(&chance, 0.2)
        let limit = model.least(in: box, &chance)
        let efforts = try [1, 2, 3].map { threads -> String in
            "\(try outcome(model, above: limit - 0.03 * limit.magnitude - 0.03, box, threads: threads))"
        }
        #expect(Set(efforts).count == 1)
    }

    /// Deep, so that what later curves take is bounded through the earlier ones.
    @Test func deepNetworksOfCurves() throws {
        var chance = Chance(state: 17)
        for round in 0..<4 {
            var graph = Graph()
            let x = try graph.input("x", TensorType(.float64, Shape([Self.count])))
            var inner = try graph.add(Cast(to: .float32), [x])
            var width = Self.count
            for _ in 0..<2 {
                let layer = Dense(
                    weights: try Tensor([6, width], (0..<6 * width).map { _ in Float(chance.number() / 3) }),
                    bias: try Tensor([6], (0..<6).map { _ in Float(chance.number() / 3) }))
                inner = try graph.add(
                    Unary(round % 2 == 0 ? .sigmoid : .hyperbolicTangent), [graph.add(layer, [inner])])
                width = 6
            }
            let last = Dense(weights: try Tensor([1, 6], (0..<6).map { _ in Float(chance.number()) }))
            let value = try graph.add(Reduce(.sum), [graph.add(Cast(to: .float64), [graph.add(last, [inner])])])
            let box = box(&chance, 0.3)
            let objective = try MarginObjective(Space(.real32, box), graph, value)
            let values = (0..<3000).map { _ in objective.margin(at: box.map { chance.below(2) == 0 ? $0.0 : $0.1 }) }
            let least = values.reduce(.infinity, min)
            for (limit, holds) in [(least - 0.6, true), (least.nextUp, false)] {
                let bound = graph.constant(.scalar(limit))
                let margin = try graph.add(Compare(.lessOrEqual), [bound, value])
                let space = Space(.real32, box)
                var prover = try Prover(MarginObjective(space, graph, margin), graph: graph, margin: margin)
                prover.regionLimit = 500
                let outcome = prover.prove()
                if case .proved = outcome { #expect(holds) } else { #expect(!holds, "\(outcome)") }
            }
        }
    }
}
