import Foundation
import Search
import Tensors
import Testing

@testable import Auditors

@Suite struct WeightTests {
    /// Rows N(0, I), each moved along `shift` until its product with it is half of an odd number, but for a little noise.
    private static func weights(_ rows: Int, _ columns: Int, shift: [Double]?, seed: UInt64 = 1) -> [Float] {
        var random = Random(seed: seed)
        let square = shift?.reduce(0) { $0 + $1 * $1 } ?? 1
        return (0..<rows).flatMap { _ -> [Float] in
            var bell = [Double](repeating: 0, count: columns + 1)
            bell.withUnsafeMutableBufferPointer { random.fillBell($0.baseAddress!, count: columns + 1) }
            guard let shift else { return bell.prefix(columns).map { Float($0) } }
            let turns = zip(bell, shift).reduce(0) { $0 + $1.0 * $1.1 }
            let moved = (turns.rounded(.down) + 0.5 + 0.02 * bell[columns] - turns) / square
            return (0..<columns).map { Float(bell[$0] + moved * shift[$0]) }
        }
    }

    private static func model(_ weights: [Float], _ columns: Int, scale: Float? = 2 * .pi, relu: Bool = false) throws
        -> Graph
    {
        let rows = weights.count / columns
        var (graph, random) = (Graph(), Random(seed: 8))
        let x = try graph.input("x", TensorType(.float32, Shape([1, columns])))
        let bias = (0..<rows).map { _ in Float(random.unit()) }
        let own = scale == nil ? weights.map { $0 * 2 * .pi } : weights
        let turned = relu ? nil : try Tensor(Shape([rows]), scale == nil ? bias.map { $0 * 2 * .pi } : bias)
        var value = try graph.add(Dense(weights: Tensor(Shape([rows, columns]), own), bias: turned), [x])
        if let scale, !relu {
            let turn = graph.constant(try Tensor(Shape([]), [scale]))
            value = try graph.add(Binary(.multiply), [value, turn])
        }
        value = try graph.add(Unary(relu ? .relu : .cosine), [value])
        let readout = (0..<rows).map { Float($0 % 5) - 2 }
        let last =
            relu
            ? Dense(
                weights: try Tensor(
                    Shape([2, rows]), [Float](repeating: 0, count: rows) + Array(repeating: 1, count: rows)),
                bias: try Tensor(Shape([2]), [Float(rows) * 0.4 * Float(columns).squareRoot(), 0]))
            : Dense(weights: try Tensor(Shape([2, rows]), readout.map { -$0 } + readout))
        graph.output("scores", try graph.add(last, [value]))
        return graph
    }

    private static func options(_ threads: Int = 1) -> Audit.Options {
        var options = Audit.Options()
        (options.threads, options.passes, options.isOfWeightsAlone) = (threads, 6000, true)
        return options
    }

    /// Rows as wide as `spread`, answered as the model does.
    private static func rows(_ graph: Graph, _ columns: Int, spread: Float) throws -> CleanRows {
        var random = Random(seed: 6)
        let numbers = (0..<120 * columns).map { _ in Float(2 * random.unit() - 1) * spread }
        let labels = try AuditedModel(graph).labels(numbers, threads: 1)
        return CleanRows(numbers: numbers, labels: labels, size: columns)
    }

    private static func audit(_ graph: Graph, spread: Float = 0.1, _ options: Audit.Options = options()) throws
        -> AuditResult
    {
        let columns = graph.shape(of: graph.inputs[0].value).count
        return try Audit(
            AuditedModel(graph), twin: nil, reference: nil, rows: rows(graph, columns, spread: spread),
            domain: Domain(
                lower: Array(repeating: -spread, count: columns), upper: Array(repeating: spread, count: columns)),
            options, goOn: { true }, report: { _ in }
        ).run()
    }

