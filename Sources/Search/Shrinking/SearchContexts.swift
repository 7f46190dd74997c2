extension PointShrinker {
    /// Looks for a simpler case in another context, another data row say: the same change there, and, where the number of
    /// changed sites leads, every single move there.
    mutating func searchContexts() {
        guard hasMeasure, contexts == .searched else { return }
        for site in context.sorted() where !isSpent {
            let start = best
            let values = otherValues(of: site, than: start)
            guard !values.isEmpty else { continue }
            take(values.map { start.adding([Move(site: site, value: $0)]).withoutReference(sites.reference) })
            if countLeads { searchSingles(site, values) }
        }
    }

    private func otherValues(of site: Int, than edits: Edits) -> [Double] {
        let (lower, upper) = (sites.lower[site], sites.upper[site])
        guard upper - lower < Double(Self.mostCases) else { return [] }
        let current = edits.value(at: site) ?? sites.reference[site]
        return stride(from: lower, through: upper, by: 1).filter { $0 != current }
    }

    private mutating func searchSingles(_ site: Int, _ values: [Double]) {
        let base = self.base
        let moves = scope.filter { !context.contains($0) }.flatMap(moves(of:))
        guard !moves.isEmpty, values.count * moves.count <= Self.mostCases else { return }
        let cases = values.flatMap { value in
            moves.map { base.adding([Move(site: site, value: value), $0]).withoutReference(sites.reference) }
        }
        takeNearest(of: cases, judge(cases))
    }

    private static var mostCases: Int { 65_536 }
}
