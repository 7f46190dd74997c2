import Search
import Tensors
import Testing

@testable import Certificates

/// The checker's bounds, held against what the engine computes at many points of a region.
@Suite struct BoundTests {
    @Test(arguments: Sample.all)
    func samplesLieWithinBounds(_ sample: Sample) throws {
        var noise = Noise(seed: 11)
        for width in [0.0, 1e-3, 0.2, 2.0] {
            let center = (0..<sample.inputs).map { _ in noise.number(-1...1) }
            let box = Box(
                lower: center.map { Double(Float($0 - width / 2)) }, upper: center.map { Double(Float($0 + width / 2)) }
            )
            let kinds = [CoordinateKind](repeating: .real32, count: sample.inputs)
            var wanted: Value?
            let problem = try Problem(kinds: kinds, boxes: [box]) { graph, x in
                let output = try sample.build(&graph, x, &noise)
                wanted = output
                let flat = try graph.add(Reduce(.sum), [output])
                return try graph.add(Compare(.lessOrEqual), [flat, graph.scalar(1e9)])
            }
            let output = try #require(wanted)
            let circuit = try problem.circuit()
            let substitution = Substitution(circuit)
            #expect(substitution.bound(Area(box), known: Ranges(count: circuit.gates.count)))
            try expect(substitution, problem, output, box, &noise)
        }
    }

    private func expect(
        _ substitution: Substitution, _ problem: Problem, _ output: Value, _ box: Box, _ noise: inout Noise
    ) throws {
        let places = try #require(substitution.circuit.places[output.index])
        for place in places {
            substitution.tighten(.init(gate: Int(place), limit: .atLeastZero), number: 0)
            #expect(substitution.ranges[Int(place)].isFinite)
        }
        let count = 60
        var points: [Double] = []
        for sample in 0..<count {
            for (low, high) in zip(box.lower, box.upper) {
                let corner = Bool.random(using: &noise) ? low : high
                points.append(sample % 3 == 0 ? corner : Double(Float(noise.number(low...high))).clamped(low, high))
            }
        }
        let tensor = try Tensor(try Shape([count, box.lower.count]), points)
        let values = try Evaluator(problem.graph, outputs: [output]).run([tensor])[0].doubles
        for sample in 0..<count {
            for (element, place) in places.enumerated() {
                let (value, range) = (values[sample * places.count + element], substitution.ranges[Int(place)])
                #expect(range.contains(value), "\(value) is not in \(range)")
            }
        }
    }

    @Test func whatMayOverflowIsUnbounded() throws {
        let box = Box(lower: [1e20], upper: [2e20])
        let problem = try Problem(kinds: [.real32], boxes: [box]) { graph, x in
            let big = try graph.add(Cast(to: .float32), [x])
            let square = try graph.add(Unary(.square), [big])
            let zero = try graph.add(Binary(.subtract), [square, square])
            let result = try graph.add(Unary(.relu), [zero])
            return try graph.element(0, of: try graph.add(Cast(to: .float64), [result]))
        }
        let circuit = try problem.circuit()
        let substitution = Substitution(circuit)
        #expect(substitution.bound(Area(box), known: Ranges(count: circuit.gates.count)))
        #expect(circuit.parts.allSatisfy { !$0.holds(in: substitution.ranges[$0.gate]) })
    }

    /// 2^24 + 1 - 2^24 is 0 in float32, summed from the left.
    @Test func cancellationIsAllowedFor() throws {
        let box = Box(lower: [1], upper: [1])
        let problem = try Problem(kinds: [.real32], boxes: [box]) { graph, x in
            let one = try graph.add(Cast(to: .float32), [x])
            let copies = try graph.add(Rearrange.expand(graph.shape(of: one), to: [3]), [one])
            let weights = try Tensor([1, 3], [Float(0x1p24), 1, Float(-0x1p24)])
            let sum = try graph.add(Dense(weights: weights), [copies])
            let wide = try graph.element(0, of: try graph.add(Cast(to: .float64), [sum]))
            return try graph.add(Compare(.less), [graph.scalar(0), wide])
        }
        let tree = whole(problem)
        #expect(try problem.verdict(problem.certificate(tree)).isRefused)
    }

    private func whole(_ problem: Problem) -> ProofTree {
        var tree = ProofTree(boxes: 1)
        tree.settle(0, parts: [0])
        return tree
    }
}

/// A small graph over float32 layers.
struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let inputs: Int
    let build: @Sendable (inout Graph, Value, inout Noise) throws -> Value

    static let all: [Sample] =
        [
            ("relu", Unary.Kind.relu), ("leaky relu", .leakyRelu(slope: 0.0625)), ("absolute", .absolute),
            ("clip", .clip(lower: -0.5, upper: 0.75)), ("square", .square), ("sigmoid", .sigmoid),
            ("tanh", .hyperbolicTangent), ("exponential", .exponential),
        ].map { name, kind in
            Sample(testDescription: name, inputs: 3) { try $0.network($1, [3, 6, 5, 2], kind, &$2) }
        } + [
            Sample(testDescription: "trees", inputs: 3) { graph, x, noise in
                let narrow = try graph.add(Cast(to: .float32), [x])
                let scores = try graph.add(TreeEnsemble(.random(&noise), .float32), [narrow])
                return try graph.add(Cast(to: .float64), [scores])
            },
            Sample(testDescription: "convolution and pools", inputs: 32) { graph, x, noise in
                let image = try graph.add(
                    Rearrange.reshape([32], to: [1, 2, 4, 4]), [try graph.add(Cast(to: .float32), [x])])
                let window = Window(size: [3, 3], strides: [1, 1], before: [1, 0], after: [1, 2])
                let filter = Convolution(
                    weights: try noise.weights([4, 1, 3, 3]), bias: try noise.weights([4]), window: window, groups: 2)
                let hidden = try graph.add(Unary(.relu), [try graph.add(filter, [image])])
                let most = try graph.add(Pool(.max, window: Window(size: [2, 2], strides: [2, 2])), [hidden])
                let mean = try graph.add(
                    Pool(.average(.padsExcluded), window: Window(size: [2, 2], before: [1, 1])), [most])
                let flat = try graph.add(Rearrange.reshape(graph.shape(of: mean), to: [16]), [mean])
                return try graph.add(Cast(to: .float64), [flat])
            },
            Sample(testDescription: "products", inputs: 6) { graph, x, noise in
                let low = try graph.add(Cast(to: .float32), [x])
                let left = try graph.add(Rearrange.reshape([6], to: [2, 3]), [low])
                let right = try graph.add(Rearrange.transpose([2, 3]), [left])
                let square = try graph.add(MatMul(), [left, right])
                let flat = try graph.add(Rearrange.reshape([2, 2], to: [4]), [square])
                let wide = try graph.add(Cast(to: .float64), [flat])
                return try graph.add(
                    Binary(.multiply), [wide, try graph.add(Binary(.divide), [wide, graph.scalar(3)])])
            },
            Sample(testDescription: "reductions", inputs: 4) { graph, x, noise in
                let hidden = try graph.network(x, [4, 6], .relu, &noise)
                let parts = try [Reduce.Kind.sum, .mean, .maximum, .minimum, .l1, .linf, .sumSquare].map { kind in
                    try graph.add(Reduce(kind, axes: [0], .kept), [hidden])
                }
                return try graph.add(Rearrange.concatenate(parts.map { _ in [1] }, axis: 0), parts)
            },
        ]
}

extension Double {
    fileprivate func clamped(_ low: Double, _ high: Double) -> Double { min(max(self, low), high) }
}
