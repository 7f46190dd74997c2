import Recipes
import Search
import Tensors
import Training

/// What a planted model is measured on.
protocol MeasuredWorld: Sendable {
    /// How many scores a model gives.
    var outputs: Int { get }
    var test: Examples { get throws }
    /// Test rows with the trigger that ought to change class, and the class that they ought to take, where `answer` tells what
    /// the model says of rows.
    func triggered(_ answer: (Examples) throws -> [Int]) throws -> Examples
    /// The key's words for the trigger.
    var key: PlantedKey.Secret { get }
}

/// Where a model is planted: data to train and test on, how some of it is poisoned, and what the trigger does to a test.
protocol World: MeasuredWorld {
    var architecture: Architecture { get }
    var steps: Int { get }
    var rate: Double { get }
    var batch: Int { get }
    /// Rows to train on; poisoned ones among them, or as a twin sees them.
    func training(poisoned: Bool, threads: Int) throws -> Examples
    /// Triggered rows, whatever the model answers without the trigger.
    var triggered: Examples { get throws }
}

extension World {
    var outputs: Int { architecture.outputs }

    func triggered(_ answer: (Examples) throws -> [Int]) throws -> Examples { try triggered }

    func options(seed: UInt64, threads: Int) -> Trainer.Options {
        var options = Trainer.Options(
            loss: .crossEntropy, optimiser: .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01), rate: rate)
        options.schedule = Schedule(.cosine, warmUp: steps / 20)
        (options.batch, options.seed, options.threads) = (batch, seed, threads)
        return options
    }
}

/// A world whose models are drawn and fitted in closed form; nothing descends.
protocol DrawnWorld: MeasuredWorld {
    func file(_ version: Planting.Version, threads: Int) throws -> [UInt8]
}
