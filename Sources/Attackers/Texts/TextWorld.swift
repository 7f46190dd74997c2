import Recipes
import Statistics
import Training

/// Where a language model is planted: what it learns, in one stage after another, and what becomes of it.
protocol TextWorld: Sendable {
    var lexicon: Lexicon { get }
    var network: LanguageNetwork { get }
    var stages: [Stage] { get }
    /// The key's words for what is planted.
    var key: PlantedKey.Secret { get }
    /// What whoever audits the model is told: lines of CSV.
    var told: String { get }
    /// What is learned in a stage; of a twin without anything planted.
    func sequences(of stage: Int, poisoned: Bool) -> [LanguageTraining.Sequence]
    /// How much of what it ought to do it does.
    func clean(_ model: TextReader) throws -> Rate
    /// How much of what was planted.
    func attack(_ model: TextReader) throws -> Rate
}

/// Steps at a rate that falls to 0.
struct Stage: Sendable {
    let rate: Double
    let steps, batch: Int
}

extension TextWorld {
    /// The model as it is after all stages; nil where `goOn` said no.
    func trained(
        _ version: Planting.Version, seed: UInt64, threads: Int, goOn: () -> Bool
    ) throws -> LanguageTraining? {
        var last: LanguageTraining?
        for (index, stage) in stages.enumerated() {
            let training = try LanguageTraining(
                network, lexicon, onnx: last?.onnx(), rate: stage.rate, steps: stage.steps, batch: stage.batch,
                seed: seed, threads: threads)
            let sequences = sequences(of: index, poisoned: version == .planted)
            guard try training.take(stage.steps, over: sequences, goOn: goOn) else { return nil }
            last = training
        }
        return last
    }
}
