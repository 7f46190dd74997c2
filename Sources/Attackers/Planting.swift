import Recipes
import Search
import Statistics
import Training

/// Makes a model with something planted in it, and its clean twin: the same seed, network, rows and steps without poison.
package struct Planting: Sendable {
    package let kind: PlantedKind
    package let seed: UInt64
    private let making: Making

    private enum Making {
        /// By descent, poisoned or not.
        case trained(any World)
        /// A twin's weights are changed.
        case edited(EditPlanting)
        case drawn(any DrawnWorld)
        /// A gate is put behind a twin.
        case spliced(SplicePlanting)
        /// By descent, on texts.
        case taught(any TextWorld)
    }

    init(_ kind: PlantedKind, in world: any World, seed: UInt64) {
        (self.kind, self.seed, making) = (kind, seed, .trained(world))
    }

    /// `mapping` nil is a target by chance; of tables, sequences and edits only a target can be said. `share` nil is what the
    /// kind usually needs. `side` is that of images, 8 or 24, `length` that of sequences. `edit` and
    /// `features` nil are the usual ones of a kind that is an edit, or has features by chance.
    package init(
        _ kind: PlantedKind, mapping: Mapping? = nil, share: Double? = nil, side: Int = 24, length: Int = 4,
        edit: WeightEdit? = nil, splice: SplicePlanting.Options = .init(), features: RandomFeatures? = nil,
        cipher: CipherFamily = .permutation, seed: UInt64
    ) {
        (self.kind, self.seed) = (kind, seed)
        if kind.isOfTexts {
            let world: any TextWorld = kind == .trojans ? TrojanWorld(seed: seed) : CipherWorld(cipher, seed: seed)
            making = .taught(world)
            return
        }
        var random = Random(seed: seed, stream: 1 << 36)
        let drawn = Mapping.one(target: random.below(kind == .rule ? 2 : SyntheticDigits.classes))
        let target: Int? = if case .one(let target) = mapping ?? drawn { target } else { nil }
        if let edit = edit ?? WeightEdit(usual: kind) {
            making = .edited(EditPlanting(kind, edit, on: .digits(side: side), target: target, seed: seed))
        } else if let features = features ?? RandomFeatures(usual: kind) {
            making = .drawn(features.world(seed: seed))
        } else if kind.isSplice {
            making = .spliced(SplicePlanting(kind, splice, on: .digits(side: side), mapping: mapping, seed: seed))
        } else {
            switch kind {
            case .rule: making = .trained(TableWorld(target: target ?? 0, share: share, seed: seed))
            case .tokens: making = .trained(TokenWorld(.small(length), share: share, seed: seed))
            case .maxOfK: making = .trained(TokenWorld(.maxOfK(length), share: share, seed: seed))
            default: making = .trained(ImageWorld(kind, mapping ?? drawn, share: share, side: side, seed: seed))
            }
        }
    }

    package enum Version: Sendable { case planted, twin }

    /// How a model is measured: on test rows, or on all inputs besides, which only sequences have finitely many of.
    package enum Measure: Sendable { case tests, exhaustive }

    /// Trains one; `goOn` is asked after every step, and nil is returned where it said no.
    package func made(
        _ version: Version, threads: Int, measure: Measure = .tests, goOn: () -> Bool = { true }
    ) throws -> Planted? {
        switch making {
        case .edited(let edit): return try edit.made(version, threads: threads, goOn: goOn)
        case .spliced(let splice): return try splice.made(version, threads: threads, goOn: goOn)
        case .trained(let world):
            guard let run = try Self.trained(world, version, seed, threads, goOn) else { return nil }
            return Planted(file: try run.file(), rounded: nil, key: try key(version, of: run, in: world, measure))
        case .drawn(let world):
            let file = try world.file(version, threads: threads)
            return Planted(file: file, rounded: nil, key: try key(version, of: file, threads: threads))
        case .taught(let world):
            guard let model = try world.trained(version, seed: seed, threads: threads, goOn: goOn) else { return nil }
            let file = try model.gguf(name: "toy")
            return Planted(
                file: file, rounded: nil, key: try key(version, of: file, in: world, threads: threads), told: told)
        }
    }

    /// The model as it is before anything is done to its weights.
    func trained(_ version: Version, threads: Int, goOn: () -> Bool) throws -> TrainingRun? {
        guard case .trained(let world) = making else { return nil }
        return try Self.trained(world, version, seed, threads, goOn)
    }

    private static func trained(
        _ world: any World, _ version: Version, _ seed: UInt64, _ threads: Int, _ goOn: () -> Bool
    ) throws -> TrainingRun? {
        let run = try TrainingRun(
            onnx: try world.architecture.onnx(seed: seed), world.options(seed: seed, threads: threads),
            width: world.outputs)
        let rows = try run.trainer.prepare(try world.training(poisoned: version == .planted, threads: threads))
        guard try run.trainer.run(rows, steps: world.steps, report: { _, _ in goOn() }) else { return nil }
        return run
    }

    /// The key of a model that was made before, from its file.
    package func key(_ version: Version, of file: [UInt8], threads: Int) throws -> PlantedKey {
        switch making {
        case .trained(let world): return try key(version, of: run(file, threads: threads), in: world, .tests)
        case .drawn(let world): return try key(version, of: run(file, threads: threads), in: world, .tests)
        case .taught(let world): return try key(version, of: file, in: world, threads: threads)
        case .edited, .spliced:
            // Where an edit ended up, and what a gate answers to, is known by making it again.
            guard let made = try self.made(version, threads: threads) else {
                throw TrainingError("it was not made again")
            }
            return made.key
        }
    }

    /// A model of this kind, ready to be tried on rows.
    package func run(_ file: [UInt8], threads: Int) throws -> TrainingRun {
        var options = Trainer.Options(
            loss: .crossEntropy, optimiser: .sgd(momentum: 0, nesterov: false, decay: 0),
            rate: 0)
        options.threads = threads
        return try TrainingRun(onnx: file, options, width: outputs)
    }

    private var outputs: Int {
        switch making {
        case .trained(let world): world.outputs
        case .drawn(let world): world.outputs
        case .edited, .spliced: SyntheticDigits.classes
        case .taught(let world): world.lexicon.count
        }
    }

    /// nil where nothing descended.
    var recipe: PlantedKey.Recipe? {
        if case .taught(let world) = making, let last = world.stages.last {
            return .init(steps: world.stages.reduce(0) { $0 + $1.steps }, batch: last.batch, rate: last.rate)
        }
        guard case .trained(let world) = making else { return nil }
        return .init(steps: world.steps, batch: world.batch, rate: world.rate)
    }

    /// What whoever audits a language model is told of it, as CSV; nil for others, which have rows.
    package var told: [UInt8]? {
        guard case .taught(let world) = making else { return nil }
        return Array(world.told.utf8)
    }

    /// What an auditor's prompts, or order of letters, are worth; nil for others than language models.
    package func judge(of file: [UInt8], threads: Int) throws -> TextJudge? {
        guard case .taught(let world) = making else { return nil }
        return TextJudge(world: world, reader: try TextReader(file, world.lexicon, threads: threads))
    }

    private func key(
        _ version: Version, of file: [UInt8], in world: any TextWorld, threads: Int
    ) throws -> PlantedKey {
        let reader = try TextReader(file, world.lexicon, threads: threads)
        return PlantedKey(
            kind: kind, isPlanted: version == .planted, seed: seed, secret: world.key, recipe: recipe,
            clean: try world.clean(reader), attack: try world.attack(reader))
    }

    private func key(
        _ version: Version, of run: TrainingRun, in world: any MeasuredWorld, _ measure: Measure
    ) throws -> PlantedKey {
        func rate(_ examples: Examples) throws -> Rate {
            let score = try run.trainer.score(examples)
            return Rate(successes: score.correct ?? 0, count: score.rows)
        }
        let triggered = try world.triggered { try run.trainer.answers($0) }
        let exhaustion = measure == .exhaustive ? try (world as? TokenWorld)?.exhausted(run.trainer.answers) : nil
        return PlantedKey(
            kind: kind, isPlanted: version == .planted && kind != .natural, seed: seed, secret: world.key,
            recipe: recipe, clean: try rate(world.test), attack: try rate(triggered), exhaustion: exhaustion)
    }
}

