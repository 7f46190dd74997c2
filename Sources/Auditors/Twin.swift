import Models
import Recipes
import Search
import Tensors
import Training

/// Clean twins of a model: the same network from first weights by chance, trained on the rows at hand to give its answers.
///
/// What was planted is not in the rows, so it is not in a twin; what classes and their rows bring with them is in both. A
/// twin tells what triggers take where nothing was planted.
package struct Twin: Sendable {
    private let file: [UInt8]
    private let load: @Sendable ([UInt8]) throws -> Graph

    /// Larger models are not trained anew.
    private static let mostWeights = 2_000_000
    private static let mostNumbers = 20_000
    private static let steps = 400
    private static let batch = 64
    /// Of the rows that it was trained on, a twin has to answer so many as the model does.
    private static let leastRight = 0.9

    /// A model's file, and how a file of the same network is read.
    package init(file: [UInt8], load: @escaping @Sendable ([UInt8]) throws -> Graph) {
        (self.file, self.load) = (file, load)
    }

    /// nil where the model is too large or cannot be trained, or a twin does not learn what it answers.
    func made(
        of model: AuditedModel, rows: CleanRows, seed: UInt64, goOn: () -> Bool
    ) -> AuditedModel? {
        guard !model.takesTokens, model.layout.count <= Self.mostNumbers else { return nil }
        do {
            let weights = try ModelWeights(onnx: file)
            guard weights.tensors.reduce(0, { $0 + $1.count }) <= Self.mostWeights else { return nil }
            let fresh = try weights.file(with: Self.drawn(weights.tensors, seed))
            var options = Trainer.Options(
                loss: .crossEntropy, optimiser: .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01),
                rate: 0.003)
            options.schedule = Schedule(.cosine, warmUp: Self.steps / 20)
            (options.batch, options.seed) = (Self.batch, seed)
            let run = try TrainingRun(onnx: fresh, options, width: model.classes)
            let shape = try Shape([rows.count] + model.layout.ownShape)
            let examples = try Examples(
                inputs: [try Tensor(shape, rows.numbers)],
                target: .classes(rows.labels.map(Int32.init), count: model.classes))
            guard try run.trainer.run(run.trainer.prepare(examples), steps: Self.steps, report: { _, _ in goOn() })
            else { return nil }
            let right = try run.trainer.score(examples).accuracy ?? 0
            return right >= Self.leastRight ? try AuditedModel(load(run.file())) : nil
        } catch { return nil }
    }

    /// First weights: of matrices and filters a bell curve whose deviation keeps the size of what passes (He et al., 2015;
    /// a matrix may stand either way round), all others as they are.
    private static func drawn(_ tensors: [Tensor], _ seed: UInt64) throws -> [Tensor] {
        var random = Random(seed: seed, stream: 8 << 16)
        return try tensors.map { tensor in
            guard tensor.shape.rank >= 2 else { return tensor }
            let sizes = tensor.shape.dimensions
            let inputs =
                sizes.count == 2 ? Double(sizes[0] + sizes[1]) / 2 : Double(tensor.count) / Double(max(sizes[0], 1))
            var bell = [Double](repeating: 0, count: tensor.count)
            bell.withUnsafeMutableBufferPointer { buffer in
                if let base = buffer.baseAddress { random.fillBell(base, count: buffer.count) }
            }
            let scale = (2 / max(inputs, 1)).squareRoot()
            return try Tensor(tensor.shape, bell.map { Float($0 * scale) })
        }
    }
}
