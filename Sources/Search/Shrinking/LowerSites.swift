extension PointShrinker {
    /// Brings each changed site nearer to its reference while the others stay.
    mutating func lowerSites() {
        guard best.count <= 64 else { return }
        for site in best.sites where !isSpent { lower(site) }
    }

    /// Two changed whole numbers moved by the same amount, so that their difference stays.
    mutating func lowerSitesTogether() {
        let integers = best.sites.filter { sites.kinds[$0] == .integer && !context.contains($0) }
        for (first, second) in zip(integers, integers.dropFirst()) where !isSpent {
            let point = best.applied(to: sites.reference)
            let away = point[first] - sites.reference[first]
            let most = abs(away)
            let steps = sequence(first: 1.0) { $0 * 2 }.prefix { $0 < most } + [most]
            _ = take(
                steps.map { step in
                    let change = away < 0 ? step : -step
                    return best.adding(
                        [first, second].map { site in
                            Move(site: site, value: sites.snapped(point[site] + change, at: site))
                        }
                    ).withoutReference(sites.reference)
                })
        }
    }

    private mutating func lower(_ site: Int) {
        guard let value = best.value(at: site) else { return }
        let current = best
        func put(_ values: [Double]) -> [Edits] {
            values.map { current.adding([Move(site: site, value: sites.snapped($0, at: site))]) }
                .map { $0.withoutReference(sites.reference) }
        }
        let reference = sites.reference[site]
        switch sites.kinds[site] {
        case .category:
            let lower = sites.lower[site]
            _ = take(put(stride(from: lower, to: min(value, lower + 64), by: 1).map { $0 }))
        case .integer:
            var (low, high) = (0.0, abs(value - reference))
            while high - low > 1, !isSpent {
                let steps = min(64, high - low)
                let cuts = (0..<Int(steps)).map { (low + (high - low) * Double($0) / steps).rounded() }
                let verdicts = judge(put(cuts.map { reference + (value < reference ? -$0 : $0) }))
                if let first = verdicts.firstIndex(where: \.fails) {
                    high = cuts[first]
                    low = first > 0 ? cuts[first - 1] : high
                } else {
                    low = cuts.last ?? high
                }
            }
        case .real32, .real64:
            _ = take(put((0..<64).map { reference + (value - reference) * Double($0) / 64 }))
        }
    }
}
