import Search
import Tensors
import Testing

@testable import Proof

/// Regions in which every sign is settled: what is left of them is a linear program, whose multipliers may be large or small.
@Suite struct SettledTests {
    private static let count = 20

    /// scale · (1 - |s + 1| - |s - 1|) is at most -scale over all sums s, and its relaxation is far above until both signs are
    /// settled; then the constraints decide.
    private func outcome(scale: Float, limit: Double) throws -> Prover.Outcome {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([Self.count])))
        let rows: [[Float]] = [1, -1, 1, -1].map { sign in (0..<Self.count).map { sign * Float($0 % 3 + 1) / 8 } }
        let first = Dense(
            weights: try Tensor([4, Self.count], rows.flatMap { $0 }),
            bias: try Tensor([4], [1, -1, -1, 1] as [Float]),
            activation: .relu)
        let last = Dense(
            weights: try Tensor([1, 4], [Float](repeating: -scale, count: 4)), bias: try Tensor([1], [scale]))
        let inner = try graph.add(first, [graph.add(Cast(to: .float32), [x])])
        let value = try graph.add(Reduce(.sum), [graph.add(Cast(to: .float64), [graph.add(last, [inner])])])
        let margin = try graph.add(Compare(.lessOrEqual), [value, graph.constant(.scalar(limit))])
        let space = Space(.real32, (0..<Self.count).map { _ in (-1, 1) })
        var prover = try Prover(MarginObjective(space, graph, margin), graph: graph, margin: margin)
        prover.regionLimit = 200
        return prover.prove()
    }

    @Test func programsAreSolvedWhateverTheScale() throws {
        for scale: Float in [1e-4, 1, 1e4] {
            let outcome = try outcome(scale: scale, limit: Double(scale) * (-1 + 1e-3))
            guard case .proved = outcome else {
                Issue.record("\(scale): \(outcome)")
                continue
            }
        }
    }

    @Test func whatIsReachedIsNotExcluded() throws {
        for scale: Float in [1e-4, 1, 1e4] {
            if case .proved = try outcome(scale: scale, limit: Double(-scale) * (1 + 1e-6)) { Issue.record("\(scale)") }
        }
    }
}
