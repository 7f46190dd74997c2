extension PointShrinker {
    /// Puts sites back to their reference: blocks of them, then one by one, what can go together at once.
    mutating func resetSites() {
        let current = best
        let blocks = blocks(of: current)
        take(1 + blocks.count) { $0 == 0 ? Edits() : current.removing(blocks[$0 - 1]) }
        _ = reset(best)
    }

    /// The case left after resetting all that can go, the least needed first; `edits` must fail.
    mutating func reset(_ edits: Edits) -> Edits {
        var current = edits
        while current.count > 0, !isSpent {
            let base = current
            let verdicts = judge(base.count) { base.removing(at: $0) }
            let free = verdicts.indices.filter { verdicts[$0].fails }
                .sorted { (verdicts[$0].margin, $0) < (verdicts[$1].margin, $1) }
            guard let first = free.first else { break }
            current = base.removing(at: first)
            let sizes = prefixSizes(of: free.count)
            let merged = judge(sizes.count) { base.removing(free.prefix(sizes[$0])) }
            if let largest = merged.indices.last(where: { merged[$0].fails }) {
                current = base.removing(free.prefix(sizes[largest]))
            }
        }
        return current
    }

    /// 2 to `count`, all of them or as many as one batch holds.
    func prefixSizes(of count: Int) -> [Int] {
        guard count >= 2 else { return [] }
        let steps = min(count - 1, max(oracle.width, 1))
        return (1...steps).map { 1 + (count - 1) * $0 / steps }
    }

    /// Halves, quarters and so on of the edits.
    private func blocks(of edits: Edits) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var size = edits.count / 2
        while size > 1, blocks.count < 62 {
            for start in stride(from: 0, to: edits.count, by: size) {
                blocks.append(start..<min(start + size, edits.count))
            }
            size /= 2
        }
        return blocks
    }
}
