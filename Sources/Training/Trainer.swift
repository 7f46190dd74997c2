import Search
import Synchronization
import Tensors

/// Trains a model, step by step. The same seed gives the same weights, byte for byte, with any number of threads.
///
///     let trainer = try Trainer(model, .init(loss: .crossEntropy, optimiser: ..., rate: 0.001), classes: 10)
///     try trainer.run(examples, steps: 1000)
///     let weights = try trainer.weights
///
/// One thread calls it; threads of its own help. A batch is cut into tiles of 64 rows, tile t goes to slot t mod 8, and slots are added up in order: neither depends on
/// the threads.
package final class Trainer: @unchecked Sendable {
    package struct Options: Sendable {
        package var loss: Loss
        package var optimiser: Optimiser
        package var rate: Double
        package var schedule = Schedule()
        package var batch = 128
        package var seed: UInt64 = 0
        package var threads = 1
        package var adversary: Adversary?

        package init(loss: Loss, optimiser: Optimiser, rate: Double) {
            (self.loss, self.optimiser, self.rate) = (loss, optimiser, rate)
        }
    }

    private static let slots = 8

    package let model: TrainableModel
    package let options: Options
    private let plan: TrainingPlan
    private let store: WeightStore
    private let idle = Mutex<[TileMemory]>([])
    private let sums: [UnsafeMutablePointer<Float>]
    /// How many steps were taken.
    package private(set) var steps = 0

    /// `output` is the number of the model's output, and `width` how many numbers or classes it is held against, those at each of
    /// `positions` together.
    package init(
        _ model: TrainableModel, _ options: Options, output: Int = 0, width: Int, positions: Int = 1
    ) throws(TrainingError) {
        (self.model, self.options) = (model, options)
        plan = try TrainingPlan(
            model, output: output, options.loss, width: width, positions: positions, options.adversary)
        store = try WeightStore(
            model, reading: options.adversary == nil ? .forward : .forwardAndBackward)
        let count = store.sumCount
        let slots = min(Self.slots, Self.tiles(options.batch))
        sums = (0..<max(slots, 1)).map { _ in .allocate(capacity: max(count, 1)) }
    }

    deinit { for sum in sums { sum.deallocate() } }

    package var weights: [Tensor] {
        get throws(TrainingError) { try store.tensors(like: model.initial) }
    }

    /// The columns of examples as this model takes them. Throws where they do not fit.
    package func prepare(_ examples: Examples) throws(TrainingError) -> PreparedExamples {
        guard examples.inputs.count == model.inputCount else {
            throw TrainingError("the model takes \(model.inputCount) inputs, not \(examples.inputs.count)")
        }
        guard examples.target.width == plan.outputCount else {
            throw TrainingError(
                "the target has \(examples.target.width) numbers or classes, and the model's output \(plan.outputCount)"
            )
        }
        var columns: [Column] = []
        for (tensor, type) in zip(examples.inputs, plan.tileTypes) { columns.append(try Column(tensor, for: type)) }
        return PreparedExamples(columns: columns, target: examples.target, rows: examples.rows)
    }

    /// Takes `steps` steps in all over batches of shuffled rows, each row once before any comes again.
    ///
    /// `report` is told the loss of each step, before it was taken, and says whether to go on. Returns whether all steps
    /// were taken. Throws where the loss is no number any more.
    @discardableResult
    package func run(
        _ examples: PreparedExamples, steps total: Int, report: (_ step: Int, _ loss: Double) -> Bool = { _, _ in true }
    ) throws(TrainingError) -> Bool {
        let batch = min(options.batch, examples.rows)
        let perPass = max(examples.rows / batch, 1)
        var order: [Int] = []
        for number in 0..<total {
            if number % perPass == 0 { order = shuffled(examples.rows, pass: number / perPass) }
            let first = number % perPass * batch
            let loss = try step(examples, order[first..<first + batch], of: total)
            guard loss.isFinite else {
                throw TrainingError("the loss is no number at step \(number + 1): a lower rate may help")
            }
            if !report(number + 1, loss) { return number + 1 == total }
        }
        return true
    }

    /// Takes one step; returns the mean loss of the rows before it.
    package func step(
        _ examples: PreparedExamples, _ rows: ArraySlice<Int>, of total: Int
    ) throws(TrainingError) -> Double {
        let loss = accumulate(examples, rows)
        let share = options.schedule.share(steps, of: total)
        steps += 1
        try store.step(
            options.optimiser, number: steps, rate: Float(options.rate * share), sums: used(rows.count),
            threads: options.threads)
        return loss
    }

    /// The mean loss of rows and its gradient by all weights, one tensor after another.
    package func gradient(_ examples: PreparedExamples, _ rows: ArraySlice<Int>) -> (loss: Double, gradient: [Float]) {
        let loss = accumulate(examples, rows)
        return (loss, store.gradient(used(rows.count)))
    }

    /// The mean loss of all rows, and the outputs, row-major.
    package func evaluate(_ examples: PreparedExamples) -> (loss: Double, outputs: [Float]) {
        let (order, tiles) = (Array(0..<examples.rows), Self.tiles(examples.rows))
        let results = Results(count: examples.rows * plan.outputCount, tiles: tiles)
        let next = Tickets(tiles)
        forEachThread(tiles) { memory in
            while let tile = next.take() {
                let rows = Self.tile(tile, of: order[...])
                results.losses[tile] = memory.evaluate(
                    examples.columns, examples.target, rows,
                    outputs: results.numbers + rows.startIndex * self.plan.outputCount)
            }
        }
        return (results.sum / Double(max(examples.rows, 1)), results.array)
    }

    /// Where `adversary` takes rows, each from a random start that depends on `round`: the first inputs of the greatest loss
    /// on the way, row-major, and these losses. No weight changes.
    package func worst(
        _ examples: PreparedExamples, by adversary: Adversary, round: Int
    ) throws(TrainingError) -> (inputs: [Float], losses: [Float]) {
        guard options.adversary != nil, let width = plan.tileTypes.first?.shape.count else {
            throw TrainingError("only a trainer with an adversary moves rows")
        }
        let (order, tiles) = (Array(0..<examples.rows), Self.tiles(examples.rows))
        let inputs = Results(count: examples.rows * width, tiles: 0)
        let losses = Results(count: examples.rows, tiles: 0)
        let next = Tickets(tiles)
        forEachThread(tiles) { memory in
            while let tile = next.take() {
                let rows = Self.tile(tile, of: order[...])
                memory.worst(
                    examples.columns, examples.target, rows, adversary,
                    noise: self.noise(1 << 40 + round, rows.startIndex, rows.count),
                    inputs: inputs.numbers + rows.startIndex * width, losses: losses.numbers + rows.startIndex)
            }
        }
        return (inputs.array, losses.array)
    }

    private func accumulate(_ examples: PreparedExamples, _ rows: ArraySlice<Int>) -> Double {
        let tiles = Self.tiles(rows.count)
        let slots = tiles < sums.count ? tiles : sums.count
        let results = Results(count: 0, tiles: tiles)
        let (next, step) = (Tickets(slots), steps)
        let weight = 1 / Float(rows.count)
        forEachThread(slots) { memory in
            while let slot = next.take() {
                self.sums[slot].update(repeating: 0, count: self.store.sumCount)
                for tile in stride(from: slot, to: tiles, by: slots) {
                    let own = Self.tile(tile, of: rows)
                    results.losses[tile] = memory.train(
                        examples.columns, examples.target, own, weight: weight,
                        noise: examples.isMoved ? self.noise(step, own.startIndex - rows.startIndex, own.count) : [],
                        self.store,
                        sums: self.sums[slot])
                }
            }
        }
        return results.sum / Double(rows.count)
    }

    /// The random starts of rows of a step, where rows are moved.
    private func noise(_ step: Int, _ first: Int, _ count: Int) -> [Random] {
        guard options.adversary != nil else { return [] }
        var own = Random(seed: options.seed, stream: -1 - step)
        let seed = own.next()
        return (first..<first + count).map { Random(seed: seed, stream: $0) }
    }

    private func shuffled(_ rows: Int, pass: Int) -> [Int] {
        var random = Random(seed: options.seed, stream: pass)
        var order = Array(0..<rows)
        random.shuffle(&order)
        return order
    }

    private func used(_ rows: Int) -> [UnsafeMutablePointer<Float>] { Array(sums.prefix(Self.tiles(rows))) }

    private static func tiles(_ rows: Int) -> Int { (rows + Evaluator.maximumLanes - 1) / Evaluator.maximumLanes }

    private static func tile(_ tile: Int, of rows: ArraySlice<Int>) -> ArraySlice<Int> {
        let first = rows.startIndex + tile * Evaluator.maximumLanes
        return rows[first..<min(first + Evaluator.maximumLanes, rows.endIndex)]
    }

    /// Runs `body` on as many threads as there is work for, each with memory of its own.
    private func forEachThread(_ jobs: Int, _ body: @escaping @Sendable (TileMemory) -> Void) {
        Workers.shared.run(max(1, min(options.threads, jobs, Workers.maximum))) { _ in
            let memory = self.idle.withLock { $0.popLast() } ?? TileMemory(self.plan, self.store)
            body(memory)
            self.idle.withLock { $0.append(memory) }
        }
    }
}
