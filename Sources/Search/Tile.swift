/// Some points of a space side by side, with what an objective says of them.
///
/// Every array is stored `[row][lane]`, the lane innermost, so that one pass over a row is one vector loop. A tile is
/// owned by one thread at a time; the memory is allocated once and reused, and what is never written takes none.
package final class Tile: @unchecked Sendable {
    /// The most lanes that a tile has.
    package static let width = 64
    /// A row of all coordinates takes no more than so much in a tile, as long as it has more than 16 lanes.
    private static let rowBytes = 1 << 24

    /// How many points of a space with so many coordinates are taken side by side: 64, fewer where points are large.
    package static func lanes(of dimension: Int) -> Int {
        [64, 32].first { dimension * $0 * MemoryLayout<Double>.stride <= rowBytes } ?? 16
    }

    /// How far apart rows are: 1, 16, 32 or 64.
    package let lanes: Int
    /// How many lanes hold a point; the others hold a copy of lane 0 when the tile is evaluated.
    package var count: Int
    package let dimension: Int
    package let keyCount: Int
    package let outputCount: Int

    /// `[dimension][lanes]`
    package let points: UnsafeMutablePointer<Double>
    /// `[lanes]`: negative where the property is violated.
    package let margins: UnsafeMutablePointer<Double>
    /// `[dimension][lanes]`: of the margin, or of the outputs weighted by `cotangents`.
    package let gradients: UnsafeMutablePointer<Double>
    /// `[keyCount][lanes]`: the values of the spec's `shrink` clause.
    package let keys: UnsafeMutablePointer<Double>
    /// `[outputCount][lanes]`: what the models answered, flattened, for novelty and output diversification.
    package let outputs: UnsafeMutablePointer<Double>
    /// `[outputCount][lanes]`
    package let cotangents: UnsafeMutablePointer<Double>

    private let memory: UnsafeMutablePointer<Double>

    package init(dimension: Int, lanes: Int, keyCount: Int = 0, outputCount: Int = 0) {
        self.lanes = lanes
        memory = .zeros((2 * dimension + 1 + keyCount + 2 * outputCount) * lanes)
        self.dimension = dimension
        self.keyCount = keyCount
        self.outputCount = outputCount
        count = 0
        points = memory
        gradients = points + dimension * lanes
        margins = gradients + dimension * lanes
        keys = margins + lanes
        outputs = keys + keyCount * lanes
        cotangents = outputs + outputCount * lanes
    }

    package convenience init(for objective: some Objective) {
        self.init(for: objective, lanes: objective.space.lanes)
    }

    /// For one point, evaluated alone.
    package static func alone(for objective: some Objective) -> Tile {
        let tile = Tile(for: objective, lanes: 1)
        tile.count = 1
        return tile
    }

    convenience init(for objective: some Objective, lanes: Int) {
        self.init(
            dimension: objective.space.dimension, lanes: lanes, keyCount: objective.keyCount,
            outputCount: objective.outputCount)
    }

    deinit { memory.freeZeros() }

    /// The point in `lane`.
    package func point(_ lane: Int) -> [Double] {
        (0..<dimension).map { points[$0 * lanes + lane] }
    }

    /// Writes `point` into `lane`; does not change `count`.
    package func set(_ point: [Double], lane: Int) {
        for (row, value) in point.enumerated() { points[row * lanes + lane] = value }
    }

    /// Copies lane 0 into the lanes that hold no point, so that what computes whole rows meets no stale values.
    package func fillIdleLanes() {
        guard count < lanes else { return }
        for row in 0..<dimension {
            let start = points + row * lanes
            (start + count).update(repeating: start[0], count: lanes - count)
        }
    }
}
