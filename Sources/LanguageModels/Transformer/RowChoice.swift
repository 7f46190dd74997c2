/// Some rows of a stored matrix: row i is its row `first` + i / `block` · `step` + i mod `block`.
struct RowChoice: Hashable {
    let first, count: Int
    /// Rows that are adjacent there, and how far the next ones are.
    let block, step: Int

    init(_ range: Range<Int>) { self.init(first: range.lowerBound, count: range.count, block: range.count, step: 0) }

    init(first: Int, count: Int, block: Int, step: Int) {
        (self.first, self.count, self.block, self.step) = (first, count, max(block, 1), step)
    }

    subscript(row: Int) -> Int { first + row / block * step + row % block }

    /// Queries, keys or values (`part` 0, 1, 2) of one matrix: behind each other, or head by head.
    static func part(_ part: Int, of configuration: Configuration, interleaved: Bool) -> RowChoice {
        let size = configuration.headSize
        let (all, shared) = (configuration.heads * size, configuration.keyHeads * size)
        guard interleaved else {
            return RowChoice([0..<all, all..<all + shared, all + shared..<all + 2 * shared][part])
        }
        return RowChoice(first: part * size, count: all, block: size, step: 3 * size)
    }
}
