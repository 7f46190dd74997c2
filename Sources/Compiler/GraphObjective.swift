import Search
import Synchronization
import Tensors

/// A margin graph read over tiles: values, gradients, shrink keys and model answers from one definition.
///
/// The graph's inputs are the leaves' coordinates, in order, float64. An evaluator is made when a reading is first asked
/// for, and the workspaces of finished calls are used again.
package final class GraphObjective: Objective {
    package let space: Space
    package let keyCount: Int
    package let outputCount: Int
    package let hasGradient: Bool
    package let graph: Graph

    package let margin: Value
    private let keys: [Value]
    private let answers: Value?
    private let inputs: [Value]
    private let engines: [Engine]
    private let isRefusedAlone = Atomic(false)
    /// What others compute of it, and how often one point asks them.
    package let opaque: (functions: [any OpaqueFunction], calls: Int)

    /// `answers` is one float64 vector of all that the models answer. Throws where an operator cannot be run.
    package init(
        space: Space, graph: Graph, margin: Value, keys: [Value] = [], answers: Value? = nil
    ) throws(ShapeError) {
        self.space = space
        self.graph = graph
        self.margin = margin
        self.keys = keys
        self.answers = answers
        keyCount = keys.count
        outputCount = answers.map { graph.shape(of: $0).count } ?? 0
        inputs = graph.inputs.map(\.value)
        let needed = graph.ancestors(of: [margin])
        let opaque = graph.opaqueCalls(for: [margin] + keys + (answers.map { [$0] } ?? []))
        self.opaque = (opaque.functions, opaque.count)
        hasGradient =
            opaque.functions.isEmpty && inputs.contains { needed[$0.index] }
            && space.kinds.contains { $0 == .real64 || $0 == .real32 }
        engines = Reading.allCases.map { _ in Engine() }
        // Made at once: whatever cannot be run is found before the search begins.
        _ = try engine(.margins)
    }

    package var isOver: Bool {
        isRefusedAlone.load(ordering: .relaxed) || opaque.functions.contains(where: \.isOver)
    }

    package func evaluate(_ tile: Tile, _ reading: Reading) {
        guard tile.count > 0 else { return }
        let reading = hasGradient ? reading : reading.withoutGradient
        guard let engine = try? engine(reading) else { return }
        let lanes = min(tile.lanes, (tile.count + 15) / 16 * 16)
        tile.fillIdleLanes()
        let refusals = refusals
        engine.use { (evaluator, desk) in
            desk.load(tile, lanes: lanes, sizes: inputSizes)
            run(tile, reading, evaluator, desk, lanes)
            desk.store(0, rows: 1, to: tile.margins, lanes, of: tile.lanes)
            switch reading {
            case .margins, .gradient: break
            case .keys:
                for index in keys.indices {
                    desk.store(index + 1, rows: 1, to: tile.keys + index * tile.lanes, lanes, of: tile.lanes)
                }
            case .outputs, .outputGradient: desk.store(1, rows: outputCount, to: tile.outputs, lanes, of: tile.lanes)
            }
            guard reading == .gradient || reading == .outputGradient else { return }
            storeGradients(tile, desk, lanes)
        }
        guard self.refusals > refusals else { return }
        // What is too much to ask of one point is too much of any that is new.
        if tile.count == 1 { isRefusedAlone.store(true, ordering: .relaxed) }
        tile.count = 0
    }

    private var refusals: Int { opaque.functions.reduce(0) { $0 + $1.refusals } }

    private func run(_ tile: Tile, _ reading: Reading, _ evaluator: Evaluator, _ desk: Desk, _ lanes: Int) {
        let (workspace, inputs, count) = (desk.workspace, desk.inputs, tile.count)
        switch reading {
        case .margins, .keys, .outputs: evaluator.forward(workspace, inputs: inputs, lanes: lanes, count: count)
        case .gradient: evaluator.forwardAndBackward(workspace, inputs: inputs, lanes: lanes, count: count)
        case .outputGradient:
            desk.withPacked(tile.cotangents, rows: outputCount, lanes, of: tile.lanes) {
                evaluator.forwardAndBackward(workspace, inputs: inputs, lanes: lanes, count: count, cotangent: $0)
            }
        }
    }

    private func storeGradients(_ tile: Tile, _ desk: Desk, _ lanes: Int) {
        var row = 0
        for (index, size) in inputSizes.enumerated() {
            desk.storeGradient(index, rows: size, to: tile.gradients + row * tile.lanes, lanes, of: tile.lanes)
            row += size
        }
    }

    private var inputSizes: [Int] { inputs.map { graph.shape(of: $0).count } }

    private func engine(_ reading: Reading) throws(ShapeError) -> Engine {
        let engine = engines[reading.index]
        try engine.prepare { () throws(ShapeError) in
            var outputs = [margin]
            switch reading {
            case .margins, .gradient: break
            case .keys: outputs += keys
            case .outputs, .outputGradient: outputs += answers.map { [$0] } ?? []
            }
            let differentiated: Value? =
                switch reading {
                case .gradient: margin
                case .outputGradient: answers
                case .margins, .keys, .outputs: nil
                }
            return try Evaluator(
                graph, outputs: outputs, gradient: differentiated.map { .init(of: $0, to: inputs) })
        }
        return engine
    }
}

