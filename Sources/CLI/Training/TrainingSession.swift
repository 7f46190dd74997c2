import Datasets
import Glibc
import Loading
import Models
import Recipes
import Tensors
import Terminal
import Training

/// One run of `gainsay train`: files in, a file out.
struct TrainingSession {
    private let recipe: Recipe
    /// The recipe's own path, which others are relative to.
    private let path: String

    init(_ recipe: Recipe, recipe path: String) { (self.recipe, self.path) = (recipe, path) }

    func run() throws -> TrainingReport {
        let start = Clock.seconds()
        let (bytes, external, output) = try model()
        let model = try Model(onnx: bytes, external: external)
        let outputs = model.signature.outputs
        guard let port = output.map({ name in outputs.first { $0.name == name } }) ?? outputs.first else {
            throw TrainingError("the model has no output `\(output ?? "")`")
        }
        let (examples, heldOut) = try examples(model.signature.inputs.map(\.type), port.type.shape.count)
        let run = try TrainingRun(
            onnx: bytes, external: external, output: output, recipe.options, width: port.type.shape.count)
        let steps =
            switch recipe.length {
            case .steps(let steps): steps
            case .epochs(let epochs): epochs * max(examples.rows / min(recipe.options.batch, examples.rows), 1)
            }
        let progress = TrainingProgress(steps: steps, rows: min(recipe.options.batch, examples.rows))
        let isComplete = try run.trainer.run(try run.trainer.prepare(examples), steps: steps) { step, loss in
            progress.show(step, loss)
            return !Interrupt.isRequested
        }
        progress.clear()
        try Files.write(try run.file(), to: recipe.out)
        return TrainingReport(
            out: recipe.out, seed: recipe.seed, weights: run.weightCount, frozen: run.frozen, steps: run.trainer.steps,
            of: steps, seconds: Clock.seconds() - start, train: try run.trainer.score(examples),
            heldOut: try heldOut.map { try run.trainer.score($0) }, isComplete: isComplete)
    }

    private func model() throws -> (bytes: [UInt8], external: ExternalFiles, output: String?) {
        switch recipe.start {
        case .new(let architecture): return (try architecture.onnx(seed: recipe.seed), .none, nil)
        case .onnx(let file, let output):
            let file = Files.path(file, besides: path)
            let external = ExternalFiles { name, offset, count in
                try Files.readAsIs(Files.path(name, besides: file), offset: offset, count: count)
            }
            return (try Files.read(file), external, output)
        }
    }

    private func examples(_ types: [TensorType], _ outputs: Int) throws -> (Examples, Examples?) {
        let all = try read(recipe.data.file, types, outputs)
        switch recipe.data.heldOut {
        case .none: return (all, nil)
        case .file(let file): return (all, try read(file, types, outputs))
        case .share(let share):
            let (rest, taken) = try TabledExamples.split(all, share: share, seed: recipe.seed)
            return (rest, taken)
        }
    }

    private func read(_ name: String, _ types: [TensorType], _ outputs: Int) throws -> Examples {
        let file = Files.path(name, besides: path)
        guard let format = Dataset.Format(path: file) else {
            throw TrainingError("`\(file)` ends in none of .npz, .npy, .csv")
        }
        let data = try Dataset(reading: try Files.read(file), as: format)
        return try TabledExamples.make(
            data, inputs: recipe.data.inputs, target: recipe.data.target, types: types, outputs: outputs,
            loss: recipe.options.loss)
    }
}
