import Kernels

/// How the lanes of a tile are run.
package enum Tiling: Sendable, Hashable {
    /// All at once: each step's vectors run along the lanes.
    case together
    /// One after the other, vectors running along positions, rows and columns: where the arrays of many lanes fit no cache.
    case laneByLane

    /// Bytes of arrays for one lane from which on lanes are run one by one, as measured: Tests/README.md.
    static let largeLane = 512 << 10

    /// Bytes of arrays for all lanes together from which on fewer lanes are faster, as measured.
    private static let largeTile = 2 << 20

    init(laneBytes: Int) { self = laneBytes < Tiling.largeLane ? .together : .laneByLane }

    /// The most lanes of which a cache holds the arrays: 16, 32, 48 or 64.
    static func cachedLanes(laneBytes: Int) -> Int {
        let fitting = largeTile / max(laneBytes, 1) / 16 * 16
        return min(max(fitting, 16), Evaluator.maximumLanes)
    }
}

/// A tile that is run lane by lane: one lane's inputs, and the results of all.
final class LaneByLane {
    private let inputTypes: [TensorType]
    private let inputs: [UnsafeMutableRawPointer]
    private let resultTypes: [TensorType]
    private var results: [UnsafeMutableRawPointer] = []
    /// Lanes for which there is room in the results.
    private var room = 0

    /// `outputs` come first among the results, then the gradients.
    init(inputs: [TensorType], results: [TensorType]) {
        inputTypes = inputs
        resultTypes = results
        self.inputs = inputs.map { .allocate(byteCount: max($0.laneBytes, 8), alignment: 64) }
    }

    deinit {
        for pointer in inputs + results { pointer.deallocate() }
    }

    func result(_ index: Int) -> UnsafeRawPointer { UnsafeRawPointer(results[index]) }

    /// Calls `run` with the inputs of each of the first `count` of `lanes` lanes, and keeps what `results` gives then.
    func each(
        _ tile: [UnsafeRawPointer], lanes: Int, count: Int, _ run: (_ lane: Int, [UnsafeRawPointer]) -> Void,
        results take: (Int) -> UnsafeRawPointer?
    ) {
        makeRoom(lanes)
        for lane in 0..<count {
            for (index, type) in inputTypes.enumerated() {
                type.copy(from: tile[index], lane: lane, of: lanes, to: inputs[index], lane: 0, of: 1)
            }
            run(lane, inputs.map { UnsafeRawPointer($0) })
            for (index, type) in resultTypes.enumerated() {
                guard let result = take(index) else { continue }
                type.copy(from: result, lane: 0, of: 1, to: results[index], lane: lane, of: lanes)
            }
        }
    }

    /// What no lane has been written to is 0.
    private func makeRoom(_ lanes: Int) {
        guard lanes != room else { return }
        for pointer in results { pointer.deallocate() }
        results = resultTypes.map { type in
            let bytes = max(type.laneBytes * lanes, 8)
            let pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            pointer.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            return pointer
        }
        room = lanes
    }
}

extension TensorType {
    /// Copies one lane of a laned array to a lane of another.
    func copy(
        from source: UnsafeRawPointer, lane: Int, of lanes: Int, to target: UnsafeMutableRawPointer, lane place: Int,
        of width: Int
    ) {
        switch storage {
        case .float32: copy(Float.self, source, lane, lanes, target, place, width)
        case .float64: copy(Double.self, source, lane, lanes, target, place, width)
        }
    }

    private func copy<Number>(
        _: Number.Type, _ source: UnsafeRawPointer, _ lane: Int, _ lanes: Int, _ target: UnsafeMutableRawPointer,
        _ place: Int, _ width: Int
    ) {
        let (from, to) = (
            source.assumingMemoryBound(to: Number.self) + lane, target.assumingMemoryBound(to: Number.self) + place
        )
        for element in 0..<shape.count { to[element * width] = from[element * lanes] }
    }
}
