import Recipes
import Search
import Tensors
import Training

/// Makes a network of two classes that gives class 1 all over its boxes as far as projected gradient descent can tell, and
/// class 0 at one planted place of some of them.
///
/// Two aims, as in Zhou et al., "SoundnessBench: a soundness benchmark for neural network verifiers", 2025, section 3: a small
/// margin at the planted places, of which more is not asked; and class 1 at what ascents find, now and in many rounds before.
package struct HiddenPlanting: Sendable {
    package enum Network: String, Sendable, Hashable, CaseIterable, Codable {
        case mlp, cnn, tanh, attention

        package var architecture: Architecture {
            switch self {
            case .mlp: .mlp(input: [10], hidden: [128, 128, 32], outputs: 2, activation: .relu)
            case .tanh: .mlp(input: [10], hidden: [128, 128, 32], outputs: 2, activation: .tanh)
            case .cnn:
                .cnn(input: [1, 5, 5], channels: [32], kernel: 3, hidden: [128, 32], outputs: 2, activation: .relu)
            case .attention:
                .transformer(
                    .init(.features(5), length: 5, width: 32, heads: 2, layers: 2, hidden: 64, outputs: 2))
            }
        }

        /// The shape of one input.
        package var shape: [Int] {
            switch self {
            case .mlp, .tanh: [10]
            case .cnn: [1, 5, 5]
            case .attention: [5, 5]
            }
        }
    }

    /// How hard it is tried.
    package struct Effort: Sendable, Hashable {
        package var rounds = 2500
        /// Ascents from so many starts, of so many steps, in each box and round.
        package var starts = 16
        package var ascents = 20
        /// How far each step goes in the first, second, ... round, in radii: short ones climb, long ones leap to corners.
        package var strides: [Float] = [0.1, 0.5, 0.1, 2]
        /// So many of what was found in a box are trained on, in so many steps each round.
        package var window = 300
        package var steps = 8
        package var batch = 256
        package var rate = 0.001
        /// Every so many rounds it is seen whether all is as it ought to be.
        package var interval = 250
        /// The ascents that a network has to withstand to be taken before all rounds are over.
        package var lastStarts = 250
        package var lastAscents = 500

        package init() {}

        /// What `network` usually needs.
        package init(for network: Network) {
            switch network {
            case .mlp: break
            case .cnn: rounds = 4000
            case .tanh: (rounds, rate) = (6000, 0.003)
            case .attention: rounds = 2000
            }
        }
    }

    private static let radius: Float = 2
    /// How far class 0 is to be above class 1 at a planted place.
    private static let margin: Float = 0.01

    package let network: Network
    package let boxes: HiddenBoxes
    package let seed: UInt64
    private let effort: Effort

    package init(_ network: Network, planted: Int, clean: Int, seed: UInt64, effort: Effort? = nil) {
        (self.network, self.seed, self.effort) = (network, seed, effort ?? Effort(for: network))
        boxes = HiddenBoxes.draw(
            dimensions: network.shape.reduce(1, *), radius: Self.radius, planted: planted, clean: clean, seed: seed)
    }

    /// Trains it; `goOn` is asked after every round, and nil is returned where it said no.
    package func made(
        threads: Int, goOn: (_ round: Int) -> Bool = { _ in true }
    ) throws -> (file: [UInt8], key: HiddenKey)? {
        let run = try TrainingRun(
            onnx: try network.architecture.onnx(seed: seed), options(threads), width: 2)
        var (windows, best) = (boxes.boxes.map { [$0.center] }, (hidden: -1, file: [UInt8](), key: HiddenKey?.none))
        for round in 0..<effort.rounds {
            let stride = effort.strides[round % effort.strides.count]
            let found = try worst(run.trainer, adversary(effort.ascents, stride), starts: effort.starts, round: round)
            for (box, inputs) in found.enumerated() {
                if windows[box].count < effort.window {
                    windows[box].append(inputs)
                } else {
                    windows[box][round % effort.window] = inputs
                }
            }
            for number in 0..<effort.steps {
                try step(run.trainer, windows, newest: found, number: round * effort.steps + number)
            }
            guard goOn(round) else { return nil }
            let isLast = round + 1 == effort.rounds
            guard (round + 1) % effort.interval == 0 || isLast else { continue }
            guard try isLast || seemsHidden(run.trainer, round) else { continue }
            let key = try self.key(run, rounds: round + 1)
            if key.hidden > best.hidden { best = (key.hidden, try run.file(), key) }
            if key.hidden == boxes.boxes.count { break }
        }
        return best.key.map { (best.file, $0) }
    }

    /// Whether a short look finds nothing amiss in any box.
    private func seemsHidden(_ trainer: Trainer, _ round: Int) throws -> Bool {
        let planted = try margins(trainer, boxes.boxes.compactMap(\.counterexample))
        guard planted.allSatisfy({ $0 < 0 }) else { return false }
        return try effort.strides.allSatisfy { stride in
            let found = try worst(trainer, adversary(effort.ascents, stride), starts: effort.starts, round: -1 - round)
            return try margins(trainer, found).allSatisfy { $0 > 0 }
        }
    }

    private func options(_ threads: Int) -> Trainer.Options {
        var options = Trainer.Options(
            loss: .crossEntropy, optimiser: .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0),
            rate: effort.rate)
        options.schedule = Schedule(.cosine, warmUp: effort.rounds * effort.steps / 20)
        (options.batch, options.seed, options.threads) = (effort.batch, seed, threads)
        // It moves no rows by itself, only where it is asked to.
        options.adversary = adversary(effort.ascents, effort.strides[0])
        return options
    }

    private func adversary(_ steps: Int, _ stride: Float) -> Adversary {
        Adversary(
            radius: Self.radius, steps: steps, stride: stride * Self.radius, range: -.infinity ... .infinity)
    }

    /// For each box the worst that ascents from `starts` places find.
    private func worst(
        _ trainer: Trainer, _ adversary: Adversary, starts: Int, round: Int
    ) throws -> [[Float]] {
        let rows = boxes.boxes.flatMap { box in [[Float]](repeating: box.center, count: starts) }
        let found = try trainer.worst(try trainer.prepare(examples(rows, label: 1)), by: adversary, round: round)
        let width = boxes.boxes[0].center.count
        return boxes.boxes.indices.map { box in
            let own = box * starts..<(box + 1) * starts
            let place = own.reduce(own.lowerBound) { found.losses[$1] > found.losses[$0] ? $1 : $0 }
            return Array(found.inputs[place * width..<(place + 1) * width])
        }
    }

    /// A step over what was found just now and before, and over those planted places whose margin is too small.
    private func step(_ trainer: Trainer, _ windows: [[[Float]]], newest: [[Float]], number: Int) throws {
        var random = Random(seed: Random.derived(seed, 5), stream: number)
        var rows = newest
        while rows.count < effort.batch {
            let window = windows[random.below(windows.count)]
            rows.append(window[random.below(window.count)])
        }
        let planted = boxes.boxes.compactMap(\.counterexample)
        let margins = planted.isEmpty ? [] : try self.margins(trainer, planted)
        let missing = zip(planted, margins).filter { $0.1 > -Self.margin }.map(\.0)
        let copies = missing.isEmpty ? 0 : max(1, effort.batch / 2 / planted.count)
        let all = rows + missing.flatMap { [[Float]](repeating: $0, count: copies) }
        let labels = all.indices.map { Int32($0 < rows.count ? 1 : 0) }
        var prepared = try trainer.prepare(examples(all, labels: labels))
        prepared.isMoved = false
        let loss = try trainer.step(prepared, ArraySlice(all.indices), of: effort.rounds * effort.steps)
        guard loss.isFinite else { throw TrainingError("the loss is no number at step \(number + 1)") }
    }

    /// How far class 1 is above class 0.
    private func margins(_ trainer: Trainer, _ rows: [[Float]]) throws -> [Float] {
        let outputs = trainer.evaluate(try trainer.prepare(examples(rows, label: 1))).outputs
        return rows.indices.map { outputs[2 * $0 + 1] - outputs[2 * $0] }
    }

    private func key(_ run: TrainingRun, rounds: Int) throws -> HiddenKey {
        var least = [Float](repeating: .infinity, count: boxes.boxes.count)
        for stride in Set(effort.strides).sorted() {
            let found = try worst(
                run.trainer, adversary(effort.lastAscents, stride), starts: effort.lastStarts, round: -1 - rounds)
            least = zip(least, try margins(run.trainer, found)).map(min)
        }
        let planted = try margins(run.trainer, boxes.boxes.map { $0.counterexample ?? $0.center })
        let all = boxes.boxes.indices.map { index in
            let box = boxes.boxes[index]
            return HiddenKey.Box(
                center: box.center, counterexample: box.counterexample,
                margin: box.counterexample == nil ? nil : planted[index], leastFound: least[index])
        }
        return HiddenKey(
            network: network, seed: seed, radius: boxes.radius, rounds: rounds, starts: effort.lastStarts,
            ascents: effort.lastAscents, strides: Set(effort.strides).sorted(), boxes: all)
    }

    private func examples(_ rows: [[Float]], label: Int32) throws -> Examples {
        try examples(rows, labels: [Int32](repeating: label, count: rows.count))
    }

    private func examples(_ rows: [[Float]], labels: [Int32]) throws -> Examples {
        try Examples(
            inputs: [try Tensor(Shape([rows.count] + network.shape), rows.flatMap { $0 })],
            target: .classes(labels, count: 2))
    }
}

/// What was hidden where.
package struct HiddenKey: Sendable, Codable {
    package struct Box: Sendable, Hashable, Codable {
        package let center: [Float]
        /// nil where nothing is planted: of such a box only what ascents did not find is known.
        package let counterexample: [Float]?
        /// Class 1 above class 0 at the counterexample: negative where it is one.
        package let margin: Float?
        /// The same at the worst that ascents found in the box.
        package let leastFound: Float

        /// Whether it is as it ought to be: wrong where that was planted, and right wherever ascents went.
        package var isHidden: Bool { (margin ?? -1) < 0 && leastFound > 0 }
    }

    package let network: HiddenPlanting.Network
    package let seed: UInt64
    package let radius: Float
    package let rounds: Int
    /// Ascents from so many places of a box, of so many steps each.
    package let starts, ascents: Int
    /// How far each step went, in radii; so many ascents with each.
    package let strides: [Float]
    package let boxes: [Box]

    package var hidden: Int { boxes.count { $0.isHidden } }
}
