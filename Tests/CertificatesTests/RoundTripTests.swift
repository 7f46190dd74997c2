import Search
import Tensors
import Testing

@testable import Certificates

/// What the prover proves, the checker accepts, and nothing else.
@Suite struct RoundTripTests {
    @Test(arguments: [
        Unary.Kind.relu, .leakyRelu(slope: 0.125), .sigmoid, .hyperbolicTangent, .clip(lower: 0, upper: 1), .absolute,
    ])
    func networksAreAccepted(_ kind: Unary.Kind) throws {
        for seed in 1...2 {
            let problem = try Problem.gap(kind, seed: UInt64(seed))
            let tree = try #require(try problem.tree(), "not proved")
            let bytes = try problem.certificate(tree)
            let verdict = try problem.verdict(bytes)
            #expect(verdict.isAccepted, "\(verdict)")
        }
    }

    /// Many coordinates: signs of inner values are settled, leaf by leaf, with slopes and multipliers written down.
    @Test func proofsBySignsAreAccepted() throws {
        var splits = 0
        for seed in 1...6 {
            for limit in [6.0, 5, 4.5, 4, 3.5, 3] {
                var noise = Noise(seed: UInt64(seed))
                let box = Box(lower: Array(repeating: 0, count: 40), upper: Array(repeating: 0.125, count: 40))
                let problem = try Problem(kinds: Array(repeating: .real32, count: 40), boxes: [box]) { graph, x in
                    let scores = try graph.network(x, [40, 8, 5, 2], .relu, &noise)
                    let both = try (0..<2).map { place in
                        try graph.add(Compare(.less), [graph.element(place, of: scores), graph.scalar(limit)])
                    }
                    return try graph.add(Binary(.minimum), both)
                }
                guard let tree = try problem.tree() else { break }
                guard tree.nodes.contains(where: { if case .sign = $0 { true } else { false } }) else { continue }
                splits += 1
                let verdict = try problem.verdict(problem.certificate(tree))
                #expect(verdict.isAccepted, "seed \(seed), limit \(limit), \(tree.count) steps: \(verdict)")
            }
        }
        #expect(splits > 2)
    }

