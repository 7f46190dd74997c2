extension SpaceShrinker {
    /// The simplest violation found from `point`, where changes are counted from what depends on the point's row: in that row,
    /// then in any other from which the same change, or a single one, makes a smaller violation.
    ///
    /// `reference` gives what changes at a point are counted from, with the point's own row.
    package func shrink(_ point: [Double], from reference: ([Double]) -> [Double]) -> ShrunkPoint? {
        guard let own = shrink(point, towards: reference(point)) else { return nil }
        guard contexts == .searched, let other = smallest(of: elsewhere(own, reference), below: own),
            var next = shrink(other, towards: reference(other)), precedes(next.keys, own.keys)
        else { return own }
        next.evaluations += own.evaluations
        next.rounds += own.rounds
        return next
    }

    /// The change of a point, and where it is of more than one number every single move, from each other row.
    private func elsewhere(_ shrunk: ShrunkPoint, _ reference: ([Double]) -> [Double]) -> [[Double]] {
        let (space, scope) = (objective.space, meanings.compactMap(\.measure).first?.scope ?? 0..<0)
        guard let box = space.box(holding: shrunk.point).map({ space.boxes[$0] }) else { return [] }
        let changed = shrunk.edits.sites.filter { !context.contains($0) }
        var points: [[Double]] = []
        for name in context.sorted() {
            let values = box.upper[name] - box.lower[name]
            let moves = changed.count > 1 ? 2 * scope.count + 1 : 1
            guard values * Double(moves) * Double(space.dimension) <= Self.mostNumbers else { continue }
            for value in stride(from: box.lower[name], through: box.upper[name], by: 1)
            where value != shrunk.point[name] {
                var base = shrunk.point
                base[name] = value
                base = reference(base)
                var same = base
                for site in changed { same[site] = shrunk.point[site] }
                points.append(same)
                for site in scope where moves > 1 {
                    for bound in [box.lower[site], box.upper[site]] where bound != base[site] {
                        var single = base
                        single[site] = bound
                        points.append(single)
                    }
                }
            }
        }
        return points
    }

    /// The violation whose measure is least, and less than that of what is known.
    private func smallest(of points: [[Double]], below known: ShrunkPoint) -> [Double]? {
        guard !points.isEmpty, let index = objective.space.box(holding: known.point) else { return nil }
        let (space, box) = (objective.space, objective.space.boxes[index])
        let sites = Sites(kinds: space.kinds, lower: box.lower, upper: box.upper, reference: known.reference)
        let oracle = TileOracle(objective, sites: sites, meanings: meanings, budget: budget)
        let verdicts = oracle.judge(points.count) { Edits(of: points[$0], against: sites.reference) }
        var best: (place: Int, verdict: Judgement)?
        for (place, verdict) in verdicts.enumerated() where verdict.fails && precedes(verdict.keys, known.keys) {
            if let best, !precedes(verdict.keys, best.verdict.keys),
                precedes(best.verdict.keys, verdict.keys) || best.verdict.margin <= verdict.margin
            {
                continue
            }
            best = (place, verdict)
        }
        return best.map { points[$0.place] }
    }

    private func precedes(_ first: [Double], _ second: [Double]) -> Bool {
        for ((mine, theirs), meaning) in zip(zip(first, second), meanings) {
            let (mine, theirs) = (meaning.bucket(mine), meaning.bucket(theirs))
            if mine != theirs { return mine < theirs }
        }
        return false
    }

    /// In all points that are tried together: a few seconds' worth at most.
    private static var mostNumbers: Double { 0x1p22 }
}
