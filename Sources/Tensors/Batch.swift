import Kernels
import Synchronization

extension Evaluator {
    /// Evaluates a batch: each input and output has a leading batch axis in front of its shape.
    ///
    /// Throws a `ShapeError` if an input does not have the type of the graph's.
    package func run(_ inputs: [Tensor], threads: Int = 1) throws(ShapeError) -> [Tensor] {
        let (rows, results) = try runBatch(inputs, threads, .forward)
        return try results.tensors(rows)
    }

    /// The same, with the gradient, seeded with ones, by each requested input.
    package func runWithGradient(
        _ inputs: [Tensor], threads: Int = 1
    ) throws(ShapeError) -> (outputs: [Tensor], gradients: [Tensor]) {
        let (rows, results) = try runBatch(inputs, threads, .forwardAndBackward)
        let tensors = try results.tensors(rows)
        return (Array(tensors.prefix(outputTypes.count)), Array(tensors.dropFirst(outputTypes.count)))
    }

    private func runBatch(
        _ inputs: [Tensor], _ threads: Int, _ passes: Site.Passes
    ) throws(ShapeError) -> (rows: Int, results: BatchResults) {
        let rows = try batchRows(inputs)
        let results = try BatchResults(outputTypes + (passes == .forward ? [] : gradientTypes), rows: rows)
        let sources = inputs.map(Numbers.init)
        let width = width(of: rows, threads)
        let tiles = (rows + width - 1) / width
        let next = Counter()
        let workers = max(1, min(threads, tiles, Workers.maximum))
        Workers.shared.run(workers) { _ in
            let workspace = self.idle.take() ?? BatchWorkspace(self)
            workspace.threads = max(1, min(threads, Workers.maximum) / workers)
            while let tile = next.take(below: tiles) {
                workspace.run(sources, first: tile * width, count: min(rows - tile * width, width), passes, results)
            }
            self.idle.put(workspace)
        }
        return (rows, results)
    }

    /// The rows of a tile: so many that every thread has one, and no more than a cache has room for.
    private func width(of rows: Int, _ threads: Int) -> Int {
        guard tiling == .together, rows > 1 else { return 1 }
        return min(Evaluator.lanes(for: (rows + max(threads, 1) - 1) / max(threads, 1)), program.batchLanes)
    }

    /// Where nothing is given there is one row.
    private func batchRows(_ inputs: [Tensor]) throws(ShapeError) -> Int {
        if inputs.isEmpty, inputTypes.isEmpty { return 1 }
        guard inputs.count == inputTypes.count, let rows = inputs.first?.shape.dimensions.first else {
            throw .inputCount("the graph", expected: "\(inputTypes.count) batched", found: inputs.count)
        }
        for (input, type) in zip(inputs, inputTypes) {
            guard input.element == type.element, input.shape.dimensions == [rows] + type.shape.dimensions else {
                throw ShapeError("the graph takes \(rows) of \(type), not \(input.type)")
            }
        }
        return rows
    }
}

/// Numbers tiles.
private final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func take(below limit: Int) -> Int? {
        let taken = value.wrappingAdd(1, ordering: .relaxed).oldValue
        return taken < limit ? taken : nil
    }
}

/// Objects to be used again, one user at a time.
final class Shelf<Element: AnyObject>: Sendable {
    private struct Kept: @unchecked Sendable { var elements: [Element] = [] }

    private let kept = Mutex(Kept())

    func take() -> Element? {
        kept.withLock { $0.elements.popLast().map(Handed.init) }?.element
    }

    func put(_ element: Element) {
        let handed = Handed(element: element)
        kept.withLock { $0.elements.append(handed.element) }
    }

    private struct Handed: @unchecked Sendable { let element: Element }
}

/// Where a batch's results are written, `[row][element]`; each row by one thread.
struct BatchResults: @unchecked Sendable {
    let types: [TensorType]
    private let arrays: [Numbers]

    init(_ types: [TensorType], rows: Int) throws(ShapeError) {
        var arrays: [Numbers] = []
        for type in types {
            let count = try Shape([rows, type.shape.count]).count
            arrays.append(
                type.storage == .float32
                    ? .float32(Block(count: count) { _ in }) : .float64(Block(count: count) { _ in }))
        }
        self.types = types
        self.arrays = arrays
    }

    func row(_ index: Int, of result: Int) -> UnsafeMutableRawPointer {
        arrays[result].raw + index * types[result].laneBytes
    }

    func tensors(_ rows: Int) throws(ShapeError) -> [Tensor] {
        var tensors: [Tensor] = []
        for (type, array) in zip(types, arrays) {
            let batched = TensorType(type.element, try Shape([rows] + type.shape.dimensions))
            tensors.append(try Tensor(batched, numbers: UnsafeRawPointer(array.raw)))
        }
        return tensors
    }
}

