import Search
import Tensors

/// The memory of one thread that trains: a tile of rows on its way through the programs.
final class TileMemory: @unchecked Sendable {
    private let plan: TrainingPlan
    private let workspace: Workspace
    private let attack: Workspace?
    private var tiles: [UnsafeMutableRawPointer] = []
    private let staging: UnsafeMutableRawPointer
    private let cotangent: UnsafeMutablePointer<Float>
    private let origin: UnsafeMutablePointer<Float>
    private let arrays: UnsafeMutableBufferPointer<UnsafeRawPointer>

    init(_ plan: TrainingPlan, _ store: WeightStore) {
        self.plan = plan
        workspace = plan.program.makeWorkspace()
        attack = plan.attack?.makeWorkspace()
        let lanes = Evaluator.maximumLanes
        let types = plan.tileTypes
        for type in types { tiles.append(.allocate(byteCount: type.shape.count * 8 * lanes, alignment: 64)) }
        staging = .allocate(byteCount: (types.map(\.shape.count).max() ?? 1) * 8 * lanes, alignment: 64)
        cotangent = .allocate(capacity: lanes)
        origin = .allocate(capacity: (types.first?.shape.count ?? 1) * lanes)
        let inputs = types.count + store.uses.count
        arrays = .allocate(capacity: 2 * inputs)
        for index in 0..<inputs {
            let array =
                index < types.count
                ? UnsafeRawPointer(tiles[index]) : UnsafeRawPointer(store.array(of: index - types.count))
            arrays.initializeElement(at: index, to: array)
            // What takes no gradient is not touched.
            arrays.initializeElement(at: inputs + index, to: array)
        }
    }

    deinit {
        for tile in tiles { tile.deallocate() }
        staging.deallocate()
        cotangent.deallocate()
        origin.deallocate()
        arrays.deallocate()
    }

    /// Forward, and backward into `sums`, with each row's loss weighed by `weight`.
    func train(
        _ columns: [Column], _ target: Examples.Target, _ rows: ArraySlice<Int>, weight: Float, noise: [Random],
        _ store: WeightStore, sums: UnsafeMutablePointer<Float>
    ) -> Double {
        let lanes = load(columns, target, rows)
        if let adversary = plan.adversary, !noise.isEmpty { move(adversary, lanes, noise) }
        for use in store.uses.indices {
            arrays[arrays.count / 2 + tiles.count + use] = UnsafeRawPointer(sums + store.sumStarts[use])
        }
        plan.program.forward(workspace, UnsafeBufferPointer(arrays), lanes: lanes)
        for lane in 0..<lanes { cotangent[lane] = lane < rows.count ? weight : 0 }
        plan.program.backward(workspace, cotangent: cotangent)
        return loss(rows.count)
    }

    /// Forward alone: writes the outputs of rows, row-major, and returns the sum of their losses.
    func evaluate(
        _ columns: [Column], _ target: Examples.Target, _ rows: ArraySlice<Int>, outputs: UnsafeMutablePointer<Float>
    ) -> Double {
        let lanes = load(columns, target, rows)
        plan.program.forward(workspace, UnsafeBufferPointer(arrays), lanes: lanes)
        if let found = workspace.output(1)?.assumingMemoryBound(to: Float.self) {
            for lane in 0..<rows.count {
                let own = outputs + lane * plan.outputCount
                for index in 0..<plan.outputCount { own[index] = found[index * lanes + lane] }
            }
        }
        return loss(rows.count)
    }

    /// Moves rows, and writes each one's first input where its loss was greatest, row-major, and that loss.
    func worst(
        _ columns: [Column], _ target: Examples.Target, _ rows: ArraySlice<Int>, _ adversary: Adversary,
        noise: [Random], inputs: UnsafeMutablePointer<Float>, losses: UnsafeMutablePointer<Float>
    ) {
        let (lanes, x) = (load(columns, target, rows), tiles[0].assumingMemoryBound(to: Float.self))
        let width = plan.tileTypes[0].shape.count
        losses.update(repeating: -.infinity, count: rows.count)
        func keep(_ found: UnsafePointer<Float>) {
            for lane in 0..<rows.count where found[lane] > losses[lane] {
                losses[lane] = found[lane]
                for element in 0..<width { inputs[lane * width + element] = x[element * lanes + lane] }
            }
        }
        move(adversary, lanes, noise, visit: keep)
        guard let program = plan.attack, let attack else { return }
        program.forward(attack, UnsafeBufferPointer(arrays), lanes: lanes)
        if let last = attack.output(0)?.assumingMemoryBound(to: Float.self) { keep(last) }
    }

    private func loss(_ count: Int) -> Double {
        guard let losses = workspace.output(0)?.assumingMemoryBound(to: Float.self) else { return .nan }
        return (0..<count).reduce(0) { $0 + Double(losses[$1]) }
    }

    private func load(_ columns: [Column], _ target: Examples.Target, _ rows: ArraySlice<Int>) -> Int {
        let lanes = Evaluator.lanes(for: rows.count)
        for (column, tile) in zip(columns, tiles) { column.load(rows, lanes: lanes, staging: staging, to: tile) }
        target.load(rows, lanes: lanes, to: tiles[tiles.count - 1].assumingMemoryBound(to: Float.self))
        return lanes
    }

    /// Projected ascent of each row's loss from a random start; `visit` sees the losses before each step.
    private func move(
        _ adversary: Adversary, _ lanes: Int, _ noise: [Random], visit: (UnsafePointer<Float>) -> Void = { _ in }
    ) {
        guard let program = plan.attack, let attack, let type = plan.tileTypes.first else { return }
        let (x, count) = (tiles[0].assumingMemoryBound(to: Float.self), type.shape.count)
        origin.update(from: x, count: count * lanes)
        func place(_ index: Int, _ value: Float) {
            let near = min(max(value, origin[index] - adversary.radius), origin[index] + adversary.radius)
            x[index] = min(max(near, adversary.range.lowerBound), adversary.range.upperBound)
        }
        for (lane, noise) in noise.enumerated() {
            var noise = noise
            for element in 0..<count {
                let index = element * lanes + lane
                place(index, origin[index] + adversary.radius * Float(2 * noise.unit() - 1))
            }
        }
        for lane in 0..<lanes { cotangent[lane] = 1 }
        for _ in 0..<adversary.steps {
            program.forward(attack, UnsafeBufferPointer(arrays), lanes: lanes)
            if let losses = attack.output(0)?.assumingMemoryBound(to: Float.self) { visit(losses) }
            program.backward(attack, cotangent: cotangent)
            guard let gradient = attack.gradient(0)?.assumingMemoryBound(to: Float.self) else { return }
            for index in 0..<count * lanes {
                let slope = gradient[index]
                place(index, x[index] + (slope > 0 ? adversary.stride : slope < 0 ? -adversary.stride : 0))
            }
        }
    }
}