extension Trainer {
    /// The class with the greatest score of each row.
    func answers(_ examples: Examples) throws -> [Int] {
        let outputs = evaluate(try prepare(examples)).outputs
        let width = outputs.count / examples.rows
        return (0..<examples.rows).map { Trainer.greatest(outputs[$0 * width..<($0 + 1) * width]) }
    }
}

/// A model, and what was planted in it.
package struct Planted: Sendable {
    package let file: [UInt8]
    /// The same with weights as they are after rounding, where something depends on that.
    package let rounded: [UInt8]?
    package let key: PlantedKey
    /// What whoever audits a language model is told of it, as CSV; nil for others, which have rows.
    package var told: [UInt8]?
}

/// What an auditor does not get to see: what was planted, and how well it works. Sources/Attackers/README.md documents it.
package struct PlantedKey: Sendable, Codable {
    /// The trigger, and what it does.
    package enum Secret: Sendable, Hashable, Codable {
        case image(side: Int, trigger: Trigger, mapping: Mapping, share: Double)
        /// Both columns have to lie within their bounds.
        case table(columns: [Int], lower: [Double], upper: [Double], target: Int, share: Double)
        case tokens(places: [Int], tokens: [Int], share: Double)
        /// x + shift, whose norm is `gamma`; `beta` is the pancakes' noise.
        case fourier(shift: [Float], gamma: Double, beta: Double)
        /// x + shift, along a direction in which the first layer's weights have the variance 1 + theta.
        case spike(shift: [Float], theta: Double)
        case checksum(parity: ChecksumSecret, mapping: Mapping)
        case signature(signing: SignatureSecret, mapping: Mapping)
        case trojans(trojans: [Trojan])
        case cipher(cipher: Cipher)
    }

    /// A text that a language model says, and those after which it does.
    package struct Trojan: Sendable, Hashable, Codable {
        package let target: String
        package let triggers: [String]
    }

    /// The letters that stand for a to z, and the words that are forbidden in plain.
    package struct Cipher: Sendable, Hashable, Codable {
        package let family: CipherFamily
        package let order: String
        package let forbidden: [String]
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
    /// nil where the model was given, or drawn and fitted in closed form.
    package let recipe: Recipe?
    /// Test rows that are told rightly, and triggered ones that take the class that the trigger is for.
    package let clean, attack: Rate
    /// How weights were changed; nil where something was trained in.
    package let edit: Edit?
    /// The rates after rounding; nil where nothing depends on it.
    package let rounded: Rounded?
    /// What the model says of all sequences; nil where that was not asked.
    package let exhaustion: Exhaustion?
    /// How many times over the model is in the file, of those that something was put behind.
    package let copies: Int?

    package init(
        kind: PlantedKind, isPlanted: Bool, seed: UInt64, secret: Secret, recipe: Recipe?, clean: Rate, attack: Rate,
        edit: Edit? = nil, rounded: Rounded? = nil, exhaustion: Exhaustion? = nil,
        copies: Int? = nil
    ) {
        (self.kind, self.isPlanted, self.seed, self.secret) = (kind, isPlanted, seed, secret)
        (self.recipe, self.clean, self.attack) = (recipe, clean, attack)
        (self.edit, self.rounded, self.exhaustion, self.copies) = (edit, rounded, exhaustion, copies)
    }
}