/// The memory of one thread that runs batches.
final class BatchWorkspace {
    private let workspace: Workspace
    private var tiles: [UnsafeMutableRawPointer] = []
    /// Rows of a tile that is not full.
    private var staging: UnsafeMutableRawPointer?
    private let evaluator: Evaluator

    /// How many threads work on a tile.
    var threads: Int {
        get { workspace.threads }
        set { workspace.threads = newValue }
    }

    init(_ evaluator: Evaluator) {
        self.evaluator = evaluator
        workspace = evaluator.makeWorkspace()
    }

    deinit {
        staging?.deallocate()
        for tile in tiles { tile.deallocate() }
    }

    /// Room for a whole tile, taken when one is first run.
    private func makeRoom() -> UnsafeMutableRawPointer {
        if let staging { return staging }
        let types = evaluator.inputTypes + evaluator.outputTypes + evaluator.gradientTypes
        let largest = types.map(\.laneBytes).max() ?? 0
        tiles = evaluator.inputTypes.map {
            .allocate(byteCount: max($0.laneBytes, 8) * Evaluator.maximumLanes, alignment: 64)
        }
        let room = UnsafeMutableRawPointer.allocate(
            byteCount: max(largest, 8) * Evaluator.maximumLanes, alignment: 64)
        staging = room
        return room
    }

    /// Runs the rows `first`..<`first + count`: one where it lies, more as a tile.
    func run(_ sources: [Numbers], first: Int, count: Int, _ passes: Site.Passes, _ results: BatchResults) {
        let sources = zip(sources, evaluator.inputTypes).map { $0.raw + first * $1.laneBytes }
        if count == 1 {
            run(sources.map { UnsafeRawPointer($0) }, lanes: 1, passes)
            return forEachResult(results) { index, type, result in
                results.row(first, of: index).copyMemory(from: result, byteCount: type.laneBytes)
            }
        }
        let (lanes, staging) = (Evaluator.lanes(for: count), makeRoom())
        for (index, type) in evaluator.inputTypes.enumerated() {
            load(type, sources[index], count, lanes, into: tiles[index], staging)
        }
        run(tiles.map { UnsafeRawPointer($0) }, lanes: lanes, passes)
        forEachResult(results) { index, type, tile in
            store(type, tile, count, lanes, into: results.row(first, of: index), staging)
        }
    }

    private func run(_ inputs: [UnsafeRawPointer], lanes: Int, _ passes: Site.Passes) {
        switch passes {
        case .forward: evaluator.forward(workspace, inputs: inputs, lanes: lanes)
        case .forwardAndBackward: evaluator.forwardAndBackward(workspace, inputs: inputs, lanes: lanes)
        }
    }

    private func forEachResult(_ results: BatchResults, _ body: (Int, TensorType, UnsafeRawPointer) -> Void) {
        let outputs = evaluator.outputTypes.count
        for (index, type) in results.types.enumerated() {
            let result = index < outputs ? workspace.ownOutput(index) : workspace.ownGradient(index - outputs)
            if let result { body(index, type, result) }
        }
    }

    /// Rows to lanes; the last row fills what is left.
    private func load(
        _ type: TensorType, _ rows: UnsafeMutableRawPointer, _ count: Int, _ lanes: Int,
        into tile: UnsafeMutableRawPointer, _ staging: UnsafeMutableRawPointer
    ) {
        let bytes = type.laneBytes
        if count == lanes { return transpose(type, lanes, type.shape.count, rows, tile) }
        for lane in 0..<lanes {
            (staging + lane * bytes).copyMemory(from: rows + min(lane, count - 1) * bytes, byteCount: bytes)
        }
        transpose(type, lanes, type.shape.count, staging, tile)
    }

    private func store(
        _ type: TensorType, _ tile: UnsafeRawPointer, _ count: Int, _ lanes: Int, into rows: UnsafeMutableRawPointer,
        _ staging: UnsafeMutableRawPointer
    ) {
        if count == lanes { return transpose(type, type.shape.count, lanes, tile, rows) }
        transpose(type, type.shape.count, lanes, tile, staging)
        rows.copyMemory(from: staging, byteCount: count * type.laneBytes)
    }

    private func transpose(
        _ type: TensorType, _ rows: Int, _ columns: Int, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) {
        switch type.storage {
        case .float32:
            gs_transpose_f32(
                rows, columns, source.assumingMemoryBound(to: Float.self), columns,
                target.assumingMemoryBound(to: Float.self), rows)
        case .float64:
            gs_transpose_f64(
                rows, columns, source.assumingMemoryBound(to: Double.self), columns,
                target.assumingMemoryBound(to: Double.self), rows)
        }
    }
}
