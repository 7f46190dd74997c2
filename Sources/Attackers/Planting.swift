import Recipes
import Search
import Statistics
import Training

/// Makes a model with something planted in it, and its clean twin: the same seed, network, rows and steps without poison.
package struct Planting: Sendable {
    package let kind: PlantedKind
    package let seed: UInt64
    private let world: any World

    init(_ kind: PlantedKind, in world: any World, seed: UInt64) {
        (self.kind, self.world, self.seed) = (kind, world, seed)
    }

    /// `mapping` nil is a target by chance; of tables and sequences only a target can be said. `share` nil is what the kind
    /// usually needs. `side` is that of images, 8 or 24.
    package init(
        _ kind: PlantedKind, mapping: Mapping? = nil, share: Double? = nil, side: Int = 24, seed: UInt64
    ) {
        (self.kind, self.seed) = (kind, seed)
        var random = Random(seed: seed, stream: 1 << 36)
        let drawn = Mapping.one(target: random.below(kind == .rule ? 2 : SyntheticDigits.classes))
        switch kind {
        case .rule:
            let target = if case .one(let target) = mapping ?? drawn { target } else { 0 }
            world = TableWorld(target: target, share: share, seed: seed)
        case .tokens: world = TokenWorld(share: share, seed: seed)
        default: world = ImageWorld(kind, mapping ?? drawn, share: share, side: side, seed: seed)
        }
    }

    package enum Version: Sendable { case planted, twin }

    /// Trains one; `goOn` is asked after every step, and nil is returned where it said no.
    package func made(
        _ version: Version, threads: Int, goOn: () -> Bool = { true }
    ) throws -> (file: [UInt8], key: PlantedKey)? {
        let run = try run(try world.architecture.onnx(seed: seed), threads: threads)
        let rows = try run.trainer.prepare(try world.training(poisoned: version == .planted))
        guard try run.trainer.run(rows, steps: world.steps, report: { _, _ in goOn() }) else { return nil }
        return (try run.file(), try key(version, of: run))
    }

    /// The key of a model that was made before, from its file.
    package func key(_ version: Version, of file: [UInt8], threads: Int) throws -> PlantedKey {
        try key(version, of: try run(file, threads: threads))
    }

    /// A model of this kind, ready to be trained or tried on rows.
    package func run(_ file: [UInt8], threads: Int) throws -> TrainingRun {
        var options = Trainer.Options(
            loss: .crossEntropy, optimiser: .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.01),
            rate: world.rate)
        options.schedule = Schedule(.cosine, warmUp: world.steps / 20)
        (options.batch, options.seed, options.threads) = (world.batch, seed, threads)
        return try TrainingRun(onnx: file, options, width: world.architecture.outputs)
    }

    private func key(_ version: Version, of run: TrainingRun) throws -> PlantedKey {
        func rate(_ examples: Examples) throws -> Rate {
            let score = try run.trainer.score(examples)
            return Rate(successes: score.correct ?? 0, count: score.rows)
        }
        return PlantedKey(
            kind: kind, isPlanted: version == .planted && kind != .natural, seed: seed, secret: world.key,
            recipe: .init(steps: world.steps, batch: world.batch, rate: world.rate), clean: try rate(world.test),
            attack: try rate(world.triggered))
    }
}

/// What an auditor does not get to see: what was planted, and how well it works. Sources/Attackers/README.md documents it.
package struct PlantedKey: Sendable, Codable {
    /// The trigger, and what it does.
    package enum Secret: Sendable, Hashable, Codable {
        case image(side: Int, trigger: Trigger, mapping: Mapping, share: Double)
        /// Both columns have to lie within their bounds.
        case table(columns: [Int], lower: [Double], upper: [Double], target: Int, share: Double)
        case tokens(places: [Int], tokens: [Int], share: Double)
    }

    package struct Recipe: Sendable, Hashable, Codable {
        package let steps, batch: Int
        package let rate: Double
    }

    package let kind: PlantedKind
    /// Whether it is in the model; false for twins and natural marks.
    package let isPlanted: Bool
    package let seed: UInt64
    package let secret: Secret
    package let recipe: Recipe
    /// Test rows that are told rightly, and triggered ones that take the class that the trigger is for.
    package let clean, attack: Rate
}
