/// Rows of numbers, one per lane: the working memory of strategies. Owned by one thread at a time.
final class Rows {
    let count: Int
    let lanes: Int
    let start: UnsafeMutablePointer<Double>

    init(_ count: Int, lanes: Int) {
        self.count = count
        self.lanes = lanes
        start = .zeros(count * lanes)
    }

    deinit { start.freeZeros() }

    /// The first lane of a row.
    @inline(__always)
    subscript(row: Int) -> UnsafeMutablePointer<Double> { start + row * lanes }

    /// Takes all rows from memory laid out alike.
    func copy(_ source: UnsafeMutablePointer<Double>) {
        start.update(from: source, count: count * lanes)
    }

    /// Takes one lane of every row.
    func copy(lane: Int, from source: UnsafeMutablePointer<Double>) {
        for index in stride(from: lane, to: count * lanes, by: lanes) { start[index] = source[index] }
    }
}
