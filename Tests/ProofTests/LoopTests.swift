import Search
import Tensors
import Testing

@testable import Proof

/// Claims about all states of a pendulum that a network holds upright: angle and angular velocity, Euler's method.
@Suite struct LoopTests {
    /// max(x, 0) of both signs gives x back: the network is -15·angle - 5·velocity, held between -4 and 4.
    private func pendulum() throws -> Graph {
        let hidden = Dense(weights: try Tensor([2, 2], [15, 5, -15, -5] as [Float]), activation: .relu)
        let last = Dense(weights: try Tensor([1, 2], [-1, 1] as [Float]), activation: .clip(lower: -4, upper: 4))
        var body = Graph()
        let state = try body.input("state", TensorType(.float64, [2]))
        let narrow = try body.add(Cast(to: .float32), [state])
        let push = try body.add(Cast(to: .float64), [body.add(last, [body.add(hidden, [narrow])])])
        let parts = try Rearrange.split([2], axis: 0, parts: [1, 1]).map { try body.add($0, [state]) }
        let sine = try body.add(Unary(.sine), [parts[0]])
        let fall = try body.add(Binary(.multiply), [sine, body.number(9.8, like: sine)])
        let turn = try body.add(Binary(.add), [fall, push])
        let rates = try body.add(Rearrange.concatenate([[1], [1]], axis: 0), [parts[1], turn])
        let change = try body.add(Binary(.multiply), [rates, body.number(0.05, like: rates)])
        body.output("next", try body.add(Binary(.add), [state, change]))
        return body
    }

    /// Whether the angle stays below a limit for so many steps, from angles and velocities between -0.1 and 0.1.
    private func outcome(steps: Int, below limit: Double, regions: Int = .max) throws -> Prover.Outcome {
        var graph = Graph()
        let first = try graph.input("first", TensorType(.float64, [2]))
        let states = try graph.add(Iterate(body: pendulum(), times: steps, result: .trace), [first])
        let angles = try graph.add(
            Rearrange.slice(graph.shape(of: states), axis: 1, from: 0, count: 1), [states])
        let size = try graph.add(Unary(.absolute), [angles])
        return try outcome(size, atMost: limit, in: &graph, regions)
    }

    /// Whether no element is larger, from coordinates between -0.1 and 0.1.
    private func outcome(
        _ size: Value, atMost limit: Double, in graph: inout Graph, _ regions: Int
    ) throws -> Prover.Outcome {
        let margins = try graph.add(Compare(.lessOrEqual), [size, graph.number(limit, like: size)])
        let margin = try graph.add(Reduce(.minimum), [margins])
        let count = graph.inputs.reduce(0) { $0 + graph.shape(of: $1.value).count }
        let space = Space(.real64, [(Double, Double)](repeating: (-0.1, 0.1), count: count))
        var prover = try Prover(MarginObjective(space, graph, margin), graph: graph, margin: margin)
        prover.regionLimit = regions
        return prover.prove()
    }

    /// The greatest angle is 0.10791.
    @Test func tenStepsAreProved() throws {
        guard case .proved(let effort) = try outcome(steps: 10, below: 0.108) else {
            Issue.record("not proved")
            return
        }
        #expect(effort.regions <= 8, "\(effort.regions)")
    }

    @Test func whatIsViolatedIsNotProved() throws {
        guard case .proved = try outcome(steps: 10, below: 0.1079, regions: 2000) else { return }
        Issue.record("proved what does not hold")
    }

    /// x / 2 + sin(x) / 10, too often to be unrolled.
    @Test(arguments: [0.1, 0.0999]) func longLoopsAreBoundedStepByStep(_ limit: Double) throws {
        var body = Graph()
        let x = try body.input("x", TensorType(.float64, [1]))
        let turned = try body.add(Binary(.multiply), [body.add(Unary(.sine), [x]), body.number(0.1, like: x)])
        let half = try body.add(Binary(.multiply), [x, body.number(0.5, like: x)])
        body.output("next", try body.add(Binary(.add), [half, turned]))
        var graph = Graph()
        let first = try graph.input("first", TensorType(.float64, [1]))
        let states = try graph.add(Iterate(body: body, times: 900, result: .trace), [first])
        let size = try graph.add(Unary(.absolute), [states])
        let outcome = try outcome(size, atMost: limit, in: &graph, 100)
        let isProved = if case .proved = outcome { true } else { false }
        #expect(isProved == (limit == 0.1), "\(outcome)")
    }
}