    @Test func severalModelsAndSeveralBoxes() throws {
        var noise = Noise(seed: 21)
        let boxes = [Box(lower: [0, 0], upper: [0.25, 0.5]), Box(lower: [0.5, -1], upper: [1, -0.75])]
        let problem = try Problem(kinds: [.real32, .real32], boxes: boxes) { graph, x in
            let first = try graph.network(x, [2, 5, 3], .relu, &noise)
            let gap = try graph.add(
                Binary(.subtract), [first, try graph.network(x, [2, 4, 3], .leakyRelu(slope: 0.25), &noise)])
            let most = try graph.add(Reduce(.maximum), [try graph.add(Unary(.absolute), [gap])])
            return try graph.add(Compare(.less), [most, graph.scalar(8)])
        }
        let bytes = try problem.certificate(try #require(try problem.tree()))
        #expect(try problem.verdict(bytes).isAccepted)
    }

    /// The largest answer, given as a class: with ties, strict and not.
    @Test func answersAreAccepted() throws {
        var noise = Noise(seed: 23)
        let problem = try Problem(kinds: [.real32, .real32], boxes: [Box(lower: [0, 0], upper: [0.5, 0.5])]) {
            graph, x in
            let scores = try graph.network(x, [2, 6, 3], .relu, &noise)
            let raised = try graph.add(
                Binary(.add), [scores, graph.constant(try Tensor([3], [0.0, 4.0, 0.0]))])
            return try graph.add(ArgIs(.max), [raised, graph.constant(.scalar(Int64(1)))])
        }
        let circuit = try problem.circuit()
        #expect(circuit.partCount == 2)
        #expect(circuit.parts.map(\.limit) == [.aboveZero, .atLeastZero])
        #expect(try problem.verdict(problem.certificate(try #require(try problem.tree()))).isAccepted)
    }

    @Test func wholeNumbersAndTablesAreAccepted() throws {
        let box = Box(lower: [0, -3], upper: [2, 3])
        let problem = try Problem(kinds: [.category, .integer], boxes: [box]) { graph, x in
            let index = try graph.add(Cast(to: .int64), [try graph.element(0, of: x)])
            let table = graph.constant(try Tensor([3], [1.0, 5.0, 2.0]))
            let entry = try graph.add(GatherRows(), [table, index])
            let other = try graph.element(1, of: x)
            return try graph.add(
                Binary(.maximum),
                [
                    try graph.add(Compare(.lessOrEqual), [other, entry]),
                    try graph.add(Compare(.less), [graph.scalar(0.5), try graph.element(0, of: x)]),
                ])
        }
        var tree = ProofTree(boxes: 1)
        let (first, rest) = tree.cut(0, coordinate: 0, below: 0, above: 1)
        tree.settle(rest, parts: [1])
        let (low, high) = tree.cut(first, coordinate: 1, below: 1, above: 2)
        tree.settle(low, parts: [0])
        tree.settle(high, parts: [0])
        #expect(try problem.verdict(problem.certificate(tree)).reason.contains("do not show the claim"))
    }

    @Test func partsMayBeShownOneByOne() throws {
        let problem = try Problem(kinds: [.real64], boxes: [Box(lower: [0], upper: [1])]) { graph, x in
            let one = try graph.element(0, of: x)
            return try graph.add(
                Binary(.minimum),
                [
                    try graph.add(Compare(.less), [graph.scalar(-1), one]),
                    try graph.add(Compare(.lessOrEqual), [one, graph.scalar(1)]),
                ])
        }
        var tree = ProofTree(boxes: 1)
        let trees = tree.divide(0, into: 2)
        tree.settle(trees.lowerBound, parts: [0])
        let (first, second) = tree.cut(trees.lowerBound + 1, coordinate: 0, below: 0.5, above: 0.5.nextUp)
        tree.settle(first, parts: [1])
        var short = tree
        tree.settle(second, parts: [1])
        #expect(tree.isComplete && !short.isComplete)
        #expect(try problem.verdict(problem.certificate(tree)).isAccepted)
        short.settle(second, parts: [0])
        #expect(try problem.verdict(problem.certificate(short)).reason.contains("does not follow"))
    }

    /// The class is looked up in a table, as a label is.
    @Test func answersThatAreLookedUp() throws {
        var noise = Noise(seed: 29)
        let box = Box(lower: [0, -0.125, -0.125], upper: [2, 0.125, 0.125])
        let problem = try Problem(kinds: [.category, .real64, .real64], boxes: [box]) { graph, x in
            let row = try graph.add(Cast(to: .int64), [try graph.element(0, of: x)])
            let noisy = try graph.add(Rearrange.slice([3], axis: 0, from: 1, count: 2), [x])
            let inputs = graph.constant(try Tensor([3, 2], [0.0, 1, 1, 0, -1, -1]))
            let seen = try graph.add(Binary(.add), [try graph.add(GatherRows(), [inputs, row]), noisy])
            // Each score is the likeness to one of the inputs.
            let low = try graph.add(Cast(to: .float32), [seen])
            let weights = try Tensor([3, 2], [Float(0), 2, 2, 0, -1, -1])
            let scores = try graph.add(Dense(weights: weights, bias: try noise.weights([3], 0.01)), [low])
            let labels = graph.constant(try Tensor([3], [Int64(0), 1, 2]))
            let label = try graph.add(GatherRows(), [labels, row])
            return try graph.add(ArgIs(.max), [try graph.add(Cast(to: .float64), [scores]), label])
        }
        #expect(try problem.circuit().partCount == 1)
        var tree = ProofTree(boxes: 1)
        let (first, rest) = tree.cut(0, coordinate: 0, below: 0, above: 1)
        let (second, third) = tree.cut(rest, coordinate: 0, below: 1, above: 2)
        for row in [first, second, third] { tree.settle(row, parts: [0]) }
        let verdict = try problem.verdict(problem.certificate(tree))
        #expect(verdict.isAccepted, "\(verdict)")
    }

    @Test func operatorsThatAreNotKnownAreNamed() throws {
        let problem = try Problem(kinds: [.real64], boxes: [Box(lower: [0], upper: [1])]) { graph, x in
            try graph.element(0, of: try graph.add(Unary(.sine), [x]))
        }
        #expect(throws: Unsupported.self) { try problem.circuit() }
        do { _ = try problem.circuit() } catch { #expect("\(error)" == "operator sine") }
    }

    @Test func signsMayBeSplitOn() throws {
        // |x| >= x/2 and a multiplier: relu(x) - relu(-x) is x, which no interval of one piece shows.
        let problem = try Problem(kinds: [.real64], boxes: [Box(lower: [-1], upper: [1])]) { graph, x in
            let down = try graph.add(Unary(.negate), [x])
            let parts = try [x, down].map { try graph.add(Unary(.relu), [try graph.add(Binary(.add), [$0, $0])]) }
            let difference = try graph.add(Binary(.subtract), [parts[0], parts[1]])
            let gap = try graph.add(Binary(.subtract), [difference, try graph.add(Binary(.add), [x, x])])
            let size = try graph.add(Unary(.absolute), [gap])
            return try graph.element(0, of: try graph.add(Compare(.less), [size, graph.scalar(1e-9)]))
        }
        let doubled = try #require(
            problem.graph.nodes.firstIndex {
                if case .operation(let o) = $0.source { (o as? Binary)?.kind == .add } else { false }
            })
        var tree = ProofTree(boxes: 1)
        let neuron = ProofTree.Neuron(value: doubled, element: 0)
        let (below, above) = tree.split(0, on: neuron)
        var hints = ProofTree.Hints()
        hints.multipliers = [.init(part: 0, neuron, 0.5)]
        hints.slopes = [.init(neuron, 0.5)]
        tree.settle(below, parts: [0], hints: hints)
        tree.settle(above, parts: [0])
        let verdict = try problem.verdict(problem.certificate(tree))
        #expect(verdict.isAccepted || verdict.reason.contains("do not show"), "\(verdict)")
        let lost = ProofTree.Neuron(value: doubled, element: 7)
        var wrong = ProofTree(boxes: 1)
        let halves = wrong.split(0, on: lost)
        wrong.settle(halves.notPositive, parts: [0])
        wrong.settle(halves.notNegative, parts: [0])
        #expect(try problem.verdict(problem.certificate(wrong)).reason.contains("not there"))
    }
}

extension Problem {
    /// A network whose answer stays below what sampling says it reaches, and a bit.
    static func gap(_ kind: Unary.Kind, seed: UInt64, limit: Double = 0.2) throws -> Problem {
        var noise = Noise(seed: seed)
        let box = Box(lower: [-0.5, 0], upper: [0.5, 0.75])
        var network = Graph()
        let input = try network.input("x", TensorType(.float64, [2]))
        let answer = try network.network(input, [2, 8, 6, 1], kind, &noise)
        let points = (0..<2000).flatMap { _ in [noise.number(-0.5...0.5), noise.number(0...0.75)] }
        let values = try Evaluator(network, outputs: [answer]).run([try Tensor([2000, 2], points)])[0].doubles
        let bound = (values.max() ?? 0) + limit
        return try Problem(kinds: [.real32, .real64], boxes: [box]) { graph, x in
            let result = try graph.element(0, of: try graph.splice(network, inputs: [x], wanted: [answer])[0])
            return try graph.add(Compare(.less), [result, graph.scalar(bound)])
        }
    }
}
