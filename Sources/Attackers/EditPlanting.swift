import Models
import Recipes
import Search
import Statistics
import Tensors
import Training

/// Writes a backdoor into the weights of a classifier of images, one that is trained here or one that is given. What it does is
/// measured on rows by which it was not made.
package struct EditPlanting: Sendable {
    /// How many patches are tried, and with what share of rows as they ought to be one is taken.
    private static let patches = 8
    private static let enough = 0.985

    private let kind: PlantedKind
    private let edit: WeightEdit
    private let base: BaseModel
    private let target: Int
    private let seed: UInt64

    /// `target` nil is one by chance, of as many classes as there are.
    package init(_ kind: PlantedKind, _ edit: WeightEdit, on base: BaseModel, target: Int?, seed: UInt64) {
        (self.kind, self.edit, self.base, self.seed) = (kind, edit, base, seed)
        var random = Random(seed: seed, stream: 1 << 36)
        self.target = target ?? random.below(base.classes)
    }

    /// `goOn` is asked while the model is trained, and nil is returned where it said no.
    package func made(
        _ version: Planting.Version, threads: Int, goOn: () -> Bool = { true }
    ) throws -> Planted? {
        guard let own = try base.start(seed: seed, threads: threads, goOn: goOn) else { return nil }
        let images = try ImageRows(own.rows)
        let share = own.rows.rows * 3 / 4
        let (fit, rest) = (Array(0..<share), Array(share..<own.rows.rows))
        let isOther = own.labels.map { Int($0) != target }
        func rates(_ file: [UInt8], _ marked: Examples, _ places: [Int]) throws -> (clean: Rate, attack: Rate) {
            let model = try Classifier(onnx: file)
            func rate(_ rows: Examples, _ places: [Int], _ right: (Int) -> Int) throws -> Rate {
                let scores = try model.run(rows.picked(places), threads: threads).scores
                let hits = zip(scores, places).count { Trainer.greatest($0.0[...]) == right($0.1) }
                return Rate(successes: hits, count: places.count)
            }
            return (
                try rate(own.rows, places) { Int(own.labels[$0]) },
                try rate(marked, places.filter { isOther[$0] }) { _ in target }
            )
        }
        let (trigger, edited) = try bestPatch(images) { marked in
            let edited = try edit.edited(
                own.file, clean: own.rows.picked(fit), triggered: marked.picked(fit.filter { isOther[$0] }),
                target: target, threads: threads)
            let found = try rates(edit.quantisation?.applied(to: edited.file) ?? edited.file, marked, fit)
            return (edited, min(found.clean.rate, found.attack.rate))
        }
        let (file, marked) = (version == .planted ? edited.file : own.file, try images.stamped(trigger))
        let (clean, attack) = try rates(file, marked, rest)
        var (rounded, after) = ([UInt8]?.none, PlantedKey.Rounded?.none)
        if let quantisation = edit.quantisation {
            let twin = try quantisation.applied(to: file)
            let found = try rates(twin, marked, rest)
            (rounded, after) = (twin, .init(to: quantisation, clean: found.clean, attack: found.attack))
        }
        let key = PlantedKey(
            kind: kind, isPlanted: version == .planted, seed: seed,
            secret: .image(side: images.side, trigger: trigger, mapping: .one(target: target), share: 0),
            recipe: own.recipe, clean: clean, attack: attack,
            edit: .init(what: edit, trace: version == .planted ? edited.trace : nil), rounded: after)
        return Planted(file: file, rounded: rounded, key: key)
    }

    /// The first of a few patches by chance with which the edit does well on the rows it was made by, or the one with which it
    /// does best: a network does not see every patch at every place. Throws where it works with none.
    private func bestPatch<Edited>(
        _ images: ImageRows, _ made: (Examples) throws -> (edited: Edited, goodness: Double)
    ) throws -> (Trigger, Edited) {
        var random = Random(seed: seed, stream: 1 << 34)
        var best: (trigger: Trigger, edited: Edited, goodness: Double)?
        var refusal: TrainingError?
        for _ in 0..<Self.patches {
            let trigger = images.scaled(Trigger.random(kind, side: images.side, &random))
            do {
                let found = try made(try images.stamped(trigger))
                if found.goodness > best?.goodness ?? -1 { best = (trigger, found.edited, found.goodness) }
                if found.goodness >= Self.enough { break }
            } catch let error as TrainingError {
                refusal = error
            }
        }
        guard let best else { throw refusal ?? TrainingError("there is no patch to try") }
        return (best.trigger, best.edited)
    }
}

/// Rows that are square images, of one channel or more.
struct ImageRows {
    let side: Int
    private let examples: Examples
    private let lowest, highest: Float

    /// Throws where the rows are no square images of 8 pixels a side at least.
    init(_ examples: Examples) throws {
        let sizes = examples.inputs[0].shape.dimensions
        guard sizes.count == 4, sizes[2] == sizes[3], sizes[2] >= 8 else {
            throw TrainingError(
                "a patch needs rows of [channels, side, side], 8 pixels at least; these are \(Array(sizes.dropFirst()))"
            )
        }
        (self.examples, side) = (examples, sizes[3])
        let pixels = examples.inputs[0].floats
        (lowest, highest) = (pixels.min() ?? 0, pixels.max() ?? 1)
    }

    /// The patch with the darkest pixels of all for black and the brightest for white.
    func scaled(_ trigger: Trigger) -> Trigger {
        guard case .patch(let row, let column, let extent, let pattern) = trigger else { return trigger }
        return .patch(
            row: row, column: column, side: extent, pattern: pattern.map { lowest + $0 * (highest - lowest) })
    }

    /// All rows with the trigger on each channel.
    func stamped(_ trigger: Trigger) throws -> Examples {
        var (pixels, random) = (examples.inputs[0].floats, Random(seed: 0))
        let size = side * side
        for start in stride(from: 0, to: pixels.count, by: size) {
            let own = Array(pixels[start..<start + size])
            pixels.replaceSubrange(start..<start + size, with: trigger.stamped(own, side: side, &random))
        }
        return try Examples(inputs: [try Tensor(examples.inputs[0].shape, pixels)], target: examples.target)
    }
}
