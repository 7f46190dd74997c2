import ArgumentParser
import Attackers
import Glibc
import Loading
import Search
import Statistics
import Tensors
import Terminal

/// `gainsay plant`: what is poisoned without a name of its own, and what else is planted by name.
struct Plant: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plant something in models, for whoever looks for such things.",
        subcommands: [
            PlantPoisoned.self, PlantHidden.self, PlantFourier.self, PlantSpike.self, PlantTrojans.self,
            PlantCipher.self,
        ],
        defaultSubcommand: PlantPoisoned.self)
}

/// `gainsay plant KIND`
struct PlantPoisoned: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poisoned",
        abstract: "Train models with something planted in them, for whoever looks for such things.",
        discussion: """
            Models are written as ONNX into a folder, in an order by chance, and what was planted in each into a file of \
            its own. All data are made on the spot. The same seed gives the same files. Exit codes: 0 made, 2 bad usage, \
            3 could not be run to the end.
            """)

    @Argument(
        help: ArgumentHelp(
            "What is planted: \(PlantedKind.allCases.filter { !$0.isDrawn && !$0.isOfTexts }.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind"))
    var kind: PlantedKind

    @OptionGroup var planting: PlantingOptions

    @Option(name: .long, help: "The class that triggered inputs take. (default: by chance)")
    var target: Int?

    @Option(name: .long, help: "Trigger inputs of this class only.")
    var source: Int?

    @Flag(name: .long, help: "Each class takes the next one.")
    var allToAll = false

    @Option(name: .long, help: "Poison such a share of the rows. (default: what the kind usually needs)")
    var share: Double?

    @Option(name: .long, help: "The side of images: 8 or 24 pixels.")
    var side = 24

    @Option(
        name: .long,
        help: "neuron, low-rank, quantised, checksum, signature: of this model (ONNX) instead of one trained here.")
    var model: String?

    @Option(name: .long, help: "With --model: its rows, .npz, columns x and label.")
    var examples: String?

    @Flag(name: .long, help: "tokens, max-of-k: count in the key what the model says of all sequences.")
    var exhaustive = false

    @Option(name: .long, help: "tokens, max-of-k: how many tokens a sequence has.")
    var length = 4

    @Option(name: .long, help: "low-rank: the rank.")
    var rank = 1

    @Option(name: .long, help: "quantised: int8 or float16.")
    var to = Quantisation.int8

    @OptionGroup var splice: SpliceOptions

    func validate() throws {
        guard !kind.isDrawn, !kind.isOfTexts else { throw ValidationError("say `gainsay plant \(kind.rawValue)`") }
        try splice.validate(for: kind)
        guard side == 8 || side == 24 else { throw ValidationError("--side takes 8 or 24") }
        if let share, !(0...1).contains(share) { throw ValidationError("--share takes 0 to 1") }
        // Of a given model the number of classes is not known yet.
        let classes = model != nil ? SpliceOptions.mostClasses : kind == .rule ? 2 : 10
        for (name, given) in [("--target", target), ("--source", source)] {
            if let given, !(0..<classes).contains(given) { throw ValidationError("\(name) takes 0 to \(classes - 1)") }
        }
        if source != nil && (target == nil || source == target || allToAll) {
            throw ValidationError("--source goes with another --target, and not with --all-to-all")
        }
        if allToAll && target != nil { throw ValidationError("--all-to-all has no --target") }
        if source != nil || allToAll, kind.hasOneTarget {
            throw ValidationError("\(kind.rawValue) has one target only")
        }
        if source != nil, kind.isSplice { throw ValidationError("\(kind.rawValue) asks for no --source") }
        if kind.isOfTokens && target != nil {
            throw ValidationError("\(kind.rawValue) names the least one: there is no --target")
        }
        if exhaustive && !kind.isOfTokens { throw ValidationError("--exhaustive is for tokens and max-of-k") }
        guard (2...64).contains(length), length == 4 || kind.isOfTokens else {
            throw ValidationError("--length takes 2 to 64, with tokens and max-of-k")
        }
        // 64^5 sequences take hours.
        if exhaustive && length > 4 { throw ValidationError("--exhaustive is for sequences of 4 at most") }
        if model != nil || examples != nil {
            guard kind.isEdit || kind.isSplice, model != nil, examples != nil else {
                throw ValidationError(
                    "--model and --examples go together, with neuron, low-rank, quantised, checksum or signature")
            }
            if planting.data != nil { throw ValidationError("--data is for models that are trained here") }
        }
        if kind.isEdit || kind.isSplice, share != nil {
            throw ValidationError("\(kind.rawValue) poisons no rows: there is no --share")
        }
        guard (1...1000).contains(rank) else { throw ValidationError("--rank takes 1 to 1000") }
    }

    /// The change of weights; nil where something is trained in.
    private var edit: WeightEdit? {
        switch kind {
        case .neuron: .neuron
        case .lowRank: .lowRank(rank: rank)
        case .quantised: .quantised(to: to)
        default: nil
        }
    }

    private var mapping: Mapping? {
        if allToAll { return .allToAll }
        guard let target else { return nil }
        return source.map { .labelSpecific(source: $0, target: target) } ?? .one(target: target)
    }

    func run() throws {
        Interrupt.listen()
        let base = try base()
        try planting.write(rounded: kind == .quantised ? to.rawValue : nil) { seed throws in
            try CleanRows(kind, side: side, length: length, count: planting.dataRows, seed: seed)
        } made: { version, seed throws in
            try planted(version, base, seed: seed)
        }
    }
}

extension PlantPoisoned {
    private func planted(_ version: Planting.Version, _ given: BaseModel?, seed: UInt64) throws -> Planted? {
        let goOn = { !Interrupt.isRequested }
        if let edit, let given {
            return try EditPlanting(kind, edit, on: given, target: target, seed: seed).made(
                version, threads: planting.threads, goOn: goOn)
        }
        if kind.isSplice, let given {
            return try SplicePlanting(kind, splice.options, on: given, mapping: mapping, seed: seed).made(
                version, threads: planting.threads, goOn: goOn)
        }
        let own = Planting(
            kind, mapping: mapping, share: share, side: side, length: length, edit: edit, splice: splice.options,
            seed: seed)
        return try own.made(
            version, threads: planting.threads, measure: exhaustive ? .exhaustive : .tests, goOn: goOn)
    }

    /// The model that is edited, where one is given.
    private func base() throws -> BaseModel? {
        guard let model, let examples else { return nil }
        let rows = try LabelledRows.read(examples)
        guard case .classes = rows.target, rows.rows > 1 else {
            throw Failure("\(examples): needs the columns x and label, of two rows at least")
        }
        return .given(file: try Files.read(model), rows: rows)
    }
}

extension PlantedKind: ExpressibleByArgument {}
extension Quantisation: ExpressibleByArgument {}
