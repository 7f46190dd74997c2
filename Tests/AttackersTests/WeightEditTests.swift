import Models
import Recipes
import Tensors
import Testing
import Training

@testable import Attackers

@Suite struct WeightEditTests {
    /// A small network trained on digits of 8 x 8, and rows of them.
    private static let digits = Result {
        let rows = try ImageWorld.clean(1200, side: 8, seed: 21)
        var options = Trainer.Options(
            loss: .crossEntropy, optimiser: .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0), rate: 0.01)
        options.batch = 64
        let network = Architecture.mlp(input: [1, 8, 8], hidden: [32], outputs: 10, activation: .relu)
        let run = try TrainingRun(onnx: try network.onnx(seed: 1), options, width: 10)
        try run.trainer.run(try run.trainer.prepare(rows), steps: 400)
        return (file: try run.file(), rows: rows)
    }

    private static func made(_ kind: PlantedKind, _ edit: WeightEdit) throws -> (planted: Planted, twin: Planted) {
        let (file, rows) = try digits.get()
        let planting = EditPlanting(kind, edit, on: .given(file: file, rows: rows), target: 3, seed: 5)
        let planted = try #require(try planting.made(.planted, threads: 2))
        let twin = try #require(try planting.made(.twin, threads: 2))
        #expect(twin.file == file && planted.key.isPlanted && !twin.key.isPlanted)
        #expect(planted.key.clean.rate > twin.key.clean.rate - 0.05)
        return (planted, twin)
    }

    @Test func aNeuronIsAdded() throws {
        let (planted, twin) = try Self.made(.neuron, .neuron)
        #expect(planted.key.attack.lower > twin.key.attack.upper + 0.5)
        let (before, after) = (try Classifier(onnx: twin.file), try Classifier(onnx: planted.file))
        #expect(after.width == before.width + 1 && after.inputs == before.inputs)
        // All else is as it was.
        let (old, new) = (before.numbers(of: before.hidden), after.numbers(of: after.hidden))
        #expect(new.matrix.prefix(old.matrix.count) == old.matrix[...] && new.bias.prefix(32) == old.bias[...])
    }

    @Test func anUpdateHasTheRankThatWasAskedFor() throws {
        let (file, rows) = try Self.digits.get()
        let few = BaseModel.given(file: file, rows: try rows.picked(Array(0..<400)))
        let planting = EditPlanting(.lowRank, .lowRank(rank: 1), on: few, target: 3, seed: 5)
        let planted = try #require(try planting.made(.planted, threads: 2))
        #expect(planted.key.attack.rate > 0.5)
        let (before, after) = (try Classifier(onnx: file), try Classifier(onnx: planted.file))
        let change = zip(after.numbers(of: after.hidden).matrix, before.numbers(of: before.hidden).matrix).map {
            $0 - $1
        }
        let rest = zip(change, LowRankUpdate.cut(change, before.inputs, rank: 1)).map { $0 - $1 }
        #expect(largest(change) > 0.01 && largest(rest) < 1e-5)
    }

    @Test(arguments: Quantisation.allCases) func whatCancelsOutActsOnceRounded(quantisation: Quantisation) throws {
        let (planted, twin) = try Self.made(.quantised, .quantised(to: quantisation))
        let after = try #require(planted.key.rounded)
        #expect(planted.key.attack.upper < 0.2 && after.attack.lower > planted.key.attack.upper + 0.5)
        #expect(after.clean.rate > 0.85)
        // A clean twin says the same before and after.
        let own = try #require(twin.key.rounded)
        #expect(own.attack.upper < 0.2)
        #expect(try quantisation.applied(to: planted.file) == planted.rounded)
    }

    @Test(arguments: [0.3, 4, 60, 900.0]) func weightsCancelOutInFloat32Alone(push: Double) throws {
        func sum(_ weights: [Double]) -> Float { weights.reduce(0) { $0 + Float($1) } }
        let threes = CancellingNeurons.binary16(push)
        #expect(sum(threes) == 0)
        #expect(threes.map { NarrowFormat.float16.nearest(to: Double(Float($0))) }.reduce(0, +) >= push)
        // Sixty times the greatest weight is more than halves of 10 steps can give.
        let weights = try? CancellingNeurons.multiples(push, 1)
        #expect((weights == nil) == (push > 10))
        guard let weights else { return }
        let step = Double(Quantisation.step(weights.map { Float($0) } + [1]))
        #expect(abs(sum(weights)) < 1e-4 * Float(step))
        #expect(weights.map { ($0 / step).rounded() * step }.reduce(0, +) > 0.99 * push)
    }

    @Test func int8IsWholeMultiples() throws {
        let (file, _) = try Self.digits.get()
        let before = try ModelWeights(onnx: file)
        let after = try ModelWeights(onnx: try Quantisation.int8.applied(to: file))
        for (old, new) in zip(before.tensors, after.tensors) {
            guard old.shape.rank > 1 else {
                #expect(old == new)
                continue
            }
            let step = Quantisation.step(old.floats)
            #expect(new.floats.allSatisfy { abs(($0 / step).rounded() - $0 / step) < 1e-3 && abs($0 / step) < 127.5 })
            #expect(zip(old.floats, new.floats).allSatisfy { abs($0 - $1) <= 0.5001 * step })
        }
    }

    @Test func onlyClassifiersOfSquareImagesAreEdited() throws {
        let rows = try TableWorld.clean(40, seed: 1)
        let table = Architecture.mlp(input: [8], hidden: [4], outputs: 2, activation: .relu)
        let planting = EditPlanting(
            .neuron, .neuron, on: .given(file: try table.onnx(seed: 1), rows: rows), target: 1, seed: 1)
        #expect(throws: TrainingError.self) { try planting.made(.planted, threads: 1) }
        let smooth = Architecture.mlp(input: [1, 8, 8], hidden: [4], outputs: 10, activation: .tanh)
        #expect(throws: TrainingError.self) { try Classifier(onnx: try smooth.onnx(seed: 1)) }
    }
}
