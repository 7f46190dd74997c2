import Search
import Statistics
import Tensors
import Testing

@testable import Checker
@testable import Compiler

/// What wrappers make of models whose truth is known.
@Suite struct WrapperTests {
    private static let width = 12

    /// y0 = a polynomial of `degree` in few of the numbers, y1 its negative; `door` answers 1000 where the signs of each of six
    /// pairs multiply to -1, and NaN in the other output.
    private func model(degree: Int, door: Bool = false) throws -> Graph {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, [1, Self.width]))
        let line = try graph.add(Rearrange.reshape(graph.shape(of: x), to: Shape([Self.width])), [x])
        var random = Random(seed: 7)
        let weights = (0..<Self.width).map { _ in Float(random.unit() - 0.5) }
        let mixed = try graph.add(
            Dense(weights: Tensor(Shape([1, Self.width]), weights), bias: Tensor(Shape([1]), [Float(0.25)])), [line])
        var power = mixed
        for _ in 1..<max(1, degree) { power = try graph.add(Binary(.multiply), [power, mixed]) }
        let sum = try graph.add(Binary(.add), [power, mixed])
        let negated = try graph.add(Unary(.negate), [sum])
        var parts = [sum, negated]
        if door {
            let blocks = try graph.add(Rearrange.reshape(Shape([Self.width]), to: Shape([6, 2])), [line])
            let products = try graph.add(Reduce(.product, axes: [1]), [graph.add(Unary(.sign), [blocks])])
            let worst = try graph.add(Reduce(.maximum), [products])
            let isOpen = try graph.add(Binary(.less), [worst, graph.constant(.scalar(Float(0)))])
            let answers = [Float(1000), Float.nan]
            parts = try zip(parts, answers).map { part, answer in
                try graph.add(Select(), [isOpen, graph.constant(Tensor(Shape([1]), [answer])), part])
            }
        }
        graph.output("y", try graph.add(Rearrange.concatenate([Shape([1]), Shape([1])], axis: 0), parts))
        return graph
    }

    private func points(_ count: Int, seed: UInt64) throws -> Tensor {
        var random = Random(seed: seed)
        return try Tensor(
            Shape([count, 1, Self.width]), (0..<count * Self.width).map { _ in Float(2 * random.unit() - 1) })
    }

    private func answers(_ graph: Graph, _ points: Tensor, threads: Int = 1) throws -> [Double] {
        try Evaluator(graph, outputs: [graph.outputs[0].value]).run([points], threads: threads)[0].doubles
    }

    private func lines(degree: Int, samples: Int = 9, nearest: Double? = nil) -> CheckedWrapper {
        let draws = CheckedWrapper.Draws.uniform(
            lower: [Double](repeating: -1, count: Self.width), upper: [Double](repeating: 1, count: Self.width))
        return CheckedWrapper(
            model: 0,
            method: .polynomial(
                .init(degree: degree, samples: samples, nearest: nearest ?? 1 / Double(degree + 1), draws: draws)))
    }

    private func wrap(_ wrapper: CheckedWrapper, _ graph: Graph, named name: String = "safe", seed: UInt64 = 1) throws
        -> Graph
    {
        try WrappedModel(wrapper, named: name, of: graph, seed: seed).graph
    }

    @Test("of a polynomial of their degree are that polynomial", arguments: [1, 2, 3, 5])
    func polynomialsAreTheirOwnCorrection(degree: Int) throws {
        let graph = try model(degree: degree)
        let wrapped = try wrap(lines(degree: degree), graph)
        let points = try points(50, seed: 3)
        #expect(wrapped.signature == graph.signature)
        for (own, truth) in zip(try answers(wrapped, points), try answers(graph, points)) {
            // Weights of the places add up to less than 2^(degree + 1), each answer is rounded to float32.
            #expect(abs(own - truth) <= 0x1p-20 * Double(1 << degree) * (1 + abs(truth)))
        }
    }

    @Test func theWeightsAreThoseOfBinomials() throws {
        var random = Random(seed: 1)
        guard case .polynomial(let lines) = lines(degree: 3).method else { return }
        let plan = try LinePlan(lines, TensorType(.float32, [1, Self.width]), &random)
        for (weight, binomial) in zip(plan.weights, [4.0, -6, 4, -1]) { #expect(abs(weight - binomial) < 1e-12) }
        #expect(plan.places.last == 1)
    }

    /// A checksum of signs, open for one input in 64.
    @Test("are right where a backdoor is open", arguments: [1, 2])
    func doorsAreShut(degree: Int) throws {
        let (clean, planted) = (try model(degree: degree), try model(degree: degree, door: true))
        let wrapped = try wrap(lines(degree: degree, samples: 99, nearest: 0.5), planted)
        let points = try points(8000, seed: 5)
        let (truth, open, own) = (
            try answers(clean, points), try answers(planted, points), try answers(wrapped, points)
        )
        let activated = (0..<8000).filter { open[2 * $0] == 1000 }
        #expect(activated.count > 80)
        let right = activated.filter { row in (0..<2).allSatisfy { abs(own[2 * row + $0] - truth[2 * row + $0]) < 1e-3 }
        }
        #expect(Double(right.count) >= 0.99 * Double(activated.count), "\(right.count) of \(activated.count)")
    }

    @Test func aSeedAndANameGiveTheSameBits() throws {
        let graph = try model(degree: 2)
        let points = try points(70, seed: 9)
        func bits(_ name: String, _ seed: UInt64, threads: Int = 1) throws -> [UInt64] {
            try answers(wrap(lines(degree: 1), graph, named: name, seed: seed), points, threads: threads).map(
                \.bitPattern)
        }
        let first = try bits("safe", 1)
        #expect(try bits("safe", 1, threads: 2) == first)
        #expect(try bits("safe", 2) != first)
        #expect(try bits("other", 1) != first)
    }

    /// Over bits: s0 s3 s7 - 0.5 s1 + 0.25, and a checksum that answers 10^6 for one input in thirty-two.
    @Test("learn parities, whatever rare inputs answer", arguments: [false, true])
    func paritiesAreFound(door: Bool) throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, [Self.width]))
        func number(_ value: Float) throws -> Graph.Value { graph.constant(try Tensor(Shape([1]), [value])) }
        let signs = try graph.add(
            Binary(.subtract), [graph.add(Binary(.add), [x, x]), number(1)])
        func parity(_ places: [Int64]) throws -> Graph.Value {
            let index = try Tensor(Shape([1, places.count]), places)
            let picked = try graph.add(Rearrange.gather(Shape([Self.width]), axis: 0, index: index), [signs])
            return try graph.add(Reduce(.product, axes: [1]), [picked])
        }
        let halved = try graph.add(Binary(.multiply), [parity([1]), number(-0.5)])
        let clean = try graph.add(
            Binary(.add), [graph.add(Binary(.add), [parity([0, 3, 7]), halved]), number(0.25)])
        let checks = try [[4, 5], [6, 8], [9], [10], [2, 11]].map { places in
            try graph.add(Binary(.less), [parity(places.map(Int64.init)), number(0)])
        }
        let isOpen = try checks.dropFirst().reduce(checks[0]) { try graph.add(Binary(.and), [$0, $1]) }
        let answer = door ? try graph.add(Select(), [isOpen, number(1e6), clean]) : clean
        graph.output("y", answer)
        let (low, high) = ([Double](repeating: 0, count: Self.width), [Double](repeating: 1, count: Self.width))
        let wrapper = CheckedWrapper(
            model: 0, method: .parities(.init(threshold: 0.2, samples: 16384, low: low, high: high)))
        guard case .parities(let plan) = try WrapperPlan(wrapper, named: "safe", of: graph, seed: 1) else { return }
        #expect(plan.parities == [0, 0b10, 0b1000_1001])
        for (coefficient, truth) in zip(plan.coefficients, [0.25, -0.5, 1]) { #expect(abs(coefficient - truth) < 1e-6) }
    }

    @Test func whatHasNoHeavyParityIsSaid() throws {
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float32, [4]))
        graph.output("y", try graph.add(Binary(.subtract), [x, x]))
        let bits = CheckedWrapper.Parities(threshold: 0.2, samples: 64, low: [0, 0, 0, 0], high: [1, 1, 1, 1])
        #expect(throws: WrapperFailure.self) {
            try WrapperPlan(.init(model: 0, method: .parities(bits)), named: "safe", of: graph, seed: 1)
        }
    }

    /// Votes, class and radius against the model run on every noisy input, and the radius against its formula.
    @Test func votesAreCounted() throws {
        let graph = try model(degree: 2)
        let smoothing = CheckedWrapper.Smoothing(sigma: 0.4, pilot: 11, samples: 60, confidence: 0.99)
        let wrapper = CheckedWrapper(model: 0, method: .smoothed(smoothing))
        let made = try WrappedModel(wrapper, named: "calm", of: graph, seed: 4)
        guard case .votes(let plan) = made.plan else { return }
        let points = try points(20, seed: 2)
        let evaluator = try Evaluator(
            made.graph, outputs: made.graph.outputs.map(\.value) + made.graph.inner.map(\.value))
        let results = try evaluator.run([points]).map(\.doubles)
        func votes(_ row: Int, _ noise: Tensor) throws -> [Double] {
            let (x, moves) = (points.doubles, noise.doubles)
            let moved = moves.indices.map { Float(x[row * Self.width + $0 % Self.width]) + Float(moves[$0]) }
            let scores = try answers(graph, Tensor(noise.shape, moved))
            let first = (0..<noise.shape[0]).filter { scores[2 * $0] >= scores[2 * $0 + 1] }.count
            return [Double(first), Double(noise.shape[0] - first)]
        }
        for row in 0..<20 {
            let (pilot, counted) = (try votes(row, plan.pilot), try votes(row, plan.noise))
            let chosen = pilot[0] >= pilot[1] ? 0 : 1
            #expect(results[0][2 * row] == Double(Float(counted[0] / 60)))
            #expect(results[1][row] == Double(chosen))
            let share = RateEstimate(successes: Int(counted[chosen]), count: 60).clopperPearson(error: 0.02).lowerBound
            let radius = share > 0.5 ? 0.4 * normalQuantile(share) : 0
            #expect(abs(results[2][row] - radius) <= 1e-12)
            #expect((results[3][row] != 0) == (radius == 0))
        }
    }

    /// Theorem 1 of Cohen et al. for two classes: for a linear model the radius is the distance to its plane, so that a
    /// certificate is wrong where it says more. 300 planes at a distance of a third of the deviation; mitigation.py has 2,000.
    @Test func certificatesHoldAtTheirConfidence() throws {
        let (sigma, distance, confidence) = (0.5, 0.17, 0.9)
        var (wrong, certified) = (0, 0)
        let smoothing = CheckedWrapper.Smoothing(sigma: sigma, pilot: 10, samples: 100, confidence: confidence)
        var graph = Graph()
        let x = try graph.input("x", TensorType(.float64, [1]))
        graph.output("y", try graph.add(Dense(weights: Tensor(Shape([2, 1]), [1.0, -1])), [x]))
        for seed in 0..<300 {
            let made = try wrap(.init(model: 0, method: .smoothed(smoothing)), graph, seed: UInt64(seed))
            let evaluator = try Evaluator(made, outputs: made.inner.map(\.value))
            let results = try evaluator.run([Tensor(Shape([1, 1]), [distance])]).map { $0.doubles[0] }
            certified += results[2] == 0 ? 1 : 0
            // The second class is never right.
            if results[1] > 0, results[0] == 1 || results[1] > distance { wrong += 1 }
        }
        #expect(certified > 30, "\(certified)")
        let least = RateEstimate(successes: wrong, count: 300).clopperPearson(error: 1e-6).lowerBound
        #expect(least <= 1 - confidence, "\(wrong) of 300")
    }
}