/// An evaluator that is made on first use, and the desks at which threads use it.
private final class Engine: Sendable {
    private struct State: ~Copyable {
        var evaluator: Evaluator?
        var desks: [Desk] = []
    }

    private let state = Mutex(State())

    func prepare(_ make: () throws(ShapeError) -> Evaluator) throws(ShapeError) {
        let failure = state.withLock { state -> ShapeError? in
            guard state.evaluator == nil else { return nil }
            do throws(ShapeError) { state.evaluator = try make() } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    func use(_ body: (Evaluator, Desk) -> Void) {
        let (evaluator, idle) = state.withLock { ($0.evaluator, $0.desks.popLast()) }
        guard let evaluator else { return }
        let desk = idle ?? Desk(evaluator)
        body(evaluator, desk)
        state.withLock { $0.desks.append(desk) }
    }
}

/// A thread's workspace, and room to narrow a tile's rows to the lanes in use.
private final class Desk: @unchecked Sendable {
    let workspace: Workspace
    private(set) var inputs: [UnsafeRawPointer] = []

    init(_ evaluator: Evaluator) { workspace = evaluator.makeWorkspace() }

    /// Points the inputs at the tile's rows, or at a narrow copy of them.
    func load(_ tile: Tile, lanes: Int, sizes: [Int]) {
        inputs.removeAll(keepingCapacity: true)
        var row = 0
        if lanes == tile.lanes {
            for size in sizes {
                inputs.append(UnsafeRawPointer(tile.points + row * lanes))
                row += size
            }
            return
        }
        let start = narrow(tile, lanes: lanes)
        for size in sizes {
            inputs.append(UnsafeRawPointer(start + row * lanes))
            row += size
        }
    }

    func withPacked(
        _ source: UnsafeMutablePointer<Double>, rows: Int, _ lanes: Int, of width: Int,
        _ body: (UnsafeRawPointer) -> Void
    ) {
        guard lanes < width else { return body(source) }
        let packed = UnsafeMutablePointer<Double>.allocate(capacity: max(1, rows * lanes))
        defer { packed.deallocate() }
        for row in 0..<rows { (packed + row * lanes).update(from: source + row * width, count: lanes) }
        body(packed)
    }

    func store(_ output: Int, rows: Int, to target: UnsafeMutablePointer<Double>, _ lanes: Int, of width: Int) {
        spread(workspace.output(output), rows: rows, to: target, lanes, of: width)
    }

    func storeGradient(_ index: Int, rows: Int, to target: UnsafeMutablePointer<Double>, _ lanes: Int, of width: Int) {
        spread(workspace.gradient(index), rows: rows, to: target, lanes, of: width)
    }

    private func spread(
        _ source: UnsafeRawPointer?, rows: Int, to target: UnsafeMutablePointer<Double>, _ lanes: Int, of width: Int
    ) {
        guard let source = source?.assumingMemoryBound(to: Double.self) else {
            return target.update(repeating: 0, count: rows * width)
        }
        if lanes == width { return target.update(from: source, count: rows * lanes) }
        for row in 0..<rows { (target + row * width).update(from: source + row * lanes, count: lanes) }
    }

    private func narrow(_ tile: Tile, lanes: Int) -> UnsafePointer<Double> {
        if roomCount < tile.dimension * lanes { allocate(tile.dimension * lanes) }
        for row in 0..<tile.dimension {
            (roomStart + row * lanes).update(from: tile.points + row * tile.lanes, count: lanes)
        }
        return UnsafePointer(roomStart)
    }

    private var roomStart = UnsafeMutablePointer<Double>.allocate(capacity: 1)
    private var roomCount = 1

    private func allocate(_ count: Int) {
        roomStart.deallocate()
        roomStart = .allocate(capacity: count)
        roomCount = count
    }

    deinit { roomStart.deallocate() }
}

extension Reading {
    fileprivate static let allCases: [Reading] = [.margins, .keys, .outputs, .gradient, .outputGradient]

    fileprivate var index: Int {
        switch self {
        case .margins: 0
        case .keys: 1
        case .outputs: 2
        case .gradient: 3
        case .outputGradient: 4
        }
    }

    fileprivate var withoutGradient: Reading {
        switch self {
        case .gradient: .margins
        case .outputGradient: .outputs
        default: self
        }
    }
}
