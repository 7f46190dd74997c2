import Search
import Tensors
import Testing

@testable import Proof

/// What must never be proved: numbers that overflow, are not numbers, or hide where bounds do not look.
@Suite struct HazardTests {
    /// The outcome for one property over coordinates `x`, which are one vector.
    private func outcome(
        _ kind: CoordinateKind, _ bounds: [(Double, Double)], seconds: Double = 2,
        _ margin: (inout Graph, Value) throws -> Value
    ) throws -> Prover.Outcome {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, Shape([bounds.count])))
        let margin = try margin(&graph, x)
        let objective = try MarginObjective(Space(kind, bounds), graph, margin)
        var prover = try Prover(objective, graph: graph, margin: margin)
        let start = ContinuousClock.now
        prover.clock = { Double((ContinuousClock.now - start) / .seconds(1)) }
        prover.seconds = seconds
        return prover.prove()
    }

    private func expectNotProved(_ outcome: Prover.Outcome, _ comment: Comment? = nil) {
        if case .proved = outcome { Issue.record("proved what does not hold: \(comment ?? "")") }
    }

    /// x⁰ is 1 whatever x is.
    @Test func aMarginThatIsConstantAfterAll() throws {
        let outcome = try outcome(.real64, [(-1, 1)]) { graph, x in
            let power = try graph.add(Binary(.power), [x, graph.number(0, like: x)])
            let margin = try graph.add(Compare(.lessOrEqual), [graph.number(2, like: power), power])
            return try graph.add(Rearrange.reshape([1], to: []), [margin])
        }
        expectNotProved(outcome)
    }

    @Test func aMarginThatIsAConstantNumber() throws {
        let outcome = try outcome(.real64, [(-1, 1)]) { graph, x in
            let power = try graph.add(Binary(.power), [x, graph.number(0, like: x)])
            let margin = try graph.add(Binary(.subtract), [power, graph.number(2, like: power)])
            return try graph.add(Rearrange.reshape([1], to: []), [margin])
        }
        expectNotProved(outcome)
    }

    /// relu(log(x)) for negative x is no number, and not at least 0.
    @Test func reluOfWhatIsNoNumber() throws {
        let outcome = try outcome(.real64, [(-1, 1)]) { graph, x in
            let relu = try graph.add(Unary(.relu), [graph.add(Unary(.logarithm), [x])])
            let margin = try graph.add(Compare(.lessOrEqual), [graph.number(0, like: relu), relu])
            return try graph.add(Rearrange.reshape([1], to: []), [margin])
        }
        expectNotProved(outcome)
    }

    /// 0.1 as float32 is more than 0.1.
    @Test func coefficientsThatFloat32CannotHold() throws {
        let outcome = try outcome(.real64, [(0, 1)]) { graph, x in
            let isLarge = try graph.add(Binary(.less), [graph.number(0.5, like: x), x])
            let (one, other) = (graph.constant(.scalar(Float(1))), graph.constant(.scalar(Float(1))))
            let wide = try graph.add(Cast(to: .float64), [graph.add(Select(), [isLarge, one, other])])
            let scaled = try graph.add(Binary(.multiply), [wide, graph.number(0.1, like: wide)])
            let margin = try graph.add(Compare(.lessOrEqual), [graph.number(0.1 + 1e-10, like: wide), scaled])
            return try graph.add(Rearrange.reshape([1], to: []), [margin])
        }
        expectNotProved(outcome)
    }

    /// 1.5e38 · 2 · 2 is beyond float32 in some orders of summation, whatever is subtracted from it later.
    @Test func sumsThatOverflowOnTheWay() throws {
        let outcome = try outcome(.real64, [(1, 2)]) { graph, x in
            let model = try graph.add(Unary(.relu), [graph.add(Cast(to: .float32), [x])])
            let many = try graph.add(Rearrange.expand([1], to: Shape([4])), [model])
            let weights = try Tensor([1, 4], [1.5e38, 1.5e38, -1.5e38, -1.5e38] as [Float])
            let sum = try graph.add(Dense(weights: weights), [many])
            let relu = try graph.add(Unary(.relu), [sum])
            let result = try graph.add(Cast(to: .float64), [relu])
            let margin = try graph.add(Compare(.lessOrEqual), [graph.number(-1e30, like: result), result])
            return try graph.add(Rearrange.reshape([1], to: []), [margin])
        }
        expectNotProved(outcome)
    }

    /// A bias that comes after a product is summed first when both are fused.
    @Test func aBiasThatIsSummedFirst() throws {
        expectNotProved(try sumOfOnes { _, x in x })
    }

    /// x⁰ is always 1, but a sum of it is not always the same.
    @Test func aBiasThatIsSummedBeforeOnes() throws {
        expectNotProved(
            try sumOfOnes { graph, x in try graph.add(Binary(.power), [x, graph.number(0, like: x)]) })
    }

    /// 64 times what is made of 1, and 2^24, which swallows each 1 that is added to it: at least 2^24 + 40?
    private func sumOfOnes(_ one: (inout Graph, Value) throws -> Value) throws -> Prover.Outcome {
        let bias: Float = 16_777_216
        return try outcome(.real32, [(1, 1)]) { graph, x in
            let model = try graph.add(Cast(to: .float32), [x])
            let same = try one(&graph, model)
            let many = try graph.add(Rearrange.expand([1], to: Shape([64])), [same])
            let ones = try Tensor([64, 1], [Float](repeating: 1, count: 64))
            let product = try graph.add(MatMul(), [many, graph.constant(ones)])
            let sum = try graph.add(Binary(.add), [product, graph.constant(Tensor([1], [bias]))])
            let result = try graph.add(Cast(to: .float64), [sum])
            let margin = try graph.add(
                Compare(.lessOrEqual), [graph.number(Double(bias) + 40, like: result), result])
            return try graph.add(Rearrange.reshape([1], to: []), [margin])
        }
    }
}
