/// What tiles leave behind: the sum of the losses of each, and numbers of each row. Each place is written by one thread.
final class Results: @unchecked Sendable {
    let losses: UnsafeMutablePointer<Double>
    let numbers: UnsafeMutablePointer<Float>
    private let count, tiles: Int

    init(count: Int, tiles: Int) {
        (self.count, self.tiles) = (count, tiles)
        losses = .allocate(capacity: max(tiles, 1))
        numbers = .allocate(capacity: max(count, 1))
        losses.initialize(repeating: 0, count: max(tiles, 1))
        numbers.initialize(repeating: 0, count: max(count, 1))
    }

    deinit {
        losses.deallocate()
        numbers.deallocate()
    }

    /// Tile by tile, in order.
    var sum: Double { (0..<tiles).reduce(0) { $0 + losses[$1] } }

    var array: [Float] { Array(UnsafeBufferPointer(start: numbers, count: count)) }
}

/// Examples in the form in which a trainer reads them.
package struct PreparedExamples: Sendable {
    let columns: [Column]
    let target: Examples.Target
    package let rows: Int
    /// Whether an adversary moves them before a step.
    package var isMoved = true

    init(columns: [Column], target: Examples.Target, rows: Int) {
        (self.columns, self.target, self.rows) = (columns, target, rows)
    }
}