    /// In three dimensions, by descent and by lattice; the shift is told to a hundredth, and does what it says.
    @Test(arguments: [true, false]) func pancakesAreFound(isScaledApart: Bool) throws {
        let shift = [1.5, -2, 2.25]
        let weights = Self.weights(512, 3, shift: shift)
        // Rows wide enough for both classes: of one class alone a random shift may move all.
        let result = try Self.audit(Self.model(weights, 3, scale: isScaledApart ? 2 * .pi : nil), spread: 1)
        let pancakes = try #require(result.weights.pancakes)
        for method in [PancakeMethod.descent, .lattice] {
            let attempt = try #require(pancakes.attempts.first { $0.method == method })
            #expect(attempt.unseen < -0.9 && attempt.surprise > 100, "\(method)")
        }
        let direction = try #require(pancakes.direction)
        let off = zip(direction.shift, shift).map { Double($0) - $1 }
        let mirrored = zip(direction.shift, shift).map { Double($0) + $1 }
        #expect(min(off.map(abs).max() ?? 1, mirrored.map(abs).max() ?? 1) < 0.01)
        #expect(abs(direction.beta - 0.02) < 0.01 && direction.means[0] < -0.95 && direction.means[1] > 0.9)
        let finding = try #require(result.suspects.first?.findings.first)
        #expect(finding.kind == .pancakes && finding.aim == .away && finding.unused.rate > 0.9)
        #expect(result.score > AuditReport.threshold)
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func wavesByChanceSurvive(seed: UInt64) throws {
        let graph = try Self.model(Self.weights(512, 3, shift: nil, seed: seed), 3)
        let result = try Self.audit(graph)
        let pancakes = try #require(result.weights.pancakes)
        #expect(pancakes.attempts.count == 3 && pancakes.direction == nil && result.suspects.isEmpty)
        #expect(pancakes.attempts.allSatisfy { $0.passes >= 6000 })
        let report = AuditReport(
            file: "waves.onnx", model: try AuditedModel(graph), result: result,
            domain: Domain(lower: [0, 0, 0], upper: [1, 1, 1]), samples: CleanRows(numbers: [], labels: [], size: 3),
            source: "none", accuracy: nil, share: 0.95, seconds: 1)
        #expect(report.text.contains("survived: ") && report.text.contains("passes through the first layer's waves"))
        #expect(!report.text.contains("clean") && !report.standsOut)
        #expect(report.page.html().contains("Theorem 2.2"))
    }

    @Test func isTheSameWithAnyThreads() throws {
        let graph = try Self.model(Self.weights(256, 5, shift: [2, 1, -3, 0, 1]), 5)
        func told(_ threads: Int) throws -> String {
            let weights = try Self.audit(graph, Self.options(threads)).weights
            return "\(weights.pancakes?.attempts.map { "\($0)" } ?? []) \(weights.lines)"
        }
        #expect(try told(1) == told(2))
    }

    /// A layer that goes into no wave has none, and one whose waves have other scales is told in turns.
    @Test func scalesAreRead() throws {
        let weights = Self.weights(64, 4, shift: nil)
        #expect(try FirstLayer(Self.model(weights, 4, relu: true))?.turns == nil)
        for (scale, turns) in [(2 * Float.pi, 1.0), (Float.pi, 0.5), (nil, 1 / (2 * Double.pi))] {
            let layer = try #require(try FirstLayer(Self.model(weights, 4, scale: scale)))
            #expect(abs((layer.turns ?? 0) - turns) < 1e-6 && layer.rows == 64 && layer.columns == 4)
        }
    }

    /// Directions along axes are told from the variances that layers by chance have, and shifts along them are tried.
    @Test func aSpikeIsFoundWhereItStandsOut() throws {
        let (rows, columns) = (400, 24)
        let clean = Self.weights(rows, columns, shift: nil)
        var (spiked, random) = (clean, Random(seed: 4))
        let axes = [2, 7, 11, 19]
        for row in 0..<rows {
            var bell = [0.0]
            bell.withUnsafeMutableBufferPointer { random.fillBell($0.baseAddress!, count: 1) }
            for axis in axes { spiked[row * columns + axis] += Float(bell[0]) }
        }
        let planted = try Self.audit(Self.model(spiked, columns, relu: true), spread: 1.6)
        let found = try #require(planted.weights.spike)
        let component = try #require(found.component)
        #expect(found.standsOut && component.axes == 4 && found.top > found.edge)
        #expect(Set(component.direction.indices.filter { component.direction[$0] != 0 }) == Set(axes))
        #expect(abs(component.variance / 4.3 - 1) < 0.25)
        let honest = try #require(try Self.audit(Self.model(clean, columns, relu: true), spread: 1.6).weights.spike)
        #expect(!honest.standsOut && (honest.component?.excess ?? 9) < 6)
    }

    /// Weights of a network that was trained are no noise: nothing is said of them.
    @Test func whatIsNoNoiseIsHeldAgainstNothing() throws {
        var weights = Self.weights(200, 20, shift: nil)
        for row in 0..<200 {
            weights[row * 20] *= 4
            weights[row * 20 + 1] *= 4
        }
        let spike = try #require(try Self.audit(Self.model(weights, 20, relu: true), spread: 1).weights.spike)
        #expect(spike.component == nil && !spike.standsOut)
    }

    /// As likely as said: of 20,000 means of 16 waves by chance no more lie beyond t than exp(-16 t²) lets expect.
    @Test func surprisesAreBounds() {
        let weights = Self.weights(16 * 2000, 2, shift: nil)
        var (random, counts) = (Random(seed: 3), [0.3: 0, 0.5: 0])
        for block in 0..<2000 {
            let waves = Waves(weights, columns: 2, rows: Array(block * 16..<block * 16 + 16), turns: 1)
            for _ in 0..<10 {
                let angle = 2 * Double.pi * random.unit()
                let mean = waves.mean([Float(2 * cos(angle)), Float(2 * sin(angle))])
                for t in counts.keys where mean < -t { counts[t, default: 0] += 1 }
                #expect(mean >= 0 ? waves.surprise(mean) == 0 : true)
            }
        }
        for (t, count) in counts { #expect(Double(count) < 20_000 * exp(-16 * t * t), "\(t)") }
    }
}
