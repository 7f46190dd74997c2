extension PointShrinker {
    /// Moves every changed site as far as it goes, the way that makes the margin worse, then resets what is not needed:
    /// fewer sites carry the failure when each does all it can.
    mutating func saturate() {
        guard best.count > 1 else { return }
        for start in [saturated(best, along: gradient(at: best)), saturated(best, along: nil)] where fails(start) {
            _ = reset(start)
        }
    }

    /// The changed sites of the scope at the bound the change (or the gradient) points to.
    func saturated(_ edits: Edits, along gradient: [Double]?) -> Edits {
        edits.mapped { site, value in
            guard sites.kinds[site] != .category, !context.contains(site), scope.contains(site) else { return value }
            let slope = gradient?[site] ?? 0
            let rises = slope != 0 ? slope < 0 : value > sites.reference[site]
            let bound = rises ? sites.upper[site] : sites.lower[site]
            return bound.isFinite && bound != sites.reference[site] ? bound : value
        }
    }
}
