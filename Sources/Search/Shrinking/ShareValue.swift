extension PointShrinker {
    /// One value for all changed sites, or for all whose change has the same sign: one number to read instead of many.
    mutating func shareValue() {
        guard best.count > 1, best.count <= 256 else { return }
        let values = Array(Set(best.values)).sorted().prefix(16)
        let current = best
        func put(_ value: Double, where applies: (Int, Double) -> Bool) -> Edits {
            current.mapped { site, old in
                guard sites.isReal(site), !context.contains(site), applies(site, old) else { return old }
                return sites.snapped(value, at: site)
            }.withoutReference(sites.reference)
        }
        _ = take(
            values.flatMap { value in
                [
                    put(value) { _, _ in true },
                    put(value) { site, old in (old > sites.reference[site]) == (value > sites.reference[site]) },
                ]
            })
    }
}
