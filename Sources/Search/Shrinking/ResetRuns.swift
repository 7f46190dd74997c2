extension PointShrinker {
    /// The case left after runs of neighbouring sites are put back to their reference: channels, rows and blocks of a picture.
    /// First as many runs as a batch holds, then each in two, as long as some of them can go; `edits` must fail.
    mutating func resetRuns(of edits: Edits) -> Edits {
        var current = edits
        var lengths = Self.parts(of: edits.count, into: max(oracle.width, 2))
        while !isSpent {
            let runs = Self.runs(lengths)
            let base = current
            let verdicts = judge(runs.count) { base.removing(runs[$0]) }
            let free = verdicts.indices.filter { verdicts[$0].fails }
                .sorted { (verdicts[$0].margin, $0) < (verdicts[$1].margin, $1) }
            let gone = mostThatGo(free, of: runs, from: base)
            if !gone.isEmpty {
                current = base.removing(gone.flatMap { Array(runs[$0]) })
                lengths = lengths.indices.filter { !gone.contains($0) }.map { lengths[$0] }
            }
            // What could not go with the others is tried again without them.
            if gone.count == free.count {
                guard lengths.contains(where: { $0 > 1 }), lengths.count <= Self.mostRuns else { break }
                let each = max(2, oracle.width / max(lengths.count, 1))
                lengths = lengths.flatMap { Self.parts(of: $0, into: each) }
            }
        }
        return current
    }

    /// The largest number of runs, the least needed first, that can all go.
    private mutating func mostThatGo(_ free: [Int], of runs: [Range<Int>], from base: Edits) -> Set<Int> {
        guard free.count > 1 else { return Set(free) }
        let sizes = prefixSizes(of: free.count)
        let merged = judge(sizes.count) { base.removing(free.prefix(sizes[$0]).flatMap { Array(runs[$0]) }) }
        return Set(free.prefix(merged.lastIndex(where: \.fails).map { sizes[$0] } ?? 1))
    }

    private static func parts(of count: Int, into most: Int) -> [Int] {
        let parts = min(most, count)
        return (0..<parts).map { (count * ($0 + 1)) / parts - (count * $0) / parts }
    }

    private static func runs(_ lengths: [Int]) -> [Range<Int>] {
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return start..<start + length
        }
    }

    /// Where so many runs have to stay, most sites do.
    private static var mostRuns: Int { 1024 }
}
