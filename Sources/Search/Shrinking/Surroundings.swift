/// What does not matter about a case: how far each changed number may go, and which variables may be anything.
enum Surroundings {
    /// More intervals than this are read by nobody.
    static let mostIntervals = 32
    /// Values tried between a case and the bound, each time the gap is narrowed.
    static let samples = 16
    static let narrowings = 3
    static let redraws = 100
}

extension PointShrinker {
    /// For each changed number, the values over which the case still fails; by sampling, see `EditInterval`.
    mutating func intervals(of edits: Edits) -> [EditInterval] {
        let chosen = edits.sites.filter { sites.kinds[$0] != .category }.prefix(Surroundings.mostIntervals)
        var ends = chosen.flatMap { site -> [End] in
            guard let value = edits.value(at: site) else { return [] }
            return [sites.lower[site], sites.upper[site]].map { End(site: site, reached: value, limit: $0) }
        }
        for _ in 0..<Surroundings.narrowings where !isSpent { narrow(&ends, around: edits) }
        for index in ends.indices where !isSpent { ends[index].reached = rounded(ends[index], around: edits) }
        return chosen.enumerated().map { place, site in
            let (lower, upper) = (ends[2 * place].reached, ends[2 * place + 1].reached)
            return EditInterval(coordinate: site, values: min(lower, upper)...max(lower, upper))
        }
    }

    /// Whether no value of these coordinates was seen to make a difference, out of 100 random ones.
    mutating func isIrrelevant(_ coordinates: Range<Int>, in edits: Edits, stream: Int) -> Bool {
        guard !edits.sites.contains(where: coordinates.contains),
            coordinates.contains(where: { sites.lower[$0] < sites.upper[$0] })
        else { return false }
        var random = Random(seed: 0, stream: stream)
        let (own, redraws) = (sites, Surroundings.redraws)
        var judged = 0
        while judged < redraws, !isSpent {
            let verdicts = judge(min(oracle.width, redraws - judged)) { _ in
                edits.redrawn(coordinates, on: own, &random)
            }
            guard verdicts.allSatisfy(\.fails) else { return false }
            judged += verdicts.count
        }
        return judged == redraws
    }

    /// One end of an interval: as far as it is known to fail, and the first value that does not, or the bound.
    private struct End {
        var site: Int
        var reached: Double
        var limit: Double
    }

    /// Moves each end to the last of the samples up to which all fail.
    private mutating func narrow(_ ends: inout [End], around edits: Edits) {
        let open = ends.indices.filter { ends[$0].reached != ends[$0].limit && ends[$0].limit.isFinite }
        let points = open.map { samples(of: ends[$0]) }
        let cases = zip(open, points).flatMap { index, values in
            values.map { edits.adding([Move(site: ends[index].site, value: $0)]) }
        }
        let verdicts = judge(cases)
        guard verdicts.count == cases.count else { return }
        for (place, index) in open.enumerated() {
            for (sample, value) in points[place].enumerated() {
                guard verdicts[place * Surroundings.samples + sample].fails else {
                    ends[index].limit = value
                    break
                }
                ends[index].reached = value
            }
        }
    }

    private func samples(of end: End) -> [Double] {
        (1...Surroundings.samples).map { step in
            let share = Double(step) / Double(Surroundings.samples)
            let value = step == Surroundings.samples ? end.limit : end.reached + (end.limit - end.reached) * share
            return sites.snapped(value, at: end.site)
        }
    }

    /// The end moved inwards to few digits, where the case fails there too.
    private mutating func rounded(_ end: End, around edits: Edits) -> Double {
        guard let value = edits.value(at: end.site), end.reached != value, sites.isReal(end.site) else {
            return end.reached
        }
        let inside = min(value, end.reached)...max(value, end.reached)
        let plain = Rounding.candidates(near: end.reached, digits: 4).filter(inside.contains)
            .map { sites.snapped($0, at: end.site) }
            .filter { abs($0 - end.reached) < abs(end.reached - value) * 0.02 }
        let verdicts = judge(plain.map { edits.adding([Move(site: end.site, value: $0)]) })
        return zip(plain, verdicts).first { $1.fails }?.0 ?? end.reached
    }
}

extension Edits {
    /// The edits with these coordinates, of which none was edited, drawn anew.
    fileprivate func redrawn(_ coordinates: Range<Int>, on sites: Sites, _ random: inout Random) -> Edits {
        var result = filtered { $0 < coordinates.lowerBound }
        for site in coordinates {
            let (lower, upper) = (sites.lower[site], sites.upper[site])
            guard lower.isFinite, upper.isFinite else { continue }
            let value =
                sites.isReal(site)
                ? lower + (upper - lower) * random.unit()
                : lower + Double(random.below(Int(min(upper - lower, 1e15)) + 1))
            result.append(site: site, value: sites.snapped(value, at: site))
        }
        for (site, value) in zip(self.sites, values) where site >= coordinates.upperBound {
            result.append(site: site, value: value)
        }
        return result
    }
}
