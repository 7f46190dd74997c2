extension PointShrinker {
    /// Rounds all changed reals to the same few digits, then each on its own; the order keeps them in the norm's bucket.
    mutating func roundValues() {
        let reals = best.sites.filter { sites.isReal($0) && !context.contains($0) }
        guard !reals.isEmpty else { return }
        roundAll(reals)
        guard reals.count <= 64 else { return }
        for site in reals where !isSpent { round(site) }
    }

    private mutating func roundAll(_ reals: [Int]) {
        let current = best
        let chosen = Set(reals)
        let powers = -2...6
        let (own, reference) = (sites, sites.reference)
        take(2 * powers.count) { index in
            let (power, isUp) = (powers.lowerBound + index / 2, index % 2 == 1)
            return current.mapped { site, value in
                guard chosen.contains(site) else { return value }
                let around = Rounding.decimals(around: value, power: power)
                guard let below = around.first, let above = around.last else { return value }
                let isAway = (value > reference[site]) == isUp
                return own.snapped(isAway ? above : below, at: site)
            }.withoutReference(reference)
        }
    }

    private mutating func round(_ site: Int) {
        guard let value = best.value(at: site) else { return }
        let current = best
        let special = [0, 1, -1, sites.lower[site], sites.upper[site]]
        let candidates = special.filter(\.isFinite) + Rounding.candidates(near: value, on: sites.grid)
        _ = take(
            candidates.map { current.adding([Move(site: site, value: sites.snapped($0, at: site))]) }
                .map { $0.withoutReference(sites.reference) })
    }
}
