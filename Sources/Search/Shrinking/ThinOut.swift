extension PointShrinker {
    /// Brings a change of very many sites down to those that matter, in few batches: the fewest sites at their bounds that
    /// the gradient points to, then whole runs of neighbours, then the change's own sites by what they do.
    mutating func thinOut() {
        guard isLarge else { return }
        let base = self.base
        take([Edits(), base])
        if isLarge { growByGradient(from: base) }
        if isLarge { resetRuns() }
        if isLarge { pruneByGradient() }
        if !isLarge { roundValues() }
    }

    private var isLarge: Bool { best.count > 256 && !isSpent }

    /// From the reference outwards, again from where that leads.
    private mutating func growByGradient(from base: Edits) {
        var (current, least) = (base, Int.max)
        for _ in 0..<Self.most {
            guard let slopes = gradient(at: current) else { return }
            let moves = scope.compactMap { isScaled($0) ? move(of: $0, along: slopes[$0]) : nil }
            guard let next = fewest(of: moves, on: base, slopes), next.count < least else { return }
            (current, least) = (next, next.count)
        }
    }

    /// Of the change with each site as far as it goes, where that fails, else as it is.
    private mutating func resetRuns() {
        let far = saturated(best, along: gradient(at: best))
        _ = resetRuns(of: fails(far) ? far : best)
    }

    /// From the change inwards: each of its sites at the bound first, then as it is.
    private mutating func pruneByGradient() {
        for _ in 0..<Self.most {
            let (start, base, before) = (best, self.base, best.count)
            guard let slopes = gradient(at: start) else { return }
            for edits in [saturated(start, along: slopes), start] where best.count == before {
                let moves = zip(edits.sites, edits.values).filter { isScaled($0.0) }.map(Move.init)
                _ = fewest(of: moves, on: base, slopes)
            }
            guard best.count * 10 < before * 9 else { return }
        }
    }

    /// The bound to which the margin falls; nil where it falls to neither, or that is the reference.
    private func move(of site: Int, along slope: Double) -> Move? {
        guard slope != 0, slope.isFinite else { return nil }
        let bound = slope < 0 ? sites.upper[site] : sites.lower[site]
        return bound.isFinite && bound != sites.reference[site] ? Move(site: site, value: bound) : nil
    }

    /// The fewest of the moves that fail together, those first that lower the margin most by its slopes: by doubling, then by
    /// sixteenths of the gap. nil where they do not fail at all.
    private mutating func fewest(of moves: [Move], on base: Edits, _ slopes: [Double]) -> Edits? {
        let gains = moves.map { slopes[$0.site] * ($0.value - sites.reference[$0.site]) }
        let ranked = moves.indices.sorted { (gains[$0], $0) < (gains[$1], $1) }.map { moves[$0] }
        func prefix(_ count: Int) -> Edits { base.adding(Array(ranked.prefix(count))) }
        guard !ranked.isEmpty, fails(prefix(ranked.count)) else { return nil }
        var sizes = Array(sequence(first: 1) { $0 * 2 }.prefix { $0 < ranked.count })
        var (low, high) = (0, ranked.count)
        while high - low > 1, !isSpent {
            let verdicts = judge(sizes.count) { prefix(sizes[$0]) }
            if let first = verdicts.firstIndex(where: \.fails) {
                (low, high) = (first > 0 ? sizes[first - 1] : low, sizes[first])
            } else {
                low = sizes.last ?? low
            }
            let steps = min(Self.fineness, high - low)
            sizes = (1..<max(steps, 1)).map { low + (high - low) * $0 / steps }
        }
        return prefix(high)
    }

    private static var most: Int { 4 }
    /// Of a batch: as many lanes as are evaluated at least.
    private static var fineness: Int { 17 }
}
