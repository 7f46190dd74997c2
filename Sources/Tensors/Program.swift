import Kernels

/// A graph made ready to run: steps in order, and where each finds its arrays. Immutable, shared by all threads.
final class Program: Sendable {
    /// Where an array lies.
    enum Place: Sendable, Hashable {
        case nowhere
        /// In the arena of a workspace, `offset` bytes per lane from its start.
        case arena(offset: Int)
        /// Given by the caller.
        case external(Int)
        case constant(Int)
    }

    /// A class, so that running it copies a reference only.
    final class Instruction: Sendable {
        let step: any Step
        let inputCount: Int
        /// Where its pointers start among `places`.
        let first: Int
        let workspace: Int

        init(step: any Step, inputCount: Int, first: Int, workspace: Int) {
            (self.step, self.inputCount, self.first, self.workspace) = (step, inputCount, first, workspace)
        }
    }

    struct Reversal: Sendable {
        let instruction: Int
        let store: gs_store
        /// Gradients that this step is the first to add to: place among `places`, bytes per lane.
        let cleared: [(place: Int, bytes: Int)]
    }

    struct Seed: Sendable {
        let place: Place
        let type: TensorType
    }

    let instructions: [Instruction]
    /// Steps that depend on the number of lanes only.
    let preparations: [Instruction]
    let reversals: [Reversal]
    let places: [Place]
    let constants: [Packed]
    let outputs: [Place]
    let gradients: [Place]
    /// Requested gradients that nothing contributes to.
    let zeroed: [(place: Place, bytes: Int)]
    let seed: Seed?
    /// Bytes per lane, nested programs included.
    let laneBytes: Int
    /// Bytes of arena per lane.
    let arena: Int
    let tiling: Tiling
    /// The most lanes of a tile of a batch.
    let batchLanes: Int

    init(
        instructions: [Instruction], preparations: [Instruction], reversals: [Reversal], places: [Place],
        constants: [Packed], outputs: [Place], gradients: [Place], zeroed: [(place: Place, bytes: Int)], seed: Seed?,
        laneBytes: Int, arena: Int, tiling: Tiling, batchLanes: Int
    ) {
        self.instructions = instructions
        self.preparations = preparations
        self.reversals = reversals
        self.places = places
        self.constants = constants
        self.outputs = outputs
        self.gradients = gradients
        self.zeroed = zeroed
        self.seed = seed
        self.laneBytes = laneBytes
        self.arena = arena
        self.tiling = tiling
        self.batchLanes = batchLanes
    }

    func forward(_ workspace: Workspace, _ inputs: UnsafeBufferPointer<UnsafeRawPointer>, lanes: Int) {
        workspace.makeRoom(lanes: lanes)
        workspace.bind(inputs)
        if workspace.preparedLanes != lanes {
            for instruction in preparations { instruction.step.forward(workspace.frame(instruction, lanes)) }
            workspace.preparedLanes = lanes
        }
        for instruction in instructions {
            let step = instruction.step
            workspace.shareOut(step, step.work, workspace.frame(instruction, lanes)) { $0.forward($1) }
        }
    }

    /// `cotangent` nil means ones; of one with more lanes than the tile, `lane` of `width` is read.
    func backward(_ workspace: Workspace, cotangent: UnsafeRawPointer?, lane: Int = 0, of width: Int? = nil) {
        let lanes = workspace.preparedLanes
        for (place, bytes) in zeroed {
            workspace.resolve(place)?.initializeMemory(as: UInt8.self, repeating: 0, count: bytes * lanes)
        }
        guard let seed, let target = workspace.resolve(seed.place) else { return }
        seed.write(to: target, from: cotangent, lanes: lanes, lane: lane, of: width ?? lanes)
        for reversal in reversals {
            for (place, bytes) in reversal.cleared {
                workspace.pointers[place]?.initializeMemory(as: UInt8.self, repeating: 0, count: bytes * lanes)
            }
            let instruction = instructions[reversal.instruction]
            let frame = workspace.frame(instruction, lanes, reversal.store)
            instruction.step.prepareBackward(frame)
            workspace.shareOut(instruction.step, instruction.step.backwardWork, frame) { $0.backward($1) }
        }
    }
}

extension Program.Seed {
    func write(
        to target: UnsafeMutableRawPointer, from cotangent: UnsafeRawPointer?, lanes: Int, lane: Int, of width: Int
    ) {
        if let cotangent, lanes == width {
            target.copyMemory(from: cotangent, byteCount: type.laneBytes * lanes)
        } else if let cotangent {
            type.copy(from: cotangent, lane: lane, of: width, to: target, lane: 0, of: 1)
        } else if type.storage == .float32 {
            target.assumingMemoryBound(to: Float.self).update(repeating: 1, count: type.shape.count * lanes)
        } else {
            target.assumingMemoryBound(to: Double.self).update(repeating: 1, count: type.shape.count * lanes)
        }
    }
}

