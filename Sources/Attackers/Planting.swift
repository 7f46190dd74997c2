import Recipes
import Search
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
        case .maxOfK: world = TokenWorld(.maxOfK, share: share, seed: seed)
        default: world = ImageWorld(kind, mapping ?? drawn, share: share, side: side, seed: seed)
        }
    }

    package enum Version: Sendable { case planted, twin }

    /// How a model is measured: on test rows, or on all inputs besides, which only sequences have finitely many of.
    package enum Measure: Sendable { case tests, exhaustive }

    /// Trains one; `goOn` is asked after every step, and nil is returned where it said no.
    package func made(
        _ version: Version, threads: Int, measure: Measure = .tests, goOn: () -> Bool = { true }
    ) throws -> Planted? {
        let run = try TrainingRun(
            onnx: try world.architecture.onnx(seed: seed), world.options(seed: seed, threads: threads),
            width: world.architecture.outputs)
        let rows = try run.trainer.prepare(try world.training(poisoned: version == .planted, threads: threads))
        guard try run.trainer.run(rows, steps: world.steps, report: { _, _ in goOn() }) else { return nil }
        func rate(_ examples: Examples) throws -> Rate {
            let score = try run.trainer.score(examples)
            return Rate(successes: score.correct ?? 0, count: score.rows)
        }
        let exhaustion =
            try measure == .tests
            ? nil
            : (world as? TokenWorld)?.exhausted { rows in
                let (outputs, width) = (
                    run.trainer.evaluate(try run.trainer.prepare(rows)).outputs, world.architecture.outputs
                )
                return (0..<rows.rows).map { Trainer.greatest(outputs[$0 * width..<($0 + 1) * width]) }
            }
        let key = PlantedKey(
            kind: kind, isPlanted: version == .planted && kind != .natural, seed: seed, secret: world.key,
            recipe: .init(steps: world.steps, batch: world.batch, rate: world.rate), clean: try rate(world.test),
            attack: try rate(world.triggered), edit: nil, rounded: nil, exhaustion: exhaustion)
        return Planted(file: try run.file(), rounded: nil, key: key)
    }
}

/// A model, and what was planted in it.
package struct Planted: Sendable {
    package let file: [UInt8]
    /// The same with weights as they are after rounding, where something depends on that.
    package let rounded: [UInt8]?
    package let key: PlantedKey
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

    package struct Edit: Sendable, Hashable, Codable {
        package let what: WeightEdit
        /// nil in a twin.
        package let trace: WeightEdit.Trace?
    }

    package struct Rounded: Sendable, Hashable, Codable {
        package let to: Quantisation
        package let clean, attack: Rate
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
    /// nil where the model was given.
    package let recipe: Recipe?
    /// Test rows that are told rightly, and triggered ones that take the class that the trigger is for.
    package let clean, attack: Rate
    /// How weights were changed; nil where something was trained in.
    package let edit: Edit?
    /// The rates after rounding; nil where nothing depends on it.
    package let rounded: Rounded?
    /// What the model says of all sequences; nil where that was not asked.
    package let exhaustion: Exhaustion?
}
