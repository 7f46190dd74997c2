extension PointShrinker {
    /// Looks for fewer sites from the reference outwards: every single move, then the worst moves put together, then
    /// pairs, triples and so on of a beam of the worst.
    mutating func searchCorners() {
        let base = self.base
        let moves = rankedMoves(from: base)
        guard !moves.isEmpty, best.count > base.count + 1 else { return }
        addGreedily(moves, to: base)
        searchBeam(moves, from: base)
    }

    /// The case with what is searched at its reference and the rest as it is.
    var base: Edits { best.filtered { context.contains($0) || !scope.contains($0) } }

    /// Every move of the searched sites, the one that makes the margin worst first.
    private mutating func rankedMoves(from base: Edits) -> [Move] {
        let moves = likelyMoves(from: base)
        let verdicts = judge(moves.count) { base.adding([moves[$0]]) }
        takeNearest(of: moves.map { base.adding([$0]) }, verdicts)
        return verdicts.indices.sorted { (verdicts[$0].margin, $0) < (verdicts[$1].margin, $1) }.map { moves[$0] }
    }

    /// All moves; of very many, those the gradient says most of.
    private mutating func likelyMoves(from base: Edits) -> [Move] {
        let moves = scope.filter { !context.contains($0) }.flatMap(moves(of:))
        guard moves.count > Self.mostMoves else { return moves }
        guard let slopes = gradient(at: base) else { return Array(moves.prefix(Self.mostMoves)) }
        let gains = moves.map { slopes[$0.site] * ($0.value - sites.reference[$0.site]) }
        return moves.indices.sorted { (gains[$0], $0) < (gains[$1], $1) }.prefix(Self.mostMoves).map { moves[$0] }
    }

    /// The bounds of a number, the other values of a category.
    func moves(of site: Int) -> [Move] {
        let values: [Double]
        if sites.kinds[site] == .category {
            let (lower, upper) = (sites.lower[site], sites.upper[site])
            values = stride(from: lower, through: min(upper, lower + 255), by: 1).map { $0 }
        } else {
            values = [sites.lower[site], sites.upper[site]].filter(\.isFinite)
        }
        return values.filter { $0 != sites.reference[site] }.map { Move(site: site, value: $0) }
    }

    /// All prefixes of the moves, worst first, one move a site: the shortest that fails, and what is left after resets.
    private mutating func addGreedily(_ moves: [Move], to base: Edits) {
        var used: Set<Int> = []
        let chosen = moves.filter { used.insert($0.site).inserted }
        var (low, high) = (0, min(chosen.count, best.count - base.count + 64))
        while low < high, !isSpent {
            let steps = min(high - low, max(oracle.width, 1))
            let sizes = (1...steps).map { low + (high - low) * $0 / steps }
            let verdicts = judge(sizes.count) { base.adding(Array(chosen.prefix(sizes[$0]))) }
            guard let first = verdicts.firstIndex(where: \.fails) else { return }
            low = first > 0 ? sizes[first - 1] : low
            high = sizes[first]
            if high - low <= 1 { break }
        }
        let start = base.adding(Array(chosen.prefix(high)))
        if high < chosen.count || fails(start) { _ = reset(start) }
    }

    /// Extends the worst cases of each size by every move, up to the size of the best, where a nearer one may be found.
    private mutating func searchBeam(_ moves: [Move], from base: Edits) {
        var beam = [base]
        var size = 1
        while size <= min(best.count - base.count, Self.deepest), !isSpent {
            let offered = moves.prefix(max(Self.mostExtensions(of: moves.count) / beam.count, 32))
            var seen: Set<Edits> = []
            let cases = beam.flatMap { start in
                offered.filter { !start.sites.contains($0.site) || base.sites.contains($0.site) }.map {
                    start.adding([$0])
                }
            }.filter { $0.count == base.count + size && seen.insert($0).inserted }
            let verdicts = judge(cases)
            if verdicts.contains(where: \.fails) {
                takeNearest(of: cases, verdicts)
                return
            }
            beam = verdicts.indices.sorted { (verdicts[$0].margin, $0) < (verdicts[$1].margin, $1) }
                .prefix(Self.beamWidth(size: size)).map { cases[$0] }
            if beam.isEmpty { return }
            size += 1
        }
    }

    /// Of cases that fail, as far as there are not too many, the one that fails nearest to the reference: all are made
    /// smaller together, and those that then hold drop out.
    mutating func takeNearest(of cases: [Edits], _ verdicts: [Judgement]) {
        var left = verdicts.indices.filter { verdicts[$0].fails }
            .sorted { (verdicts[$0].margin, $0) < (verdicts[$1].margin, $1) }.prefix(Self.mostRivals).map { cases[$0] }
        guard left.count > 1 else { return }
        var (low, high) = (0.0, left.map(distance(of:)).max() ?? 0)
        for _ in 0..<10 where !isSpent {
            let middle = (low + high) / 2
            let smaller = judge(
                left.map { scaled($0, by: min(middle / max(distance(of: $0), .leastNormalMagnitude), 1)) })
            let failing = smaller.indices.filter { smaller[$0].fails }
            if failing.isEmpty {
                low = middle
            } else {
                high = middle
                left = failing.map { left[$0] }
            }
        }
    }

    private static var mostRivals: Int { 256 }
    private static var mostMoves: Int { 6400 }
    /// Where the moves are few, pairs of them are all tried; where they are many, so are the sites that a witness needs.
    private static func mostExtensions(of moves: Int) -> Int { moves <= 512 ? 8192 : 2048 }
    private static var deepest: Int { 6 }
    /// All singles, so that pairs are tried out; then few.
    private static func beamWidth(size: Int) -> Int { size == 1 ? 64 : 32 }
}