/// The memory of one thread that runs an evaluator. Results stay valid until the next `forward`.
package final class Workspace {
    let program: Program
    let pointers: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var arena: UnsafeMutableRawPointer
    private let nested: [Workspace?]
    /// Which pointers are given by the caller, and by which input.
    private let bindings: [(pointer: Int, input: Int)]
    private var externals: [UnsafeMutableRawPointer?]
    /// Room for the pointers that `forward` takes.
    let arguments: UnsafeMutableBufferPointer<UnsafeRawPointer>
    /// The number of lanes of the last tile.
    var preparedLanes = 0
    /// For a step that runs a second program.
    let companion: Workspace?

    /// What is needed to run a tile lane by lane.
    let tiled: LaneByLane?
    /// Where the last tile's results are, if it was run lane by lane.
    var results: LaneByLane?

    /// How many lanes there is room for.
    private var lanes = 1

    init(_ program: Program, inputs: Int, companion: Workspace? = nil, tiled: LaneByLane? = nil) {
        self.program = program
        self.companion = companion
        self.tiled = tiled
        arena = .allocate(byteCount: max(program.arena, 8), alignment: 64)
        pointers = .allocate(capacity: max(program.places.count, 1))
        pointers.initialize(repeating: nil, count: program.places.count)
        nested = program.instructions.map { $0.step.makeWorkspace() }
        externals = Array(repeating: nil, count: inputs)
        arguments = .allocate(capacity: inputs)
        var bindings: [(pointer: Int, input: Int)] = []
        for (pointer, place) in program.places.enumerated() {
            if case .external(let input) = place { bindings.append((pointer, input)) }
        }
        self.bindings = bindings
        for (pointer, place) in program.places.enumerated() { pointers[pointer] = resolve(place) }
    }

    /// Takes more memory where a tile has more lanes than any before.
    func makeRoom(lanes: Int) {
        guard lanes > self.lanes else { return }
        self.lanes = lanes
        preparedLanes = 0
        arena.deallocate()
        arena = .allocate(byteCount: max(program.arena, 8) * lanes, alignment: 64)
        for (pointer, place) in program.places.enumerated() { pointers[pointer] = resolve(place) }
    }

    deinit {
        arena.deallocate()
        arguments.deallocate()
        pointers.deallocate()
    }

    /// A result of the last tile: a laned array of `Float` or `Double`, as the type of the output says.
    package func output(_ index: Int) -> UnsafeRawPointer? { results?.result(index) ?? ownOutput(index) }

    /// The gradient by requested input `index`, after `forwardAndBackward`.
    package func gradient(_ index: Int) -> UnsafeRawPointer? {
        results?.result(program.outputs.count + index) ?? ownGradient(index)
    }

    /// A result of what the program ran last.
    func ownOutput(_ index: Int) -> UnsafeRawPointer? {
        resolve(program.outputs[index]).map { UnsafeRawPointer($0) }
    }

    func ownGradient(_ index: Int) -> UnsafeRawPointer? {
        resolve(program.gradients[index]).map { UnsafeRawPointer($0) }
    }

    /// How many threads work on a tile.
    var threads = 1

    /// Multiplications that are worth waking another thread for.
    private static let worthSharing = 1 << 17

    /// Runs a step; where one lane has much to do, on several threads.
    @inline(__always)
    func shareOut(
        _ step: any Step, _ work: Int, _ frame: Frame, _ run: @escaping @Sendable (any Step, Frame) -> Void
    ) {
        guard threads > 1, frame.lanes == 1, work >= Workspace.worthSharing else { return run(step, frame) }
        let shared = SharedFrame(frame: frame)
        Workers.shared.run(threads) { [threads] part in
            var frame = shared.frame
            frame.share = gs_share(part: part, parts: threads)
            run(step, frame)
        }
    }

    func bind(_ inputs: UnsafeBufferPointer<UnsafeRawPointer>) {
        for (index, input) in inputs.enumerated() { externals[index] = UnsafeMutableRawPointer(mutating: input) }
        for (pointer, input) in bindings { pointers[pointer] = externals[input] }
    }

    func resolve(_ place: Program.Place) -> UnsafeMutableRawPointer? {
        switch place {
        case .nowhere: nil
        case .arena(let offset): arena + offset * lanes
        case .external(let input): externals[input]
        case .constant(let index): program.constants[index].numbers.raw
        }
    }

    @inline(__always)
    func frame(_ instruction: Program.Instruction, _ lanes: Int, _ store: gs_store = GS_STORE_ADD) -> Frame {
        Frame(
            pointers: pointers + instruction.first, inputCount: instruction.inputCount, lanes: lanes, store: store,
            workspace: instruction.workspace < 0 ? nil : nested[instruction.workspace])
    }
}

/// The arrays that threads share while they do their parts of a step.
private struct SharedFrame: @unchecked Sendable { let frame: Frame }
