/// Up to 64 points of a space side by side, with what an objective says of them.
///
/// Every array is stored `[row][lane]`, the lane innermost, so that one pass over a row is one vector loop. A tile is
/// owned by one thread at a time; the memory is allocated once and reused.
package final class Tile: @unchecked Sendable {
    package static let width = 64

    /// How many lanes hold a point; the others hold a copy of lane 0 when the tile is evaluated.
    package var count: Int
    package let dimension: Int
    package let keyCount: Int
    package let outputCount: Int

    /// `[dimension][64]`
    package let points: UnsafeMutablePointer<Double>
    /// `[64]`: negative where the property is violated.
    package let margins: UnsafeMutablePointer<Double>
    /// `[dimension][64]`: of the margin, or of the outputs weighted by `cotangents`.
    package let gradients: UnsafeMutablePointer<Double>
    /// `[keyCount][64]`: the values of the spec's `shrink` clause.
    package let keys: UnsafeMutablePointer<Double>
    /// `[outputCount][64]`: what the models answered, flattened, for novelty and output diversification.
    package let outputs: UnsafeMutablePointer<Double>
    /// `[outputCount][64]`
    package let cotangents: UnsafeMutablePointer<Double>

    private let memory: UnsafeMutablePointer<Double>

    package init(dimension: Int, keyCount: Int = 0, outputCount: Int = 0) {
        let rows = 2 * dimension + 1 + keyCount + 2 * outputCount
        memory = .allocate(capacity: rows * Self.width)
        memory.initialize(repeating: 0, count: rows * Self.width)
        self.dimension = dimension
        self.keyCount = keyCount
        self.outputCount = outputCount
        count = 0
        points = memory
        gradients = points + dimension * Self.width
        margins = gradients + dimension * Self.width
        keys = margins + Self.width
        outputs = keys + keyCount * Self.width
        cotangents = outputs + outputCount * Self.width
    }

    package convenience init(for objective: some Objective) {
        self.init(
            dimension: objective.space.dimension, keyCount: objective.keyCount, outputCount: objective.outputCount)
    }

    deinit { memory.deallocate() }

    /// The point in `lane`.
    package func point(_ lane: Int) -> [Double] {
        (0..<dimension).map { points[$0 * Self.width + lane] }
    }

    /// Writes `point` into `lane`; does not change `count`.
    package func set(_ point: [Double], lane: Int) {
        for (row, value) in point.enumerated() { points[row * Self.width + lane] = value }
    }

    /// Copies lane 0 into the lanes that hold no point, so that what computes whole rows meets no stale values.
    package func fillIdleLanes() {
        guard count < Self.width else { return }
        for row in 0..<dimension {
            let start = points + row * Self.width
            (start + count).update(repeating: start[0], count: Self.width - count)
        }
    }
}
