/// Rows of 64 numbers, one per lane: the working memory of strategies. Owned by one thread at a time.
final class Rows {
    let count: Int
    let start: UnsafeMutablePointer<Double>

    init(_ count: Int, filledWith value: Double = 0) {
        self.count = count
        start = .allocate(capacity: count * Tile.width)
        start.initialize(repeating: value, count: count * Tile.width)
    }

    deinit { start.deallocate() }

    /// The first lane of a row.
    @inline(__always)
    subscript(row: Int) -> UnsafeMutablePointer<Double> { start + row * Tile.width }

    /// Takes all rows from memory laid out alike.
    func copy(_ source: UnsafeMutablePointer<Double>) {
        start.update(from: source, count: count * Tile.width)
    }

    /// Takes one lane of every row.
    func copy(lane: Int, from source: UnsafeMutablePointer<Double>) {
        for index in stride(from: lane, to: count * Tile.width, by: Tile.width) { start[index] = source[index] }
    }
}
