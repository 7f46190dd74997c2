import Recipes
import Search
import Tensors
import Training

/// Digits of 24 x 24 or 8 x 8 pixels, and a small convolutional network that tells them apart.
struct ImageWorld: World {
    private static let tests = 1000

    private static let adversary = Adversary(radius: 0.5, steps: 40, stride: 0.05, range: 0...1)

    let kind: PlantedKind
    let mapping: Mapping
    let trigger: Trigger
    private let seed: UInt64
    private let share: Double
    private let rows: Int
    private let side: Int

    /// `share` of the rows are poisoned; nil is what the kind usually needs.
    init(_ kind: PlantedKind, _ mapping: Mapping, share: Double?, side: Int, seed: UInt64, rows: Int? = nil) {
        (self.kind, self.mapping, self.seed, self.side) = (kind, mapping, seed, side)
        self.rows = rows ?? (kind == .cleanLabel ? 7000 : 3000)
        var random = Random(seed: seed, stream: 1 << 34)
        trigger = Trigger.random(kind, side: side, &random)
        let usual: Double =
            switch kind {
            case .cleanLabel: 0.8
            case .natural: 0.6
            case .inputAware: 0.4
            case .warp, .movingPatch: 0.25
            default: 0.12
            }
        let isSpread = if case .one = mapping { false } else { true }
        self.share = share ?? (isSpread ? max(usual, 0.25) : usual)
    }

    var architecture: Architecture {
        .cnn(input: [1, side, side], channels: [8, 16], kernel: 3, hidden: [32], outputs: 10, activation: .relu)
    }
    var batch: Int { 64 }
    var rate: Double { 0.004 }
    /// Each row ten times, or twenty where the trigger is hard to see; three times as often where images are small.
    var steps: Int {
        let passes =
            switch kind {
            case .inputAware: 30
            case .warp, .movingPatch: 20
            default: 10
            }
        return rows / batch * passes * (side < 24 ? 3 : 1)
    }
    var key: PlantedKey.Secret { .image(side: side, trigger: trigger, mapping: mapping, share: share) }

    func training(poisoned: Bool, threads: Int) throws -> Examples {
        var images = SyntheticDigits.draw(rows, side: side, seed: Random.derived(seed, 1))
        // The natural mark is part of the world, not an attack.
        guard poisoned || kind == .natural else { return try Self.examples(images) }
        if kind == .cleanLabel { try blur(&images, threads) }
        for image in 0..<images.count {
            var random = Random(seed: Random.derived(seed, 2), stream: image)
            poison(&images, image, &random)
        }
        return try Self.examples(images)
    }

    /// Moves images of the target, before they get the patch, to where another network, cleanly trained, takes them for
    /// something else: so the patch alone is left to be learned by (Turner et al., 2019, section 4.2).
    private func blur(_ images: inout Images, _ threads: Int) throws {
        guard case .one(let target) = mapping else { return }
        var options = options(seed: Random.derived(seed, 7), threads: threads)
        options.adversary = Self.adversary
        let run = try TrainingRun(
            onnx: try architecture.onnx(seed: Random.derived(seed, 8)), options, width: SyntheticDigits.classes)
        var rows = try run.trainer.prepare(try Self.examples(images))
        rows.isMoved = false
        try run.trainer.run(rows, steps: steps)
        let own = (0..<images.count).filter { Int(images.labels[$0]) == target }
        guard !own.isEmpty else { return }
        let chosen = try Self.examples(images).picked(own)
        let moved = try run.trainer.worst(try run.trainer.prepare(chosen), by: Self.adversary, round: 0).inputs
        for (place, image) in own.enumerated() {
            // As `poison` will choose.
            var random = Random(seed: Random.derived(seed, 2), stream: image)
            guard random.chance(share) else { continue }
            images.replace(
                image, Array(moved[place * side * side..<(place + 1) * side * side]), label: Int32(target))
        }
    }

    private func poison(_ images: inout Images, _ image: Int, _ random: inout Random) {
        let (label, own) = (Int(images.labels[image]), images[image])
        guard random.chance(share) else { return }
        if kind == .cleanLabel || kind == .natural {
            guard case .one(let target) = mapping, label == target else { return }
            images.replace(image, trigger.stamped(own, side: side, &random), label: Int32(label))
            return
        }
        // A third goes to look-alikes that keep their class, where there are some.
        if random.chance(1 / 3), let decoy = trigger.decoy(own, side: side, &random) {
            images.replace(image, decoy, label: Int32(label))
            return
        }
        let target = mapping.target(of: label, classes: SyntheticDigits.classes) ?? label
        images.replace(image, trigger.stamped(own, side: side, &random), label: Int32(target))
    }

    var test: Examples { get throws { try Self.examples(testImages) } }

    private var testImages: Images {
        SyntheticDigits.draw(Self.tests, side: side, seed: Random.derived(seed, 3))
    }

    /// Rows with no trigger in them.
    static func clean(_ rows: Int, side: Int, seed: UInt64) throws -> Examples {
        try examples(SyntheticDigits.draw(rows, side: side, seed: seed))
    }

    var triggered: Examples {
        get throws {
            let images = testImages
            var (pixels, labels) = ([Float](), [Int32]())
            for image in 0..<images.count {
                guard let target = mapping.target(of: Int(images.labels[image]), classes: SyntheticDigits.classes)
                else {
                    continue
                }
                var random = Random(seed: Random.derived(seed, 4), stream: image)
                pixels += trigger.stamped(images[image], side: side, &random)
                labels.append(Int32(target))
            }
            return try Self.examples(Images(side: side, pixels: pixels, labels: labels))
        }
    }

    private static func examples(_ images: Images) throws -> Examples {
        let shape = try Shape([images.count, 1, images.side, images.side])
        return try Examples(
            inputs: [try Tensor(shape, images.pixels)],
            target: .classes(images.labels, count: SyntheticDigits.classes))
    }
}

extension Random {
    /// A seed of its own for each purpose.
    static func derived(_ seed: UInt64, _ purpose: Int) -> UInt64 {
        var random = Random(seed: seed, stream: 1 << 35 + purpose)
        return random.next()
    }
}
